"""A worker process without Storm: what ShellBolt and ShellSpout write to it, and when."""

from __future__ import annotations

import contextlib
import json
import os
import random
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.subjects import ECHO, UMBRELLA, command, python_paths, umbrella_code

END = b"\nend\n"
SYNC = b'sync"}' + END
NEXT = b'{"command":"next","id":""}' + END
ACTIVATE = b'{"command":"activate","id":""}' + END
TEXT = "x" * 100


def handshake(subject: str, role: str, pid_folder: str) -> bytes:
    """Return the first message, as JsonSerializer.connect writes it."""
    conf: dict[str, Any] = {"topology.name": role, "storm.cluster.mode": "local"}
    if subject == UMBRELLA:
        code = umbrella_code(role)
        conf.update({"umbrella.component": f"{code.module}:{code.qualname}", "umbrella.options": "{}"})
    sources = {"source": {"default": ["text"]}} if role == ECHO else {}
    context = {
        "taskid": 4,
        "componentid": "measured",
        "task->component": {"3": "source", "4": "measured"},
        "source->stream->fields": sources,
        "stream->outputfields": {"default": ["text"]},
    }
    return json.dumps({"pidDir": pid_folder, "conf": conf, "context": context}).encode() + END


def tuples(count: int, seed: int = 1) -> list[bytes]:
    """Return tuples for a bolt, with random 64-bit ids as MessageId.generateId makes them."""
    chance = random.Random(seed)
    text = b'{"id":"%d","comp":"source","stream":"default","task":3,"tuple":["' + TEXT.encode() + b'"]}' + END
    return [text % chance.randint(-(1 << 63), (1 << 63) - 1) for _ in range(count)]


def ack_of(number: int) -> bytes:
    """Return the word to a spout that its tuple of that message id is done."""
    return b'{"command":"ack","id":%d}' % number + END


class Wire:
    """A running worker.

    Attributes:
        process: the worker.
        pid_seconds: from its start until it answered its pid.
    """

    def __init__(self, subject: str, role: str, folder: str) -> None:
        chosen = command(subject, role)
        paths = os.pathsep.join(map(str, python_paths()))
        greeting = handshake(subject, role, folder)
        self._rest = b""
        began = time.perf_counter()
        self.process = subprocess.Popen(
            [chosen.python, chosen.script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": paths},
            cwd=folder,
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self._in, self._out = self.process.stdin.fileno(), self.process.stdout.fileno()
        self.write(greeting)
        self.read_until(END)
        self.pid_seconds = time.perf_counter() - began

    def write(self, data: bytes) -> None:
        """Write all of it."""
        view = memoryview(data)
        while view:
            view = view[os.write(self._in, view) :]

    def read_until(self, mark: bytes) -> bytes:
        """Return what comes up to the mark.

        Raises:
            EOFError: the worker ended.
        """
        while mark not in self._rest:
            data = os.read(self._out, 1 << 16)
            if not data:
                raise EOFError(f"the worker ended: {self._rest[-500:]!r}")
            self._rest += data
        found, _, self._rest = self._rest.partition(mark)
        return found

    def count(self, mark: bytes, number: int) -> None:
        """Read until the mark has come that many times."""
        seen = 0
        rest = self._rest
        while True:
            seen += rest.count(mark)
            if seen >= number:
                self._rest = b""
                return
            data = os.read(self._out, 1 << 16)
            if not data:
                raise EOFError("the worker ended")
            # A mark may be cut in two: keep what could be the beginning of one.
            rest = rest[-(len(mark) - 1) :] + data

    def turn(self, message: bytes) -> bytes:
        """Send one command to a spout and wait for its sync, as ShellSpout does."""
        self.write(message)
        return self.read_until(SYNC)

    def cpu_seconds(self) -> float:
        """Return the processor time that the main thread has used so far."""
        text = Path(f"/proc/{self.process.pid}/schedstat").read_text(encoding="ascii")
        return int(text.split()[0]) / 1e9

    def resident_kb(self) -> int:
        """Return VmRSS."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))

    def end(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.communicate()


@contextlib.contextmanager
def worker(subject: str, role: str) -> Iterator[Wire]:
    """Start a worker, past its pid, and end it with the context."""
    with tempfile.TemporaryDirectory(prefix="umbrella-benchmark-") as folder:
        wire = Wire(subject, role, folder)
        try:
            yield wire
        finally:
            wire.end()
