"""The errors that Nimbus keeps of a topology, as a Python user reads them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import six

# What a component reports: ShellBolt.handleError and ShellSpout.handleError, and umbrella.storm.Reporting.
_BY_PYTHON = ("java.lang.Exception: Shell Process Exception: ", "umbrella.storm.PythonError: ")
_OF_PROCESS = "umbrella.storm.ChildDied: "  # the end of a process is told by Java
TASK = re.compile(r"(?P<name>[^\s\[\]]+)\[(?P<task>\d+)\]: ")  # what the text of both begins with
_JAVA_FRAMES = ("\tat ", "\t... ")


@dataclass(frozen=True)
class Reported:
    """An error of a component.

    Attributes:
        component: its name.
        host: where it ran.
        port: the slot of its worker.
        seconds: when, in seconds since 1970.
        text: a Python traceback, or else what Java said.
        python: whether the component itself reported it.
    """

    component: str
    host: str
    port: int
    seconds: int
    text: str
    python: bool


def is_of_python(text: str) -> bool:
    """Whether an error is what a component itself reported."""
    return text.startswith(_BY_PYTHON)


def python_text(text: str) -> str:
    """Return an error of a component or of its process without Java's words around it; others as they are."""
    for prefix in (*_BY_PYTHON, _OF_PROCESS):
        if text.startswith(prefix):
            return without_java_frames(text[len(prefix) :])
    return text


def without_java_frames(text: str) -> str:
    """Return an error without the lines of Java's stack; what caused it stays."""
    return "\n".join(line for line in text.splitlines() if not line.startswith(_JAVA_FRAMES)).strip()


def reported(info: Any) -> list[Reported]:
    """Return the errors in a TopologyInfo, earliest first.

    A process that ends leaves a trail of broken pipes in Java; what the component said itself is the reason, and stands
    alone where there is any.
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
