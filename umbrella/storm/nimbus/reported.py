"""The errors that Nimbus stores for a topology, converted for Python users."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import six

# The prefixes of errors that a component reports: ShellBolt.handleError and ShellSpout.handleError, and
# umbrella.storm.Reporting.
_BY_PYTHON = ("java.lang.Exception: Shell Process Exception: ", "umbrella.storm.PythonError: ")
_OF_PROCESS = "umbrella.storm.ChildDied: "  # the end of a process is reported by Java
TASK = re.compile(r"(?P<name>[^\s\[\]]+)\[(?P<task>\d+)\]: ")  # the prefix of both texts
_JAVA_FRAMES = ("\tat ", "\t... ")


@dataclass(frozen=True)
class Reported:
    """An error of a component.

    Attributes:
        component: its name.
        host: the host that it ran on.
        port: its worker's port.
        seconds: the time, in seconds since the epoch.
        text: a Python traceback, or else Java's text.
        python: whether the component itself reported it.
    """

    component: str
    host: str
    port: int
    seconds: int
    text: str
    python: bool


def is_of_python(text: str) -> bool:
    """Whether an error was reported by a component itself."""
    return text.startswith(_BY_PYTHON)


def python_text(text: str) -> str:
    """Return an error of a component or of its process without Java's wrapper text; return others unchanged."""
    for prefix in (*_BY_PYTHON, _OF_PROCESS):
        if text.startswith(prefix):
            return without_java_frames(text[len(prefix) :])
    return text


def without_java_frames(text: str) -> str:
    """Return an error without Java stack frames; its causes are kept."""
    return "\n".join(line for line in text.splitlines() if not line.startswith(_JAVA_FRAMES)).strip()


def reported(info: Any) -> list[Reported]:
    """Return the errors in a TopologyInfo, oldest first.

    When a process ends, Java reports broken pipes too. The errors that the component itself reported are the reason; if
    there are any, only those are returned.
    """
    found = [_one(component, error) for component, errors in info.errors.items() for error in errors]
    found.sort(key=lambda one: (one.seconds, one.component))
    told = {one.component for one in found if one.python}
    return [one for one in found if one.python or one.component not in told]


def _one(component: str, error: Any) -> Reported:
    text = six.ensure_text(error.error, errors="replace")  # thriftpy2 leaves text that is not UTF-8 as bytes
    lines = without_java_frames(python_text(text)).splitlines()
    shown = "\n".join(line for line in lines if not line.startswith("Caused by: ")).strip()
    return Reported(component, error.host or "", error.port or 0, error.error_time_secs, shown, is_of_python(text))
