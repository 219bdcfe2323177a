"""Nimbus killed while a topology is submitted (F8): one topology or none, and the exit code says which."""

from __future__ import annotations

import contextlib
import shlex
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Callable

import pytest
import yaml

from daemons.commands import SECONDS, Ended, end_all, listed, patiently, umbrella
from daemons.proxy import BEFORE, DURING, HOST, LOST, NimbusProxy, Point
from umbrella.compile.description import read_jar
from umbrella.compile.lower import lower
from umbrella.storm.cluster import DevCluster
from umbrella.storm.cluster.ports import free_ports
from umbrella.storm.nimbus.client import NimbusClient
from umbrella.storm.nimbus.settings import NimbusSettings
from umbrella.storm.nimbus.submit import submit

pytestmark = pytest.mark.storm

SHORT = [
    Point("uploadChunk", 2, BEFORE),
    Point("finishFileUpload", 1, LOST),
    Point("submitTopologyWithOpts", 1, LOST),
    Point("getTopologySummaries", 2, BEFORE),  # the submit has been answered
]
FULL = [
    *SHORT,
    Point("getLeader", 1, LOST),
    Point("getNimbusConf", 1, BEFORE),
    Point("getTopologySummaries", 1, LOST),
    Point("beginFileUpload", 1, BEFORE),
    Point("beginFileUpload", 1, LOST),
    Point("uploadChunk", 1, LOST),
    Point("uploadChunk", 3, LOST),
    Point("finishFileUpload", 1, BEFORE),
    Point("submitTopologyWithOpts", 1, BEFORE),
    *(Point("submitTopologyWithOpts", 1, DURING, delay) for delay in (1, 5, 10, 20, 40, 80)),
    Point("getTopologyConf", 1, LOST),
]


@pytest.fixture(scope="module")
def jar(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three chunks of a topology."""
    path = tmp_path_factory.mktemp("jar") / "small.jar"
    ended = umbrella("jar", "topologies/submitted.py:Small", "-o", path)
    assert ended.code == 0, ended.err
    return path


@pytest.fixture
def cluster(lone_nimbus: DevCluster):
    """A cluster that takes topologies and starts none; its Nimbus runs, whatever the test before did to it."""
    lone_nimbus.start("nimbus")
    end_all(lone_nimbus)
    return lone_nimbus


class Killer:
    """Kills the first Nimbus, and starts it again."""

    def __init__(self, cluster: DevCluster, restart: bool = True) -> None:
        self._cluster = cluster
        self._restart = threading.Thread(target=cluster.start, args=("nimbus",)) if restart else None

    def strike(self) -> None:
        self._cluster.kill("nimbus")
        if self._restart:
            self._restart.start()

    def wait(self) -> None:
        if self._restart and self._restart.ident:
            self._restart.join()


def submit_through(proxy: NimbusProxy, jar: Path, *arguments: object) -> Ended:
    return umbrella("submit", jar, "--nimbus", f"{HOST}:{proxy.port}", *arguments)


def test_nimbus_killed_at_any_point_of_a_submit_leaves_one_topology_or_none_and_the_exit_code_says_which(
    cluster: DevCluster, jar: Path, full: bool, figure: Callable[[str, str], None]
):
    points = FULL if full else SHORT
    taken, longest = 0, 0.0
    for point in points:
        end_all(cluster)
        killer = Killer(cluster)
        with NimbusProxy(cluster.nimbus_port, point, killer.strike) as proxy:
            begin = time.monotonic()
            ended = submit_through(proxy, jar)  # fails the test after SECONDS
            longest = max(longest, time.monotonic() - begin)
            assert proxy.struck, f"{point} was never reached: {proxy.calls}"
        killer.wait()
        found = listed(cluster, "Small")
        assert len(found) == (1 if ended.code == 0 else 0), f"{point}: exit code {ended.code}\n{ended.err}"
        assert ended.code in (0, 4), ended.err
        taken += len(found)
    assert taken >= len(points) - 3  # only where Nimbus dies before it is known what there is to do
    figure(
        "F8 | `kill -9` of Nimbus during `umbrella submit`, restarted",
        f"{len(points)} points: {taken} x 1 topology and exit code 0, {len(points) - taken} x 0 and exit code 4; "
        f"longest {longest:.0f} s (limit {SECONDS:.0f})",
    )


def test_another_nimbus_takes_over_in_the_middle_of_an_upload(cluster: DevCluster, jar: Path, tmp_path: Path):
    killer = Killer(cluster, restart=False)
    steps: list[str] = []
    point = Point("uploadChunk", 2, LOST)
    with second_nimbus(cluster, tmp_path) as port, NimbusProxy(cluster.nimbus_port, point, killer.strike) as proxy:
        seeds = (f"{HOST}:{proxy.port}", f"{HOST}:{port}")
        with NimbusClient(NimbusSettings(seeds=seeds)) as client:
            done = submit(client, lower(read_jar(jar).spec), jar, on_step=steps.append)
            assert client.connection.place == f"{HOST}:{port}"
            assert [one.id for one in client.topologies()] == [done.topology_id]
            assert steps.count("uploading small.jar") == 2
            client.kill("Small", 0)
            patiently(lambda: not client.topologies())


@contextlib.contextmanager
def second_nimbus(cluster: DevCluster, folder: Path) -> Iterator[int]:
    """Run a second Nimbus of a cluster, on another port, and yield that."""
    (first,) = [one for one in cluster.processes() if "-Ddaemon.name=nimbus" in one.cmdline()]
    conf = cluster.folder / "daemons" / "nimbus"
    settings = yaml.safe_load((conf / "storm.yaml").read_text())
    (port,) = free_ports(1)
    # Nimbuses are known by their hosts alone in ZooKeeper (StormClusterStateImpl.addNimbusHost).
    settings.update({"storm.local.hostname": HOST, "nimbus.thrift.port": port, "storm.local.dir": str(folder / "data")})
    (folder / "storm.yaml").write_text(yaml.safe_dump(settings))
    words = [word.replace(str(conf), str(folder)).replace("=nimbus.log", "=second.log") for word in first.cmdline()]
    words = ["-Ddaemon.name=second" if word == "-Ddaemon.name=nimbus" else word for word in words]
    environment = first.environ()  # the first will not be there to ask
    ended = threading.Event()
    processes: list[subprocess.Popen[bytes]] = []

    def supervise() -> None:
        # A Nimbus ends itself when it is copying a blob and the one that has it dies (the timer of LocalFsBlobStore).
        while not ended.is_set():
            with (folder / "out").open("ab") as out:
                process = subprocess.Popen(words, env=environment, stdout=out, stderr=out, stdin=subprocess.DEVNULL)
            processes.append(process)
            process.wait()

    supervisor = threading.Thread(target=supervise)
    supervisor.start()
    try:
        with NimbusClient(NimbusSettings(seeds=(f"{HOST}:{port}",))) as client:
            patiently(lambda: len(client.cluster().nimbuses) == 2)
        yield port
    finally:
        ended.set()
        while supervisor.is_alive():
            processes[-1].kill()
            supervisor.join(0.2)


def test_a_submit_that_cannot_be_known_says_what_to_run_and_that_makes_it_one(cluster: DevCluster, jar: Path):
    killer = Killer(cluster, restart=False)
    with NimbusProxy(cluster.nimbus_port, Point("submitTopologyWithOpts", 1, LOST), killer.strike) as proxy:
        ended = submit_through(proxy, jar, "--patience", 2)
        assert ended.code == 4
        assert "whether topology 'Small' was submitted is not known: it is there once, or not at all" in ended.err
        command = ended.err.partition("if it is not there, run: umbrella ")[2].splitlines()[0]
        cluster.start("nimbus")
        again = umbrella(*shlex.split(command))
    assert again.code == 0, again.err
    assert len(listed(cluster, "Small")) == 1


def test_a_replacement_whose_nimbus_dies_says_what_state_the_cluster_is_in_and_goes_on_from_there(
    cluster: DevCluster, jar: Path
):
    assert umbrella("submit", jar, "--nimbus", f"localhost:{cluster.nimbus_port}").code == 0
    (old,) = listed(cluster, "Small")
    killer = Killer(cluster, restart=False)
    with NimbusProxy(cluster.nimbus_port, Point("killTopologyWithOpts", 1, LOST), killer.strike) as proxy:
        ended = submit_through(proxy, jar, "--replace", "--patience", 2)
        assert ended.code == 4
        assert f"topology 'Small' ({old.id}) was told to end, or may have been, Nimbus went away" in ended.err
        assert "the new one was not submitted" in ended.err
        command = ended.err.partition("this goes on from there: umbrella ")[2].splitlines()[0]
        assert "--replace" in command
        cluster.start("nimbus")
        again = umbrella(*shlex.split(command))
    assert again.code == 0, again.err
    (new,) = listed(cluster, "Small")
    assert new.id != old.id
