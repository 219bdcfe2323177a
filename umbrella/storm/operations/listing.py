"""The topologies of a cluster."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class TopologyRow:
    """One topology, as listed by Nimbus.

    Attributes:
        name: its name, chosen by the user.
        status: ACTIVE, INACTIVE, REBALANCING or KILLED.
        uptime_secs: the time since it was submitted.
        workers: the number of worker processes (JVMs) that Nimbus has assigned.
        executors: the number of threads, including Storm's own such as ackers.
        tasks: the number of tasks, including Storm's own.
        storm_version: the version of the client that submitted it.
        owner: who submitted it.
        id: Storm's id.
    """

    name: str
    status: str
    uptime_secs: int
    workers: int
    executors: int
    tasks: int
    storm_version: str | None
    owner: str | None
    id: str


def topology_rows(summaries: Iterable[Any]) -> list[TopologyRow]:
    """Return the rows of Storm's TopologySummary structs, sorted by name."""
    rows = [
        TopologyRow(
            name=one.name,
            status=one.status,
            uptime_secs=one.uptime_secs,
            workers=one.num_workers,
            executors=one.num_executors,
            tasks=one.num_tasks,
            storm_version=one.storm_version,
            owner=one.owner,
            id=one.id,
        )
        for one in summaries
    ]
    return sorted(rows, key=lambda row: row.name)
