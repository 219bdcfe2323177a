"""Turns what user code prints on stdout and stderr into lines of the worker's log."""

from __future__ import annotations

import os
import selectors
import sys
import threading
from typing import Callable

from umbrella.multilang.messages import INFO, WARN

MAX_LINE = 1 << 15  # bytes of a line in the log; a longer one is cut into several
LINES_AT_ONCE = 1 << 16  # bytes read from a pipe in one go
PARENT_CHECK = 1.0  # seconds between two looks whether Storm is still there

Write = Callable[[str, int], None]


class PrintedLines:
    """A thread that drains the pipes behind fds 1 and 2.

    Args:
        stdout: read end of the pipe that is fd 1; its lines are logged at INFO.
        stderr: read end of the pipe that is fd 2; its lines are logged at WARN.
        write: takes a line and its level, and sends it.
        orphaned: called when Storm's process is gone.
    """

    def __init__(self, stdout: int, stderr: int, write: Write, orphaned: Callable[[], None]) -> None:
        self._levels = {stdout: INFO, stderr: WARN}
        self._rest = {stdout: b"", stderr: b""}
        self._write = write
        self._orphaned = orphaned
        self._parent = os.getppid()
        self._wake_read, self._wake_write = os.pipe()
        self._thread = threading.Thread(target=self._run, name="umbrella-printed", daemon=True)

    def start(self) -> None:
        """Start draining."""
        self._thread.start()

    def stop(self) -> None:
        """Log what is still in the pipes, and end."""
        sys.stdout.flush()
        sys.stderr.flush()
        os.write(self._wake_write, b"x")
        self._thread.join(timeout=1.0)

    def _run(self) -> None:
        with selectors.DefaultSelector() as selector:
            for fd in (*self._levels, self._wake_read):
                os.set_blocking(fd, False)
                selector.register(fd, selectors.EVENT_READ)
            while not self._turn(selector):
                pass
        for fd in self._levels:
            self._drain(fd)
            self._cut(fd, last=True)

    def _turn(self, selector: selectors.BaseSelector) -> bool:
        ready = [key.fd for key, _ in selector.select(PARENT_CHECK)]
        if os.getppid() != self._parent:
            self._orphaned()
        for fd in ready:
            if fd != self._wake_read:
                self._drain(fd)
        return self._wake_read in ready

    def _drain(self, fd: int) -> None:
        try:
            data = os.read(fd, LINES_AT_ONCE)
        except BlockingIOError:
            return
        self._rest[fd] += data
        self._cut(fd)

    def _cut(self, fd: int, last: bool = False) -> None:
        *lines, rest = self._rest[fd].split(b"\n")
        while len(rest) > MAX_LINE or (last and rest):
            lines.append(rest[:MAX_LINE])
            rest = rest[MAX_LINE:]
        self._rest[fd] = rest
        for line in lines:
            for start in range(0, max(1, len(line)), MAX_LINE):
                self._write(line[start : start + MAX_LINE].decode("utf-8", "backslashreplace"), self._levels[fd])
