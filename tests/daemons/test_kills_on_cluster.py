"""Figures F4, F5, F7 and F20: what is killed, put to rest or moved while tuples flow over two workers.

One topology runs through all of them, and is killed by the last test. Nothing may be lost at any time.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from conftest import SOAK

from daemons.commands import end_all
from daemons.family import family_of, is_alive, orphans_of, pids, worker_on
from daemons.oracle import Oracle
from daemons.running import end, nimbus_of, placed, start, submitted, wait_until
from topologies.counted import counted_in
from umbrella.dsl import Topology
from umbrella.storm.cluster import DevCluster
from umbrella.storm.distribution import Distribution
from umbrella.storm.nimbus.client import NimbusClient
from umbrella.storm.operations.changing import rebalance

pytestmark = pytest.mark.storm

PER_SECOND = 1_000
FULL_COUNT = 200_000
SILENCE_SECONDS = 30 if SOAK else 10  # Storm ends a component that is silent for so long
REST_SECONDS = 300 if SOAK else SILENCE_SECONDS + 2


class Flow:
    """A topology through which numbers flow."""

    def __init__(self, cluster: DevCluster, topology: type[Topology], client: NimbusClient, oracle: Oracle) -> None:
        self.cluster, self.topology, self.client, self.oracle = cluster, topology, client, oracle
        self.name = topology.__name__

    def until_all_work(self) -> None:
        """Wait until both workers store numbers."""
        self.oracle.until(lambda: len(self.storing()) == 2, "both tasks store numbers")
        self.oracle.flows()
        self.oracle.until(self.oracle.flows, "numbers are stored")

    def storing(self) -> dict[int, int]:
        """Return the living process that stores, by task."""
        living = {one.pid for one in family_of(self.cluster)}
        last = {task: found[-1] for task, found in self.oracle.storing_pids().items()}
        return {task: pid for task, pid in last.items() if pid in living}

    def port_of(self, component: str) -> int:
        """Return the port of the worker with the first task of a component."""
        return next(iter(placed(self.client, self.topology)[component].values()))

    def store_on(self, port: int) -> int:
        """Return the task on a worker that stores."""
        (task,) = [task for task, of in placed(self.client, self.topology)["store"].items() if of == port]
        return task


@pytest.fixture(scope="module")
def flow(daemons: DevCluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flow]:
    """The topology, which runs until the last test of this module."""
    end_all(daemons)
    records, jar = tmp_path_factory.mktemp("records"), tmp_path_factory.mktemp("jar")
    silence = {"topology.subprocess.timeout.secs": SILENCE_SECONDS}
    topology = counted_in(records, with_child=True, extra=silence)
    oracle = Oracle(records, PER_SECOND)
    with submitted(daemons, topology, "topologies.counted", jar) as client:
        yield Flow(daemons, topology, client, oracle)


def until_gone(processes: list[psutil.Process], oracle: Oracle) -> float:
    """Wait until processes have ended, and return how many seconds that took."""
    return oracle.until(lambda: not any(map(is_alive, processes)), f"{len(processes)} processes are gone")


def test_a_killed_worker_is_replaced_and_loses_nothing(flow, full, figure):
    oracle, kills, recovered, gone = flow.oracle, 10 if full else 2, [], []
    flow.until_all_work()
    opened = oracle.openings
    for number in range(kills):
        spouts = flow.port_of("source")
        others = next(port for port in placed(flow.client, flow.topology)["store"].values() if port != spouts)
        port = others if number % 2 else spouts
        task, worker = flow.store_on(port), worker_on(flow.cluster, port)
        before = set(oracle.storing_pids()[task])
        family = [worker, *worker.children(recursive=True)]
        worker.kill()
        gone.append(until_gone(family, oracle))
        again = oracle.until(lambda t=task, b=before: set(oracle.storing_pids()[t]) - b, "the next worker stores")
        recovered.append(gone[-1] + again)
        flow.until_all_work()
    if full:
        oracle.feed(max(0, FULL_COUNT - oracle.fed))
    oracle.settle()
    assert oracle.openings == opened + kills // 2
    assert not orphans_of(flow.cluster)
    figure(
        "F4 | `kill -9` of a worker JVM, the spout's and the other in turn",
        f"{kills} kills, {oracle.fed:,} tuples: lost 0, duplicates {oracle.duplicates}; the replaced worker stores "
        f"again after {statistics.median(recovered):.1f} s in the median, {max(recovered):.1f} s at most",
    )
    figure(
        "F7 | processes left of a killed worker and their children",
        f"{kills} kills: 0, after {max(gone):.1f} s at most",
    )


def test_tuples_flow_while_the_supervisor_is_down(flow, full, figure):
    oracle, seconds = flow.oracle, 60 if full else 10
    flow.until_all_work()
    workers = set(flow.cluster.workers())
    flow.cluster.kill("supervisor")
    begin = last = time.monotonic()
    pauses, stored = [0.0], [oracle.look()]

    def over() -> bool:
        nonlocal last
        stored.append(oracle.look())
        if stored[-1] > stored[-2]:
            pauses.append(time.monotonic() - last)
            last = time.monotonic()
        return time.monotonic() - begin >= seconds

    oracle.until(over, "the time is over", seconds + 60)
    pauses.append(time.monotonic() - last)
    assert stored[0] < stored[len(stored) // 2] < stored[-1]
    assert workers == set(flow.cluster.workers())
    flow.cluster.start("supervisor")
    after = oracle.look()
    oracle.until(lambda: oracle.look() > after + PER_SECOND, "numbers are stored after it")
    flow.until_all_work()
    oracle.settle()
    oracle.until(lambda: len(flow.cluster.workers()) == 2 and not orphans_of(flow.cluster), "no orphan is left")
    kept = len(workers & set(flow.cluster.workers()))
    figure(
        "F5 | `kill -9` of the supervisor, restarted",
        f"down for {seconds} s: {stored[-1] - stored[0]:,} tuples stored meanwhile, longest pause {max(pauses):.1f} s; "
        f"lost 0, {kept} of 2 workers taken over, 0 orphans",
    )


def test_nobody_dies_while_a_topology_is_inactive(flow, full, figure):
    oracle, rounds = flow.oracle, 10 if full else 2
    flow.until_all_work()
    for _ in range(rounds):
        family = pids(family_of(flow.cluster))
        flow.client.deactivate(flow.name)
        oracle.until_it_rests(3.0)
        before, begin = oracle.look(), time.monotonic()
        oracle.until(lambda b=begin: time.monotonic() - b >= REST_SECONDS, "the rest is over", REST_SECONDS + 60)
        assert oracle.look() == before
        assert pids(family_of(flow.cluster)) == family
        flow.client.activate(flow.name)
        oracle.until(oracle.flows, "numbers are stored again")
    oracle.settle()
    figure(
        "F20 | deactivate and activate",
        f"{rounds} rounds of {REST_SECONDS} s, limit of silence {SILENCE_SECONDS} s: lost 0, 0 processes died",
    )


def test_a_rebalance_in_midstream_loses_nothing(flow, full, figure):
    oracle, moves = flow.oracle, [(1, 2), (2, 1), (2, 2), (1, 1), (2, 2)] if full else [(1, 1), (2, 2)]
    flow.until_all_work()
    for workers, halves in moves:
        before = oracle.look()
        done = rebalance(flow.client, flow.name, 1, workers, {"halves": halves}, True, print)
        assert (done.done, done.workers, done.executors["halves"]) == (True, workers, halves)
        oracle.until(lambda w=workers: len(flow.cluster.workers()) == w, f"there are {workers} workers")
        oracle.until(lambda b=before: oracle.look() > b + PER_SECOND, "numbers are stored after it")
    flow.until_all_work()
    oracle.settle()
    oracle.until(lambda: not orphans_of(flow.cluster), "no orphan is left")
    figure("F20 | rebalance in midstream", f"{len(moves)} of them: lost 0, duplicates so far {oracle.duplicates}")


def test_nothing_is_left_of_a_killed_topology(flow, figure):
    flow.until_all_work()
    count = 2 * 2 + 7 + 2  # workers with their log writers, Python processes, children of two
    # A worker that a rebalance has replaced may still be ending.
    flow.oracle.until(lambda: len(family_of(flow.cluster)) == count, f"there are {count} processes")
    family = family_of(flow.cluster)
    begin = time.monotonic()
    end(flow.client, flow.name)
    wait_until(lambda: not any(map(is_alive, family)) and not family_of(flow.cluster))
    figure("F7 | processes left of a killed topology", f"0 of {len(family)}, after {time.monotonic() - begin:.1f} s")


def test_nothing_is_left_after_workers_and_supervisor_are_killed(storm_jars: Distribution, tmp_path: Path, figure):
    records = tmp_path / "records"
    records.mkdir()
    oracle, topology = Oracle(records, PER_SECOND), counted_in(records, with_child=True)
    cluster = DevCluster.up(tmp_path / "cluster", slots=2, drpc=False, distribution=storm_jars)
    try:
        with nimbus_of(cluster) as client:
            start(client, topology, "topologies.counted", tmp_path)
            Flow(cluster, topology, client, oracle).until_all_work()
        family = family_of(cluster)
        cluster.kill("supervisor")
        for pid in cluster.workers():
            psutil.Process(pid).kill()
        seconds = until_gone(family, oracle)
        assert not family_of(cluster)
    finally:
        cluster.down()
    assert not cluster.processes()
    figure(
        "F7 | processes left after `kill -9` of supervisor and workers",
        f"0 of {len(family)}, after {seconds:.1f} s; after `down` 0 of the daemons",
    )
