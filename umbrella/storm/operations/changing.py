"""Kills and rebalances topologies, and waits until Nimbus has finished."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from umbrella.errors import UnknownNameError, explain
from umbrella.storm.nimbus.client import NimbusClient
from umbrella.storm.operations.names import checked_component, components
from umbrella.storm.operations.statistics import worker_rows

MESSAGE_TIMEOUT = "topology.message.timeout.secs"

_POLL_SECONDS = 0.5
_GRACE_SECONDS = 60.0  # for Nimbus to finish, after the wait time
_REBALANCING = "REBALANCING"

Step = Callable[[str], None]


@dataclass(frozen=True)
class Killed:
    """The result of a kill.

    Attributes:
        name: the topology.
        id: Storm's.
        wait_secs: how long its spouts are deactivated before its workers are stopped.
        gone: whether it has ended; False without waiting, or if the wait timed out.
        seconds: how long that took.
    """

    name: str
    id: str
    wait_secs: int
    gone: bool
    seconds: float


@dataclass(frozen=True)
class Rebalanced:
    """The result of a rebalance.

    Attributes:
        name: the topology.
        id: Storm's.
        wait_secs: how long its spouts are deactivated before tasks move.
        done: whether it has finished; False without waiting, or if the wait timed out.
        workers: the number of workers it has now.
        executors: the number of executors that each component has now.
        seconds: how long that took.
    """

    name: str
    id: str
    wait_secs: int
    done: bool
    workers: int
    executors: dict[str, int]
    seconds: float


def kill(client: NimbusClient, name: str, wait_secs: int | None, follow: bool, step: Step) -> Killed:
    """Kill a topology and wait until Nimbus no longer lists it, at most for the wait time and a minute.

    Args:
        client: a client of its cluster.
        name: the topology.
        wait_secs: how long its spouts are deactivated first; its message timeout if None.
        follow: False returns as soon as Nimbus has accepted the request.
        step: called with a description of each step.

    Raises:
        NotAliveError: there is no such topology.
    """
    topology_id = client.topology_id(name)
    wait = _wait_secs(client, topology_id, wait_secs)
    client.kill(name, wait_secs)
    begin = time.monotonic()
    step(f"{name} is being killed: spouts rest for {wait} s, then its workers are stopped")
    gone = follow and _until(lambda: not _listed(client, topology_id), wait + _GRACE_SECONDS)
    return Killed(name, topology_id, wait, gone, time.monotonic() - begin)


def rebalance(
    client: NimbusClient,
    name: str,
    wait_secs: int | None,
    workers: int | None,
    executors: Mapping[str, int],
    follow: bool,
    step: Step,
) -> Rebalanced:
    """Redistribute a topology's executors and wait until Nimbus has finished.

    Args:
        client: a client of its cluster.
        name: the topology.
        wait_secs: how long its spouts are deactivated first; its message timeout if None.
        workers: the new number of worker processes; unchanged if None.
        executors: the new number of executors of each of these components.
        follow: False returns as soon as Nimbus has accepted the request.
        step: called with a description of each step.

    Raises:
        NotAliveError: there is no such topology.
        UnknownNameError: it has no such component, or the component has fewer tasks.
    """
    topology_id = client.topology_id(name)
    _check_executors(client, topology_id, name, executors)
    wait = _wait_secs(client, topology_id, wait_secs)
    client.rebalance(name, wait_secs, workers, executors)
    begin = time.monotonic()
    step(f"{name} is being rebalanced: spouts rest for {wait} s, then tasks move")
    done = follow and _until(lambda: _status(client, topology_id) != _REBALANCING, wait + _GRACE_SECONDS)
    page = client.page(topology_id)
    return Rebalanced(
        name=name,
        id=topology_id,
        wait_secs=wait,
        done=done,
        workers=len(worker_rows(page)),
        executors=_executor_counts(client, topology_id),
        seconds=time.monotonic() - begin,
    )


def _check_executors(client: NimbusClient, topology_id: str, name: str, wanted: Mapping[str, int]) -> None:
    """Refuse what Storm silently ignores: an unknown component, or more executors than tasks."""
    if not wanted:
        return
    known = components(client, topology_id)
    tasks: dict[str, int] = {}
    for one in client.info(topology_id).executors:
        count = one.executor_info.task_end - one.executor_info.task_start + 1
        tasks[one.component_id] = tasks.get(one.component_id, 0) + count
    for component, count in wanted.items():
        checked_component(component, name, list(known))
        if component in tasks and count > tasks[component]:
            what = f"{component} cannot have more executors than it has tasks"
            hint = "Tasks are set when a topology is submitted: Component(executors, tasks=...)"
            raise UnknownNameError(
                explain(what, given=f"{component}={count}", valid=[f"1 to {tasks[component]}"], hint=hint)
            )


def _executor_counts(client: NimbusClient, topology_id: str) -> dict[str, int]:
    counts = dict.fromkeys(components(client, topology_id), 0)
    for one in client.info(topology_id).executors:
        if one.component_id in counts:
            counts[one.component_id] += 1
    return counts


def _wait_secs(client: NimbusClient, topology_id: str, given: int | None) -> int:
    return int(client.conf(topology_id).get(MESSAGE_TIMEOUT) or 30) if given is None else given


def _listed(client: NimbusClient, topology_id: str) -> bool:
    return any(one.id == topology_id for one in client.topologies())


def _status(client: NimbusClient, topology_id: str) -> str:
    return next((one.status for one in client.topologies() if one.id == topology_id), "")


def _until(reached: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not reached():
        if time.monotonic() > end:
            return False
        time.sleep(_POLL_SECONDS)
    return True
