"""The state of a development cluster, kept in cluster.json so that any process can manage the cluster."""

from __future__ import annotations

import dataclasses
import json
import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from umbrella.errors import DevClusterError, explain, naming

FORMAT = 1


@dataclass(frozen=True)
class Shape:
    """The user's choices for a cluster.

    Args:
        supervisors: the number of supervisors.
        slots: worker slots of each supervisor.
        nimbuses: 1, or 2 for failover.
        drpc: whether there is a DRPC server.
        conf: settings that override Umbrella's, for daemons, workers and clients.
    """

    supervisors: int = 1
    slots: int = 4
    nimbuses: int = 1
    drpc: bool = True
    conf: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        limits = {"supervisors": (1, 16), "slots": (1, 64), "nimbuses": (1, 2)}
        for name, (least, most) in limits.items():
            given = getattr(self, name)
            if not isinstance(given, int) or isinstance(given, bool) or not least <= given <= most:
                text = f"a development cluster cannot have that many {name}"
                raise DevClusterError(explain(text, given=repr(given), valid=[f"{least} to {most}"]))

    def changed(self, **given: Any) -> Shape:
        """Return a copy of this shape with those of the given values that are not None."""
        return dataclasses.replace(self, **{name: value for name, value in given.items() if value is not None})

    def difference(self, other: Shape) -> list[str]:
        """Return ``name=value`` of this shape for each field that differs in the other."""
        names = [one.name for one in dataclasses.fields(self)]
        return [f"{name}={getattr(self, name)}" for name in names if getattr(self, name) != getattr(other, name)]


@dataclass(frozen=True)
class Started:
    """A started process; the start time guards against a reused pid.

    Args:
        pid: the process.
        time: when it started, in seconds since the epoch.
    """

    pid: int
    time: float


@dataclass(frozen=True)
class ClusterState:
    """A cluster, running or not.

    Args:
        id: the mark in the environment of every process of the cluster.
        storm: the version of Storm.
        storm_home: the folder with its jars.
        shape: the user's choices.
        ports: by purpose: "zookeeper", "nimbus", "drpc", "drpc-invocations", "supervisor", "supervisor-slot-1", ...
        daemons: the last started process of each daemon; empty after ``down``.
    """

    storm: str
    storm_home: str
    shape: Shape = field(default_factory=Shape)
    ports: Mapping[str, int] = field(default_factory=dict)
    daemons: Mapping[str, Started] = field(default_factory=dict)
    id: str = field(default_factory=lambda: uuid.uuid4().hex)


def read_state(path: Path) -> ClusterState | None:
    """Return the state in a file, or None if the file does not exist.

    Raises:
        DevClusterError: the file was not written by this version of Umbrella.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    try:
        data = json.loads(text)
        if data.pop("format") != FORMAT:
            raise ValueError("of another version of Umbrella")
        data["shape"] = Shape(**data["shape"])
        data["daemons"] = {name: Started(**one) for name, one in data["daemons"].items()}
        return ClusterState(**data)
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        hint = "End its processes with the version of Umbrella that started them, then delete the folder"
        raise DevClusterError(explain(f"{path} cannot be read: {exc}", hint=hint)) from exc


def write_state(path: Path, state: ClusterState) -> None:
    """Write the state to a file atomically."""
    data = {"format": FORMAT, **dataclasses.asdict(state)}
    part = path.with_suffix(".part")
    with naming(path), part.open("w", encoding="utf-8") as file:
        json.dump(data, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)
