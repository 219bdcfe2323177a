"""The topologies of a cluster."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class TopologyRow:
    """One topology, as Nimbus lists it.

    Attributes:
        name: the user's.
        status: ACTIVE, INACTIVE, REBALANCING or KILLED.
        uptime_secs: since it was submitted.
        workers: processes (JVMs) that Nimbus has assigned.
        executors: threads, Storm's ackers and such among them.
        tasks: the same.
        storm_version: of the client that submitted it.
        owner: who submitted it.
        id: Storm's.
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
    """Return the topologies by name, from Storm's TopologySummary structs."""
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
