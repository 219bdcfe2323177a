"""Runs pip, which finds and checks the wheels."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from typing import NamedTuple

from umbrella.errors import BuildError, PipMissingError, explain

_UNREACHED = re.compile(
    r"Could not fetch URL (\S+?):? |connection broken by '(\w+)|(NewConnectionError|ConnectTimeoutError|ProxyError)"
)
_OLDEST = (22, 2)  # the first with `install --dry-run --report`
_VERSION = re.compile(r"pip (\d+)\.(\d+)")
_WHEELS_ONLY = ["--only-binary=:all:", "--no-input", "--disable-pip-version-check", "--retries=1", "--no-color"]


class PipResult(NamedTuple):
    """The exit code of a pip run, and all its output."""

    code: int
    text: str

    @property
    def errors(self) -> list[str]:
        """Its error messages, one per line."""
        return [line[len("ERROR: ") :] for line in self.text.splitlines() if line.startswith("ERROR: ")]

    @property
    def unreached(self) -> bool:
        """Whether an index could not be reached."""
        return bool(_UNREACHED.search(self.text))


def check_pip() -> None:
    """Refuse a Python without a recent enough pip.

    Raises:
        PipMissingError: pip is missing or too old.
    """
    done = _run(["--version"])
    found = _VERSION.match(done.text)
    if done.code or found is None or (int(found[1]), int(found[2])) < _OLDEST:
        what = f"finding wheels takes pip {'.'.join(map(str, _OLDEST))} or newer"
        given = done.text.strip().splitlines()[-1] if done.text.strip() else "no pip"
        hint = f"Try: {sys.executable} -m ensurepip --upgrade, then {sys.executable} -m pip install --upgrade pip."
        raise PipMissingError(explain(what, given=given, hint=hint))


def pip(command: str, arguments: Sequence[str]) -> PipResult:
    """Run ``pip COMMAND`` for wheels only, and return the result."""
    return _run([command, *_WHEELS_ONLY, *arguments])


def refuse_unreached(result: PipResult, origin: str) -> None:
    """Refuse a result that is due to an unreachable index, which pip reports as a missing package.

    Raises:
        BuildError: the index is unreachable; the text has pip's messages.
    """
    if not result.unreached:
        return
    lines = [line.strip() for line in result.text.splitlines() if _UNREACHED.search(line)]
    what = f"the package index cannot be reached, so no wheels can be found for {origin}"
    hint = "Wheels of a folder: PIP_NO_INDEX=1 PIP_FIND_LINKS=FOLDER."
    raise BuildError(explain(what, given=lines[-1][:300], hint=hint))


def _run(arguments: Sequence[str]) -> PipResult:
    command = [sys.executable, "-m", "pip", *arguments]
    # Drop the user's PYTHONPATH: something in it may be called pip.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace"
    )
    return PipResult(done.returncode, done.stdout)
