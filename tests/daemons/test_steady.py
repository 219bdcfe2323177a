"""Figures F17 and F18: what a slow bolt holds up, and what grows in the long run."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from conftest import SOAK

from daemons.commands import end_all
from daemons.family import family_of
from daemons.running import submitted, told_of_spout, wait_until
from topologies.steady import Flooded, Steady
from umbrella.dsl import Topology
from umbrella.storm.cluster import DevCluster
from umbrella.storm.java import STORM_NEEDS, find_java

pytestmark = pytest.mark.storm

SERIALIZERS = ["json", "msgpack"] if SOAK else ["msgpack"]
MIB = 1 << 20


def with_serializer(topology: type[Topology], serializer: str, **changes: object) -> type[Topology]:
    """Return a topology of the same name with that serializer."""
    changed = {"serializer": serializer, "python": sys.executable}  # which has msgspec
    config = type("Config", (vars(topology)["Config"],), changed)
    return type(topology.__name__, (topology,), {"Config": config, **changes})


class Usage:
    """What the processes of a topology use."""

    def __init__(self, cluster: DevCluster) -> None:
        family = family_of(cluster)
        self.pythons = [one for one in family if any("umbrella.multilang" in word for word in one.cmdline())]
        (worker,) = cluster.workers()
        self.worker = psutil.Process(worker)

    def python_rss(self) -> list[int]:
        return [one.memory_info().rss for one in self.pythons]

    def counts(self) -> list[tuple[int, int]]:
        """Return the open fds and the threads of each process."""
        return [(one.num_fds(), one.num_threads()) for one in [*self.pythons, self.worker]]

    def heap(self) -> int:
        """Return the bytes of the worker's heap that are in use after a collection."""
        jcmd = Path(find_java(STORM_NEEDS)).resolve().parent / "jcmd"
        run = [str(jcmd), str(self.worker.pid)]
        subprocess.run([*run, "GC.run"], check=True, capture_output=True)
        told = subprocess.run([*run, "GC.heap_info"], check=True, capture_output=True, text=True).stdout
        used = re.findall(r"(?:generation|Gen|heap)\s+total \d+K, used (\d+)K", told)  # young and old, or G1's in one
        assert used, told
        return sum(map(int, used)) * 1024


@pytest.mark.parametrize("serializer", SERIALIZERS)
def test_a_slow_bolt_holds_its_spout_back_and_nothing_grows(
    daemons: DevCluster, tmp_path: Path, serializer: str, full: bool, figure: Callable[[str, str], None]
):
    end_all(daemons)
    topology, seconds = with_serializer(Flooded, serializer), 900 if full else 30
    with submitted(daemons, topology, "topologies.steady", tmp_path) as client:
        wait_until(lambda: told_of_spout(client, topology, "numbers")[1] > 20)
        usage = Usage(daemons)
        settle = time.monotonic() + (180 if full else 5)
        wait_until(lambda: time.monotonic() > settle, 180)
        rss, heap, pending, heaps = usage.python_rss(), usage.heap(), [], []
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            emitted, acked, failed = told_of_spout(client, topology, "numbers")
            assert failed == 0
            pending.append(emitted - acked)
            heaps.append(usage.heap())
            time.sleep(5)
        grown = [after - before for before, after in zip(rss, usage.python_rss())]
    # Storm tells acks and emits of two moments, up to three seconds apart: what is acked meanwhile counts as open.
    assert max(pending) <= 100 + 10 * 5
    assert max(grown) < 10 * MIB
    if full:  # a heap of a minute's age still grows by Storm's own buffers
        assert max(heaps) < heap * 1.1
    figure(
        f"F17 | 10 tuples a second from a spout without a limit, {serializer}",
        f"{seconds} s: at most {max(pending)} open by Storm's word (max_spout_pending 100), Python grew by "
        f"{max(grown) / MIB:.1f} MiB at most; heap after collections {min(heaps) / MIB:.0f} to "
        f"{max(heaps) / MIB:.0f} MiB",
    )


@pytest.mark.parametrize("serializer", SERIALIZERS)
def test_nothing_grows_in_the_long_run(
    daemons: DevCluster, tmp_path: Path, serializer: str, full: bool, figure: Callable[[str, str], None]
):
    end_all(daemons)
    seconds = 3600 if full else 45
    rate = 10_000 if full else 1_000
    topology = with_serializer(Steady, serializer, numbers=Steady.numbers.replace(per_second=rate))
    with submitted(daemons, topology, "topologies.steady", tmp_path) as client:
        wait_until(lambda: told_of_spout(client, topology, "numbers")[1] > 1000)
        usage = Usage(daemons)
        warm = time.monotonic() + (300 if full else 10)
        wait_until(lambda: time.monotonic() > warm, 300)
        counts, rss, begin = usage.counts(), usage.python_rss(), time.monotonic()
        first = told_of_spout(client, topology, "numbers")
        wait_until(lambda: time.monotonic() - begin > seconds, seconds)
        after, grown = usage.counts(), [now - before for before, now in zip(rss, usage.python_rss())]
        last = told_of_spout(client, topology, "numbers")
    assert last[2] == 0
    assert all(abs(now[0] - then[0]) <= 3 for now, then in zip(after, counts)), f"open fds: {counts}, then {after}"
    assert after[:-1] == counts[:-1], f"fds and threads of Python: {counts}, then {after}"
    assert max(grown) < 5 * MIB
    figure(
        f"F18 | a steady stream, {serializer}",
        f"{seconds} s, {(last[1] - first[1]) / seconds:,.0f} acked a second, failed 0: Python grew by "
        f"{max(grown) / MIB:.2f} MiB at most, fds and threads as before",
    )
