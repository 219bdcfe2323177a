"""The development cluster: up, what runs, and that nothing is left of it."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from thriftpy2.protocol import TBinaryProtocolFactory
from thriftpy2.rpc import make_client
from thriftpy2.transport import TFramedTransportFactory

from daemons.running import nimbus_of, start, submitted, wait_until
from topologies.drpc import Shouting
from topologies.shipped import with_child
from umbrella.cli.main import main
from umbrella.compile.idl import storm
from umbrella.errors import DevClusterError
from umbrella.storm.cluster import DevCluster
from umbrella.storm.cluster.state import Started, read_state, write_state

pytestmark = pytest.mark.storm


def pids(cluster):
    return {one.name: one.pid for one in cluster.status()}


def states(cluster):
    return {one.name: one.state for one in cluster.status()}


def in_proc(cluster):
    """Return the processes that bear the cluster's mark, by /proc itself."""
    wanted = "=".join(cluster.mark).encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if wanted in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
    return found


@pytest.fixture(scope="module")
def own_folder(tmp_path_factory, storm_jars):
    """A folder for a cluster that is ended and broken, and brought up again, by each test."""
    folder = tmp_path_factory.mktemp("own-cluster")
    yield folder
    with contextlib.suppress(DevClusterError):
        DevCluster.find(folder).down()


@pytest.fixture
def own(own_folder, storm_jars):
    return DevCluster.up(own_folder, slots=1, drpc=False, distribution=storm_jars)


def test_a_starter_killed_half_way_leaves_what_the_next_up_completes(own_folder, storm_jars):
    code = (
        "import sys; from pathlib import Path; from umbrella.storm.cluster import DevCluster\n"
        "DevCluster.up(Path(sys.argv[1]), slots=1, drpc=False, progress=lambda line: print(line, flush=True))"
    )
    command = [sys.executable, "-c", code, str(own_folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as starter:
        for line in starter.stdout:
            if line.startswith("starting nimbus"):
                break
        starter.kill()
    half = DevCluster.find(own_folder)
    before = pids(half)
    assert before["zookeeper"]
    assert before["supervisor"] is None
    whole = DevCluster.up(own_folder, distribution=storm_jars)
    assert set(states(whole).values()) == {"running"}
    assert pids(whole)["zookeeper"] == before["zookeeper"]
    assert "supervisor" in whole.begun


def test_a_second_up_starts_nothing_and_says_so(daemons, capsys):
    before = pids(daemons)
    with pytest.raises(SystemExit) as ended:
        main(["cluster", "up", "--folder", str(daemons.folder)])
    out = capsys.readouterr().out
    assert ended.value.code == 0
    assert out.startswith("the cluster runs already; nothing was started\n")
    assert f"Nimbus on localhost:{daemons.nimbus_port}, 4 worker slots" in out
    assert pids(daemons) == before


def test_a_running_cluster_is_not_made_another(daemons):
    with pytest.raises(DevClusterError) as caught:
        DevCluster.up(daemons.folder, supervisors=2)
    assert str(caught.value) == (
        f"the cluster in {daemons.folder} runs, and not with what is asked for; given: supervisors=2. "
        "Run `umbrella cluster down` first"
    )


def test_status_as_json_and_as_a_table(daemons, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["cluster", "status", "--json", "--folder", str(daemons.folder)])
    assert ended.value.code == 0
    told = json.loads(capsys.readouterr().out)
    assert told["nimbus"] == {"host": "localhost", "port": daemons.nimbus_port}
    assert {one["name"]: one["pid"] for one in told["daemons"]} == pids(daemons)
    assert told["running"] is True
    with pytest.raises(SystemExit):
        main(["cluster", "status", "--folder", str(daemons.folder)])
    table = capsys.readouterr().out
    assert f"localhost:{daemons.zookeeper_port}" in table
    assert table.count("running") == 4


def test_logs_of_one_daemon_and_of_an_unknown_one(daemons, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["cluster", "logs", "nimbus", "--folder", str(daemons.folder), "-n", "100000"])
    assert ended.value.code == 0
    assert "Starting Nimbus" in capsys.readouterr().out
    with pytest.raises(SystemExit) as ended:
        main(["cluster", "logs", "nimbos", "--folder", str(daemons.folder)])
    assert ended.value.code == 4
    assert "Did you mean 'nimbus'?" in capsys.readouterr().err


def test_the_daemons_listen_on_loopback_alone(daemons):
    heard = [
        connection.laddr.ip
        for one in daemons.status()
        for connection in psutil.Process(one.pid).net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert len(heard) == 5  # DRPC has two
    assert all(address.removeprefix("::ffff:").startswith("127.") for address in heard)


def test_a_killed_nimbus_is_told_of_and_up_starts_it_again(own):
    before = pids(own)
    own.kill("nimbus")
    assert states(own) == {"zookeeper": "running", "nimbus": "dead", "supervisor": "running"}
    again = DevCluster.up(own.folder)
    assert again.begun == ["nimbus"]
    after = pids(again)
    assert after.pop("nimbus") != before.pop("nimbus")
    assert after == before
    with nimbus_of(again) as client:
        assert client.topologies() == []
        assert [one.isLeader for one in client.cluster().nimbuses] == [True]


@pytest.mark.parametrize("killed", [(), ("zookeeper", "supervisor", "nimbus")], ids=str)
def test_nothing_is_left_after_down(own, tmp_path, killed):
    jar_folder, records = tmp_path / "jar", tmp_path / "records"
    jar_folder.mkdir()
    records.mkdir()
    with nimbus_of(own) as client:
        start(client, with_child(records), "topologies.shipped", jar_folder)  # it goes down with the cluster
    wait_until((records / "child").exists)
    child = psutil.Process(int((records / "child").read_text()))
    running = in_proc(own)
    assert len(running) == 3 + 2 + 2  # daemons, the worker and its log writer, two Python processes
    assert len(own.workers()) == 1
    for name in killed:
        own.kill(name)
    own.down(delete=True)
    assert in_proc(own) == []
    assert not child.is_running()
    assert [path.name for path in own.folder.iterdir()] == ["logs"]


def test_a_pid_that_is_another_process_by_now_is_left_alone(tmp_path, storm_jars, own):
    """The state names a process that is not the cluster's, as after a restart of the machine."""
    folder = tmp_path / "recycled"
    folder.mkdir()
    with subprocess.Popen(["/bin/sleep", "600"]) as innocent:
        try:
            state = read_state(own.folder / "cluster.json")
            started = Started(innocent.pid, psutil.Process(innocent.pid).create_time())
            recycled = dict.fromkeys(state.daemons, started)
            write_state(folder / "cluster.json", dataclasses.replace(state, id="0" * 32, daemons=recycled))
            cluster = DevCluster.find(folder)
            assert set(states(cluster).values()) == {"dead"}
            for name in recycled:
                cluster.kill(name)
            cluster.down()
            assert innocent.poll() is None
            assert set(states(cluster).values()) == {"stopped"}
        finally:
            innocent.kill()


def test_a_daemon_that_does_not_start_is_quoted_and_nothing_stays(tmp_path, storm_jars):
    conf = {"storm.thrift.transport": "no.such.Transport"}
    with pytest.raises(DevClusterError) as caught:
        DevCluster.up(tmp_path, drpc=False, conf=conf, distribution=storm_jars)
    assert str(caught.value).startswith("nimbus did not start: it ended before its port is open; the end of ")
    assert "no.such.Transport" in str(caught.value)
    assert in_proc(DevCluster.find(tmp_path)) == []


def test_a_port_that_somebody_else_has_taken_is_named(own_folder, own):
    own.down()
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", own.nimbus_port))
        taken.listen()
        with pytest.raises(DevClusterError) as caught:
            DevCluster.up(own_folder)
    assert str(caught.value) == (
        f"the port of this cluster's nimbus is in use by another program; given: {own.nimbus_port}. "
        "End that program, or run `umbrella cluster down --delete` for a new cluster with other ports"
    )


def test_another_nimbus_leads_after_the_first_is_killed(tmp_path, storm_jars):
    cluster = DevCluster.up(tmp_path, nimbuses=2, drpc=False, slots=1, distribution=storm_jars)
    try:
        leader = next(one for one in leaders(cluster, "127.0.0.1") if one)
        cluster.kill("nimbus" if leader == "localhost" else "nimbus-2", signal.SIGKILL)
        other = "127.0.0.2" if leader == "localhost" else "localhost"
        wait_until(lambda: leaders(cluster, other) == [other])
    finally:
        cluster.down()


def leaders(cluster, host):
    client = make_client(
        storm.Nimbus,
        host,
        cluster.nimbus_port,
        proto_factory=TBinaryProtocolFactory(),
        trans_factory=TFramedTransportFactory(),
        timeout=30_000,
    )
    with contextlib.closing(client):
        return [one.host for one in client.getClusterInfo().nimbuses if one.isLeader]


def test_the_drpc_server_answers_a_call(daemons, tmp_path):
    with submitted(daemons, Shouting, "topologies.drpc", tmp_path):
        client = make_client(
            storm.DistributedRPC,
            "127.0.0.1",
            daemons.drpc_port,
            proto_factory=TBinaryProtocolFactory(),
            trans_factory=TFramedTransportFactory(),
            timeout=120_000,
        )
        with contextlib.closing(client):
            assert client.execute("shout", "hello") == "HELLO!"
            assert client.execute("shout", "straße") == "STRASSE!"
