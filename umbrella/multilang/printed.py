"""Sends what user code prints to stdout and stderr to the worker's log.

Two threads: one only drains the pipes, so that a print never waits for Storm; the other sends. Output beyond the rate
limit is dropped, and the log says how many lines.
"""

from __future__ import annotations

import os
import selectors
import sys
import threading
import time
from collections import deque
from typing import Callable

from umbrella.multilang.messages import INFO, WARN

MAX_LINE = 1 << 15  # bytes of a log line; longer lines are split
LINES_KEPT = 20_000  # maximum number of lines in the queue; more are dropped
BYTES_KEPT = 1 << 22
LINES_A_SECOND = 5_000  # on average; bursts of up to LINES_KEPT are allowed
PARENT_CHECK = 1.0  # seconds between checks that Storm's process still exists
_READ = 1 << 16

Write = Callable[[str, int], None]


class PrintedLines:
    """Drains the pipes behind fds 1 and 2 into the log.

    Args:
        stdout: the read end of the pipe that is fd 1; its lines are logged at INFO.
        stderr: the read end of the pipe that is fd 2; its lines are logged at WARN.
        write: sends a line at a level; may block on Storm.
        flush: called after a few writes.
        orphaned: called when Storm's process is gone.
    """

    def __init__(
        self, stdout: int, stderr: int, write: Write, flush: Callable[[], None], orphaned: Callable[[], None]
    ) -> None:
        self._levels = {stdout: INFO, stderr: WARN}
        self._rest = {stdout: b"", stderr: b""}
        self._lines = _Lines()
        self._stopping = False
        self._write, self._flush, self._orphaned = write, flush, orphaned
        self._parent = os.getppid()
        self._wake_read, self._wake_write = os.pipe()
        self._drainer = threading.Thread(target=self._drain_pipes, name="umbrella-printed", daemon=True)
        self._sender = threading.Thread(target=self._send_lines, name="umbrella-log", daemon=True)

    def start(self) -> None:
        """Start both threads."""
        self._drainer.start()
        self._sender.start()

    def stop(self, seconds: float = 1.0) -> None:
        """Log what is left in the pipes, and stop; waits at most ``seconds`` for each thread."""
        for stream in (sys.stdout, sys.stderr):
            if stream is not None and not stream.closed:
                stream.flush()
        os.write(self._wake_write, b"x")
        self._drainer.join(seconds)
        self._lines.close()
        self._sender.join(seconds)

    def _drain_pipes(self) -> None:
        with selectors.DefaultSelector() as selector:
            for fd in (*self._levels, self._wake_read):
                os.set_blocking(fd, False)
                selector.register(fd, selectors.EVENT_READ)
            while not self._turn(selector):
                pass
        self._stopping = True
        for fd in self._levels:
            while self._drain(fd):
                pass
            self._cut(fd, last=True)

    def _turn(self, selector: selectors.BaseSelector) -> bool:
        ready = [key.fd for key, _ in selector.select(PARENT_CHECK)]
        if os.getppid() != self._parent:
            self._orphaned()
        for fd in ready:
            if fd != self._wake_read and not self._drain(fd):
                selector.unregister(fd)  # user code has replaced the fd: nothing arrives here any more
        return self._wake_read in ready

    def _drain(self, fd: int) -> bool:
        try:
            data = os.read(fd, _READ)
        except BlockingIOError:
            return not self._stopping
        self._rest[fd] += data
        self._cut(fd)
        return bool(data)

    def _cut(self, fd: int, last: bool = False) -> None:
        *lines, rest = self._rest[fd].split(b"\n")
        while len(rest) > MAX_LINE or (last and rest):
            lines.append(rest[:MAX_LINE])
            rest = rest[MAX_LINE:]
        self._rest[fd] = rest
        for line in lines:
            for start in range(0, max(1, len(line)), MAX_LINE):
                self._lines.put(line[start : start + MAX_LINE], self._levels[fd])

    def _send_lines(self) -> None:
        while True:
            lines, dropped = self._lines.take()
            if dropped:
                text = f"{dropped} printed lines are not in this log: the limit is {LINES_A_SECOND} a second"
                self._write(text, WARN)
            for line, level in lines:
                self._write(line.decode("utf-8", "backslashreplace"), level)
            if not lines and not dropped:
                return
            self._flush()


class _Lines:
    """The queue from the pipes to the log: limited in lines, bytes and rate."""

    def __init__(self) -> None:
        self._lines: deque[tuple[bytes, int]] = deque()
        self._size = 0
        self._dropped = 0
        self._allowance = float(LINES_KEPT)
        self._counted = time.monotonic()
        self._closed = False
        self._changed = threading.Condition()

    def put(self, line: bytes, level: int) -> None:
        """Add a line, or drop and count it."""
        with self._changed:
            full = len(self._lines) >= LINES_KEPT or self._size + len(line) > BYTES_KEPT
            if full or not self._allowed():
                self._dropped += 1
            else:
                self._lines.append((line, level))
                self._size += len(line)
            self._changed.notify()

    def take(self) -> tuple[list[tuple[bytes, int]], int]:
        """Wait for lines; returns them and the number of dropped lines, or no lines at the end."""
        with self._changed:
            while not (self._lines or self._dropped or self._closed):
                self._changed.wait()
            if self._dropped and not self._closed:
                self._changed.wait(0.2)  # one log line about many dropped ones
            lines, dropped = list(self._lines), self._dropped
            self._lines.clear()
            self._size = self._dropped = 0
            return lines, dropped

    def close(self) -> None:
        """Let ``take`` end when the queue is empty."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def _allowed(self) -> bool:
        now = time.monotonic()
        gained = (now - self._counted) * LINES_A_SECOND
        self._allowance = min(float(LINES_KEPT), self._allowance + gained)
        self._counted = now
        if self._allowance < 1:
            return False
        self._allowance -= 1
        return True
