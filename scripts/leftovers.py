"""Runs a command, then ends whatever it has left running and names it: that makes a failure of a success.

``python scripts/leftovers.py COMMAND...``. What the command starts is known by a variable in its environment, so that
daemons are found too, whose parents have ended; also when the command itself was killed.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import uuid

import psutil

MARK = "UMBRELLA_TEST_RUN"
SECONDS_TO_END = 5  # processes that are about to end are not left over


def main(command: list[str]) -> int:
    run = uuid.uuid4().hex
    with subprocess.Popen(command, env={**os.environ, MARK: run}) as process:
        signal.signal(signal.SIGINT, lambda *_: None)  # a terminal sends it to the command as well
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        code = process.wait()
    _, left = psutil.wait_procs(_processes_of(run), timeout=SECONDS_TO_END)
    for one in left:
        print(f"left running, and killed now: {_described(one)}", file=sys.stderr)
    while left:  # until those are gone that they start meanwhile
        for one in left:
            _kill(one)
        psutil.wait_procs(left, timeout=SECONDS_TO_END)
        left = _processes_of(run)
        code = code or 1
    return code if code >= 0 else 128 - code  # as a shell tells of a signal


def _processes_of(run: str) -> list[psutil.Process]:
    return [one for one in psutil.process_iter() if one.pid != os.getpid() and _is_of(one, run)]


def _is_of(process: psutil.Process, run: str) -> bool:
    try:
        return process.environ().get(MARK) == run and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:  # it has ended, or is another user's
        return False


def _described(process: psutil.Process) -> str:
    try:
        return f"{process.pid} {' '.join(process.cmdline())[:300]}"
    except psutil.Error:
        return str(process.pid)


def _kill(process: psutil.Process) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        process.kill()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
