"""The cluster's state on disk, and what is refused before anything is started."""

from __future__ import annotations

import socket
import time

import pytest

from umbrella.errors import DevClusterError
from umbrella.storm.cluster import DevCluster
from umbrella.storm.cluster.daemons import port_names
from umbrella.storm.cluster.ports import free_ports, is_free
from umbrella.storm.cluster.state import ClusterState, Shape, Started, read_state, write_state

PORTS = {name: number for number, name in enumerate(port_names(Shape()), 1)}  # where nobody listens


def test_a_state_is_read_as_it_was_written(tmp_path):
    shape = Shape(supervisors=2, slots=3, conf={"nimbus.monitor.freq.secs": 5})
    state = ClusterState("2.8.3", "/storm", shape, {"nimbus": 20001}, {"nimbus": Started(7, 1.5)})
    write_state(tmp_path / "cluster.json", state)
    assert read_state(tmp_path / "cluster.json") == state
    assert read_state(tmp_path / "none.json") is None


def test_a_full_disk_keeps_down_from_nothing_but_the_state(tmp_path):
    write_state(tmp_path / "cluster.json", ClusterState("2.8.3", "/storm", ports=PORTS, daemons={}))
    (tmp_path / "cluster.part").symlink_to("/dev/full")
    told = []
    DevCluster.find(tmp_path).down(told.append)
    assert f"No space left on device: '{tmp_path / 'cluster.json'}'" in told[-1]


def test_the_status_of_a_dead_daemon_says_what_its_log_says(tmp_path):
    started = time.mktime((2026, 5, 4, 12, 0, 0, 0, 0, -1))
    state = ClusterState("2.8.3", "/storm", ports=PORTS, daemons={"nimbus": Started(1, started)})
    write_state(tmp_path / "cluster.json", state)
    (tmp_path / "logs").mkdir()
    log = tmp_path / "logs" / "nimbus.log"
    old = "2026-05-04 11:59:58.001 o.a.s.Nimbus main [ERROR] of the last time\n"
    log.write_text(old)
    assert [one.reason for one in DevCluster.find(tmp_path).status()] == [""] * 4
    log.write_text(
        f"{old}2026-05-04 12:00:01.001 o.a.s.Nimbus main [ERROR] Error on initialization\n"
        "java.io.IOException: No space left on device\n\tat java.io.FileOutputStream.write\n"
        "2026-05-04 12:00:01.002 o.a.s.Nimbus main [INFO] bye\n"
    )
    reasons = {one.name: one.reason for one in DevCluster.find(tmp_path).status()}
    assert reasons.pop("nimbus") == "java.io.IOException: No space left on device"
    assert set(reasons.values()) == {""}


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"format": 2}', '{"format": 1, "shape": {"slot": 1}}'])
def test_a_state_that_cannot_be_read_is_named(tmp_path, text):
    (tmp_path / "cluster.json").write_text(text)
    with pytest.raises(DevClusterError) as caught:
        read_state(tmp_path / "cluster.json")
    assert str(caught.value).startswith(f"{tmp_path / 'cluster.json'} cannot be read: ")


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"nimbuses": 3}, "a development cluster cannot have that many nimbuses; given: 3; valid: 1 to 2"),
        ({"slots": 0}, "a development cluster cannot have that many slots; given: 0; valid: 1 to 64"),
        ({"supervisors": True}, "a development cluster cannot have that many supervisors; given: True; valid: 1 to 16"),
    ],
)
def test_a_shape_that_cannot_be(given, text):
    with pytest.raises(DevClusterError) as caught:
        Shape(**given)
    assert str(caught.value) == text


def test_ports_are_free_and_different():
    ports = free_ports(50)
    assert len(set(ports)) == 50
    assert all(map(is_free, ports))


def test_a_port_with_a_listener_is_not_free():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        assert not is_free(listener.getsockname()[1])
