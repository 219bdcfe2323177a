"""The cluster's state on disk, and what is refused before anything is started."""

from __future__ import annotations

import socket

import pytest

from umbrella.errors import DevClusterError
from umbrella.storm.cluster.ports import free_ports, is_free
from umbrella.storm.cluster.state import ClusterState, Shape, Started, read_state, write_state


def test_a_state_is_read_as_it_was_written(tmp_path):
    shape = Shape(supervisors=2, slots=3, conf={"nimbus.monitor.freq.secs": 5})
    state = ClusterState("2.8.3", "/storm", shape, {"nimbus": 20001}, {"nimbus": Started(7, 1.5)})
    write_state(tmp_path / "cluster.json", state)
    assert read_state(tmp_path / "cluster.json") == state
    assert read_state(tmp_path / "none.json") is None


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
