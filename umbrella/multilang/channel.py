"""The only place that reads and writes the protocol's fds."""

from __future__ import annotations

import os
import threading
import time
from collections import deque

from umbrella.errors import ProtocolError
from umbrella.multilang.codec import FrameReader, JsonCodec
from umbrella.multilang.messages import FromStorm, TaskIds, ToStorm

READ_SIZE = 1 << 16  # a Linux pipe holds as much
WRITE_SIZE = 1 << 15  # beyond this much, waiting for more to write together gains nothing
LINGER = 0.005  # seconds a written message may wait while further input is handled


class Channel:
    """Messages in and out over two fds.

    Writes are gathered and go out together when there is no input left to handle, when they are many, or when the
    first has waited for LINGER. Any thread may write; one thread reads.

    Args:
        wire_in: the fd that Storm writes to.
        wire_out: the fd that Storm reads from.
        codec: how messages look on the wire.
    """

    def __init__(self, wire_in: int, wire_out: int, codec: JsonCodec) -> None:
        self.codec = codec
        self._in = wire_in
        self._out = wire_out
        self._reader = FrameReader()
        self._frames: deque[bytes] = deque()
        self._set_aside: deque[FromStorm] = deque()
        self._lock = threading.Lock()
        self._unsent: list[bytes] = []
        self._unsent_size = 0
        self._first_unsent = 0.0

    def read(self) -> FromStorm | None:
        """Return the next message, waiting for it; None when Storm has closed the pipe.

        Raises:
            ProtocolError: what came is not a message.
        """
        if self._set_aside:
            return self._set_aside.popleft()
        return self._read_wire()

    def read_task_ids(self) -> list[int]:
        """Return the next list of task ids; tuples that come before it are kept for ``read``.

        Raises:
            EOFError: Storm closed the pipe first.
        """
        while True:
            message = self._read_wire()
            if message is None:
                raise EOFError("Storm closed the pipe before it answered an emit with its task ids")
            if type(message) is TaskIds:
                return message.ids
            self._set_aside.append(message)

    def _read_wire(self) -> FromStorm | None:
        while not self._frames:
            self.flush()
            data = os.read(self._in, READ_SIZE)
            if not data:
                if self._reader.rest:
                    raise ProtocolError(f"the pipe closed within a message; read so far: {self._reader.rest[:120]!r}")
                return None
            self._frames.extend(self._reader.feed(data))
        if self._unsent and time.monotonic() - self._first_unsent > LINGER:
            self.flush()
        return self.codec.decode(self._frames.popleft())

    def write(self, message: ToStorm) -> None:
        """Queue a message; see the class for when it goes out."""
        self.write_frame(self.codec.encode(message))

    def write_frame(self, frame: bytes) -> None:
        """Queue a message that is encoded already."""
        with self._lock:
            if not self._unsent:
                self._first_unsent = time.monotonic()
            self._unsent.append(frame)
            self._unsent_size += len(frame)
            if self._unsent_size >= WRITE_SIZE:
                self._send()

    def flush(self) -> None:
        """Write out all that is queued, waiting until Storm has room for it."""
        with self._lock:
            if self._unsent:
                self._send()

    def _send(self) -> None:
        data = memoryview(b"".join(self._unsent))
        self._unsent = []
        self._unsent_size = 0
        while data and self._out >= 0:
            data = data[os.write(self._out, data) :]

    def disown(self) -> None:
        """Let go of the fds: a forked child of user code has them too, and must never write to them."""
        for fd in (self._in, self._out):
            os.close(fd)
        self._in = self._out = -1
        self._lock = threading.Lock()
        self._unsent = []
