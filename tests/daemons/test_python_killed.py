"""Figures F2, F3 and F6: Python processes killed or stopped while tuples flow; their workers go on.

The topology runs on two workers with our own shell (``Config.shell = "umbrella"``), which starts a child anew.
"""

from __future__ import annotations

import os
import random
import signal
import statistics
import sys
import time
from collections.abc import Callable, Iterator

import psutil
import pytest
from conftest import SOAK

from daemons.commands import end_all
from daemons.family import is_alive
from daemons.oracle import Oracle
from daemons.running import submitted
from topologies.counted import counted_in
from umbrella.storm.cluster import DevCluster
from umbrella.storm.nimbus.client import NimbusClient

pytestmark = pytest.mark.storm

PER_SECOND = 1_000
FULL_COUNT = 200_000
PENDING = 500
SILENCE_SECONDS = 30 if SOAK else 10
NAME = "Counted"


class Flow:
    """A topology through which numbers flow, and what Storm says of its executors."""

    def __init__(self, cluster: DevCluster, client: NimbusClient, oracle: Oracle, serializer: str) -> None:
        self.cluster, self.client, self.oracle, self.serializer = cluster, client, oracle, serializer

    def bolts(self) -> dict[tuple[str, int], int]:
        """Return the living process of each task of a bolt that has executed something."""
        last = {task: found[-1] for task, found in self.oracle.working_pids().items()}
        return {task: pid for task, pid in last.items() if psutil.pid_exists(pid) and is_alive(psutil.Process(pid))}

    def until_all_work(self) -> None:
        """Wait until each task of a bolt has a living process that has executed something."""
        self.oracle.until(lambda: len(self.bolts()) == 6, "all six tasks of bolts work")

    def workers(self) -> set[int]:
        """Return the pids of the worker JVMs."""
        return set(self.cluster.workers())

    def started(self) -> dict[tuple[str, int], int]:
        """Return since when each executor runs, by Storm's word, in seconds of this clock."""
        now, info = time.time(), self.client.info(self.client.topology_id(NAME))
        return {
            (one.component_id, one.executor_info.task_start): round(now - one.uptime_secs) for one in info.executors
        }

    def errors(self, component: str) -> list[str]:
        """Return the errors that Storm shows of a component."""
        return [one.error for one in self.client.info(self.client.topology_id(NAME)).errors.get(component, [])]


def same_executors(before: dict[tuple[str, int], int], after: dict[tuple[str, int], int]) -> bool:
    """Tell whether no executor was started anew; Storm's uptimes are of whole seconds and some seconds old."""
    return before.keys() == after.keys() and all(abs(after[one] - before[one]) <= 15 for one in before)


@pytest.fixture(scope="module", params=["json", "msgpack"] if SOAK else ["msgpack"])
def flow(request, daemons: DevCluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flow]:
    end_all(daemons)
    records, jar = tmp_path_factory.mktemp("records"), tmp_path_factory.mktemp("jar")
    extra = {"topology.subprocess.timeout.secs": SILENCE_SECONDS}
    if SOAK:
        extra["umbrella.restarts"] = 1000  # it is the killing that is tested, not when Umbrella gives up
    changes = {"serializer": request.param, "python": sys.executable}  # which has msgspec
    topology = counted_in(records, max_spout_pending=PENDING, extra=extra, **changes)
    oracle = Oracle(records, PER_SECOND)
    with submitted(daemons, topology, "topologies.counted", jar) as client:
        yield Flow(daemons, client, oracle, request.param)


def kill_and_await(flow: Flow, task: tuple[str, int]) -> float:
    """Kill the process of a task, and return the seconds until the next one has executed a tuple."""
    pid = flow.bolts()[task]
    os.kill(pid, signal.SIGKILL)
    return flow.oracle.until(lambda: flow.bolts().get(task, pid) != pid, f"the next process of {task} works")


def in_words(seconds: list[float]) -> str:
    return f"{statistics.median(seconds):.2f} s in the median, {max(seconds):.2f} s at most"


def test_killed_bolts_are_started_anew_and_lose_nothing(flow: Flow, full: bool, figure: Callable[[str, str], None]):
    oracle, kills = flow.oracle, 20 if full else 3
    flow.until_all_work()
    workers, executors, recovered = flow.workers(), flow.started(), []
    before = oracle.duplicates
    for _ in range(kills):
        task = random.choice(sorted(flow.bolts()))
        recovered.append(kill_and_await(flow, task))
        begin, seconds = time.monotonic(), 20.0 if full else 2.0
        oracle.until(lambda b=begin, s=seconds: time.monotonic() - b > s, "the pause is over")
    if full:
        oracle.feed(max(0, FULL_COUNT - oracle.fed))
    oracle.settle()
    assert flow.workers() == workers
    assert same_executors(executors, flow.started())
    assert oracle.openings == 1
    duplicates = oracle.duplicates - before
    assert duplicates <= kills * PENDING
    assert "SIGKILL" in "\n".join(flow.errors(task[0]))
    figure(
        f"F2 | `kill -9` of a bolt's Python, {flow.serializer}",
        f"{kills} kills, {oracle.fed:,} tuples: lost 0, duplicates {duplicates}, 0 workers and 0 executors replaced; "
        f"the next process executes after {in_words(recovered)}",
    )


def test_a_killed_spout_is_started_anew_and_loses_nothing(flow: Flow, full: bool, figure: Callable[[str, str], None]):
    oracle, kills = flow.oracle, 20 if full else 3
    flow.until_all_work()
    workers, executors, recovered = flow.workers(), flow.started(), []
    before = oracle.duplicates
    for _ in range(kills):
        pid, seen = oracle.spout_pids[-1], oracle.openings
        os.kill(pid, signal.SIGKILL)
        recovered.append(oracle.until(lambda s=seen: oracle.openings > s, "the spout is opened again"))
        begin, seconds = time.monotonic(), 20.0 if full else 2.0
        oracle.until(lambda b=begin, s=seconds: time.monotonic() - b > s, "the pause is over")
    oracle.settle()
    assert flow.workers() == workers
    assert same_executors(executors, flow.started())
    duplicates = oracle.duplicates - before
    figure(
        f"F3 | `kill -9` of a spout's Python, {flow.serializer}",
        f"{kills} kills, {oracle.fed:,} tuples: lost 0, duplicates {duplicates}, 0 workers replaced; "
        f"opened again after {in_words(recovered)}",
    )


def test_a_stopped_bolt_is_replaced_and_writes_nothing_more(flow: Flow, full: bool, figure: Callable[[str, str], None]):
    oracle, seconds = flow.oracle, 60 if full else SILENCE_SECONDS + 10
    flow.until_all_work()
    workers = flow.workers()
    task = next(one for one in flow.bolts() if one[0] == "store")
    process = psutil.Process(flow.bolts()[task])
    process.suspend()
    begin = time.monotonic()
    replaced = oracle.until(lambda: flow.bolts().get(task, process.pid) != process.pid, "the next process works")
    oracle.until(lambda: time.monotonic() - begin > seconds, "the time is over")
    assert not is_alive(process), "the stopped process is still there"
    oracle.settle()
    assert flow.workers() == workers
    figure(
        f"F6 | SIGSTOP of a bolt's Python, {flow.serializer}",
        f"limit of silence {SILENCE_SECONDS} s: replaced after {replaced:.1f} s, the stopped process ended, lost 0, "
        f"0 workers replaced",
    )
