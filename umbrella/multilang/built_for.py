"""Checks that this worker matches what the topology's jar was built for: Umbrella version, Python and platform."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any

from umbrella.errors import WorkerMismatchError, explain
from umbrella.version import VERSION

VERSION_KEY = "umbrella.version"  # written by umbrella.compile.conf
PYTHON_KEY = "umbrella.python"  # written by umbrella.compile.vendored, if the jar contains compiled code
PLATFORM_KEY = "umbrella.platform"


def check_worker(conf: Mapping[str, Any]) -> None:
    """Refuse to run a topology that was built for another Umbrella version, Python or platform.

    Raises:
        WorkerMismatchError: names both, and what to do.
    """
    wanted = conf.get(VERSION_KEY)
    if wanted is not None and wanted != VERSION:
        what = f"this topology was compiled by Umbrella {wanted}, and the worker imports another one"
        given = f"Umbrella {VERSION} at {os.path.dirname(os.path.dirname(os.path.abspath(__file__)))}"
        hint = "The jar carries its own in resources/: build it again, and submit it with the Umbrella that built it."
        raise WorkerMismatchError(explain(what, given=given, hint=hint))
    _check_python(str(conf.get(PYTHON_KEY) or ""))
    platform = conf.get(PLATFORM_KEY)
    if platform and not machine().startswith(str(platform)):
        what = f"the compiled code in this topology's jar is for {platform}, and this worker is another machine"
        hint = "Build the jar with --platform PLATFORM for the workers."
        raise WorkerMismatchError(explain(what, given=machine(), hint=hint))


def machine() -> str:
    """Return the operating system and machine type of this worker, in the format of ``umbrella.platform``."""
    return f"{sys.platform}-{os.uname().machine}" if hasattr(os, "uname") else sys.platform


def _check_python(wanted: str) -> None:
    own = sys.version_info[:2]
    least = wanted.startswith(">=")
    numbers = tuple(int(part) for part in wanted.lstrip(">=").split(".")) if wanted else own
    fits = own >= numbers if least else own == numbers
    if fits and (not wanted or sys.implementation.name == "cpython"):
        return
    what = f"the compiled code in this topology's jar is for CPython {wanted}, and the worker runs another Python"
    given = f"{sys.implementation.name} {own[0]}.{own[1]} at {sys.executable}"
    hint = (
        f"Build the jar with --python-version {own[0]}.{own[1]}, "
        "or set python in the topology's Config to a fitting one on the workers."
    )
    raise WorkerMismatchError(explain(what, given=given, hint=hint))
