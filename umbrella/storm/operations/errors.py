"""The errors that Storm stores for a topology: the last ten of each component (StormClusterStateImpl.reportError)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from umbrella.storm.nimbus.client import NimbusClient
from umbrella.storm.nimbus.reported import TASK, python_text
from umbrella.storm.operations.names import checked_component, components, text


@dataclass(frozen=True)
class ReportedError:
    """One error of a component.

    Attributes:
        component: its component.
        time_secs: the time, in seconds since the epoch, by that worker's clock.
        host: the worker's, if known.
        port: the worker's, if known.
        text: the whole text: Python's traceback, followed by Java's.
    """

    component: str
    time_secs: int
    host: str | None
    port: int | None
    text: str


def of_python(text: str) -> tuple[str | None, str]:
    """Return the task of a Python component's error, and its traceback without Java's wrapper text.

    An error that is not from Python is returned unchanged, with None.
    """
    words = python_text(text)
    found = TASK.match(words) if words != text else None
    if found is None:
        return None, text
    return found["task"], words[found.end() :]


def reported_errors(client: NimbusClient, name: str, component: str | None = None) -> list[ReportedError]:
    """Return the errors that Storm stores for a topology, or for one component, latest last.

    Raises:
        NotAliveError: there is no such topology.
        UnknownNameError: the topology has no such component.
    """
    topology_id = client.topology_id(name)
    if component is not None:
        checked_component(component, name, list(components(client, topology_id)))
    return errors_of(client.info(topology_id), component)


def errors_of(info: Any, component: str | None = None) -> list[ReportedError]:
    """Return the errors in Storm's TopologyInfo, latest last."""
    found = [
        ReportedError(text(name), one.error_time_secs, text(one.host) if one.host else None, one.port, text(one.error))
        for name, errors in info.errors.items()
        if component in (None, name)
        for one in errors
    ]
    return sorted(found, key=lambda error: (error.time_secs, error.component))
