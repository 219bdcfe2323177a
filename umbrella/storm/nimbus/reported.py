"""The errors that Nimbus keeps of a topology, as a Python user reads them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import six

# ShellBolt.handleError and ShellSpout.handleError put this before what the component reports.
_FROM_PYTHON = "java.lang.Exception: Shell Process Exception: "
_OF_PROCESS = "umbrella.storm.ChildDied: "  # the end of a process is told by Java
_JAVA_FRAME = re.compile(r"(\tat |\t\.\.\. |Caused by: )")


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
    python = text.startswith(_FROM_PYTHON)
    if python:
        text = text[len(_FROM_PYTHON) :]
    elif text.startswith(_OF_PROCESS):
        text = text[len(_OF_PROCESS) :]
    lines = [line for line in text.splitlines() if not _JAVA_FRAME.match(line)]
    return Reported(
        component, error.host or "", error.port or 0, error.error_time_secs, "\n".join(lines).strip(), python
    )
