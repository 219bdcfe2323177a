"""The errors that Storm keeps of a topology: the last ten of each component (StormClusterStateImpl.reportError)."""

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
        component: whose.
        time_secs: when, in seconds since the epoch, by that worker's clock.
        host: the worker's, if Storm tells.
        port: the worker's, if Storm tells.
        text: all that Storm has: Python's traceback and Java's below it.
    """

    component: str
    time_secs: int
    host: str | None
    port: int | None
    text: str


def of_python(text: str) -> tuple[str | None, str]:
    """Return the task that a Python component's error came from, and its traceback without Java's words around it.

    An error that is not of Python is returned as it is, with None.
    """
    words = python_text(text)
    found = TASK.match(words) if words != text else None
    if found is None:
        return None, text
    return found["task"], words[found.end() :]


def reported_errors(client: NimbusClient, name: str, component: str | None = None) -> list[ReportedError]:
    """Return the errors that Storm keeps of a topology, or of one component, latest last.

    Raises:
        NotAliveError: there is no such topology.
        UnknownNameError: it has no such component.
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
