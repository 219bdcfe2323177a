"""A real worker process over pipes, with no JVM on the other side."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import umbrella
from bare_jvm.driver import TESTS


def frame(message: Any) -> bytes:
    return json.dumps(message).encode() + b"\nend\n"


def handshake(component: type, pid_dir: str = "", **options: Any) -> bytes:
    """Return Storm's first message for a bolt that reads the field "value" and emits on the default stream."""
    conf = {
        "umbrella.component": f"{component.__module__}:{component.__qualname__}",
        "umbrella.options": json.dumps(options),
        "storm.cluster.mode": "local",
    }
    context = {
        "taskid": 4,
        "componentid": "task",
        "task->component": {"4": "task", "1": "source"},
        "stream->outputfields": {"default": ["value"]},
        "source->stream->fields": {"source": {"default": ["value"]}},
        "stream->target->grouping": {},
    }
    return frame({"pidDir": pid_dir, "conf": conf, "context": context})


def tuple_of(value: Any) -> bytes:
    return frame({"id": "1", "comp": "source", "stream": "default", "task": 1, "tuple": [value]})


@contextlib.contextmanager
def live_worker() -> Iterator[subprocess.Popen[bytes]]:
    """Start a worker process, and kill it at the end."""
    path = os.pathsep.join([str(TESTS), str(Path(umbrella.__file__).parents[1])])
    process = subprocess.Popen(
        [sys.executable, "-mumbrella.multilang"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path},
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            with contextlib.suppress(BrokenPipeError):
                pipe.close()
