"""``umbrella run`` as a process beside a test, and commands that call what it serves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]


class Running:
    """``umbrella run`` as a process, with what it has printed."""

    def __init__(self, folder: Path, target: str, variables: Mapping[str, str] = {}) -> None:
        heeds = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)  # noqa: E731
        command = [sys.executable, "-m", "umbrella", "run", target]
        self.process = subprocess.Popen(
            command, cwd=folder, text=True, stdout=-1, stderr=-2, preexec_fn=heeds, env=environment(folder, variables)
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.lines.extend(iter(self.process.stdout.readline, ""))

    def line_with(self, text: str, seconds: float = 60.0) -> str:
        end = time.monotonic() + seconds
        while True:
            found = [line for line in self.lines if text in line]
            if found:
                return found[0]
            assert self.process.poll() is None, "".join(self.lines)
            assert time.monotonic() < end, "".join(self.lines)
            time.sleep(0.1)

    def kill(self) -> None:
        """End it, if it has not ended."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()  # type: ignore[union-attr]

    def interrupt(self) -> int:
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(60)
        self._reader.join(10)
        self.process.stdout.close()  # type: ignore[union-attr]
        return code


def environment(folder: Path, variables: Mapping[str, str] = {}) -> dict[str, str]:
    return {**os.environ, **variables, "PYTHONPATH": os.pathsep.join([str(ROOT), str(folder)])}


def run(folder: Path, *command: str, variables: Mapping[str, str] = {}) -> subprocess.CompletedProcess[str]:
    env = environment(folder, variables)
    return subprocess.run(command, cwd=folder, text=True, stdout=-1, stderr=subprocess.STDOUT, timeout=120, env=env)
