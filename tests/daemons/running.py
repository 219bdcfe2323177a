"""Topologies of tests on a cluster of daemons."""

from __future__ import annotations

import contextlib
import dataclasses
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from umbrella.compile.jar import build_jar, collect_sources
from umbrella.compile.lower import lower
from umbrella.dsl import Topology, spec_of
from umbrella.errors import NotAliveError
from umbrella.storm.cluster import DevCluster
from umbrella.storm.nimbus.client import NimbusClient
from umbrella.storm.nimbus.settings import NimbusSettings
from umbrella.storm.nimbus.submit import submit

TESTS = Path(__file__).parents[1]
_DEADLINE_SECONDS = 120.0  # for what takes a few seconds on an idle machine


def make_jar(topology: type[Topology], module: str, folder: Path, *packages: str) -> Path:
    """Return the jar of a topology whose components are in a module of tests/, and in more packages there."""
    jar = folder / f"{topology.__name__}.jar"
    sources = collect_sources(module, TESTS)
    build_jar(spec_of(topology), dataclasses.replace(sources, entries=(*sources.entries, *packages)), jar)
    return jar


def nimbus_of(cluster: DevCluster) -> NimbusClient:
    """Return a client of the cluster's Nimbus."""
    return NimbusClient(NimbusSettings(seeds=(cluster.nimbus_host,), port=cluster.nimbus_port))


def start(client: NimbusClient, topology: type[Topology], module: str, folder: Path, *packages: str) -> None:
    """Submit a topology, by Thrift."""
    submit(client, lower(spec_of(topology)), make_jar(topology, module, folder, *packages))


@contextlib.contextmanager
def submitted(
    cluster: DevCluster, topology: type[Topology], module: str, folder: Path, *packages: str
) -> Iterator[NimbusClient]:
    """Run a topology, by Thrift, and kill it at the end."""
    with nimbus_of(cluster) as client:
        start(client, topology, module, folder, *packages)
        try:
            yield client
        finally:
            end(client, topology.__name__)


def end(client: NimbusClient, name: str) -> None:
    """Kill a topology and wait until it is gone."""
    with contextlib.suppress(NotAliveError):
        client.kill(name, 0)
    wait_until(lambda: name not in [one.name for one in client.topologies()])


def wait_until(check: Callable[[], bool], seconds: float = 0.0) -> None:
    """Wait until something is so, or fail.

    Args:
        check: whether it is so.
        seconds: how long that may take beyond what is usual.
    """
    deadline = time.monotonic() + _DEADLINE_SECONDS + seconds
    while not check():
        assert time.monotonic() < deadline, "it has not come so far in time"
        time.sleep(0.1)


def told_of_spout(client: NimbusClient, topology: type[Topology], spout: str) -> tuple[int, int, int]:
    """Return how many tuples a spout has emitted, and how many of them were acked and failed, by Storm's own word.

    Only with stats_sample_rate = 1.0 these are counts, and only of workers that live.
    """
    page = client.page(client.topology_id(topology.__name__))
    stats = page.id_to_spout_agg_stats[spout].common_stats if page.id_to_spout_agg_stats else None
    return (stats.emitted or 0, stats.acked or 0, stats.failed or 0) if stats else (0, 0, 0)


def placed(client: NimbusClient, topology: type[Topology]) -> dict[str, dict[int, int]]:
    """Return which worker, by its port, has which task of which component, by Nimbus's word."""
    found: dict[str, dict[int, int]] = {}
    for one in client.info(client.topology_id(topology.__name__)).executors:
        tasks = range(one.executor_info.task_start, one.executor_info.task_end + 1)
        found.setdefault(one.component_id, {}).update(dict.fromkeys(tasks, one.port))
    return found
