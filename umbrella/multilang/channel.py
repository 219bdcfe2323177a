"""The only place that reads and writes the protocol's fds."""

from __future__ import annotations

import contextlib
import os
import threading
from collections import deque
from collections.abc import Iterator
from threading import get_ident
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from umbrella.errors import ProtocolError, TupleStateError
from umbrella.multilang.frames import END, FrameReader
from umbrella.multilang.messages import FromStorm, TaskIds, ToStorm

if TYPE_CHECKING:
    from umbrella.multilang.wire import Codec, Reader

READ_SIZE = 1 << 16  # a Linux pipe holds as much
WRITE_SIZE = 1 << 15  # bytes; beyond this much, waiting for more to write together gains nothing
WRITE_COUNT = 400  # messages; the same for short ones
LONG = 1 << 10  # bytes of a message that is not short
LINGER = 0.005  # seconds a written message may wait: while further input is handled, or for others of its thread


class TaskIdsWaiter:
    """Someone who waits for the task ids of an emit."""

    def __init__(self) -> None:
        self.ids: list[int] = []
        self.arrived = threading.Event()


class Channel:
    """Messages in and out over two fds.

    Writes are gathered and go out together when there is no input left to handle, when they are many, or when the
    first has waited for LINGER. Any thread may write; the thread that makes the channel reads. What another thread
    writes while that one waits for input goes out after LINGER as well: a third thread sees to it.

    Args:
        wire_in: the fd that Storm writes to.
        wire_out: the fd that Storm reads from.
        codec: how messages look on the wire; the handshake can do without.

    Attributes:
        unsent: encoded messages that wait to be written, in order; ``write_frame`` adds to them.
        acks: the ids of tuples that a bolt has acked since the last write. They go out together, after the messages,
            for what is anchored to a tuple is to be sent before its ack.
        idle: whether nobody will write out what is queued now, unless ``send_soon`` is called.
    """

    codec: Codec

    def __init__(self, wire_in: int, wire_out: int, codec: Codec | None = None) -> None:
        self._in = wire_in
        self._out = wire_out
        self._reader: Reader = FrameReader()
        self._frames: deque[Any] = deque()  # what the reader has cut and nobody has decoded yet
        self._set_aside: deque[FromStorm] = deque()
        self._waiters: deque[TaskIdsWaiter] = deque()
        self._reading_thread = get_ident()
        # Reentrant: a signal handler that reports an error may interrupt a write of its own thread.
        self._lock = threading.RLock()
        # Appended to without the lock: an append is one step in CPython.
        self.unsent: list[bytes] = []
        self.acks: list[Any] = []
        self._flush_due = 0.0
        self._writing_thread = 0
        self._interrupted = False  # a signal handler has queued more while its thread was writing
        self._end: BaseException | None = None
        self._joined = b"".join
        self.idle = False
        self._waiting = False  # for input
        self._sender: threading.Thread | None = None
        self._to_send = threading.Event()
        if codec is not None:
            self.use(codec)

    def use(self, codec: Codec) -> None:
        """Read and write messages by that codec from now on; until the first, they are frames of JSON.

        Raises:
            ProtocolError: what has come already is not what this codec reads.
        """
        self.flush()
        self.codec = codec
        self._decode = codec.decode
        self._joined = codec.joined  # type: ignore[assignment]
        reader = codec.reader()
        came = self._reader.rest
        if codec.decode is None:
            came = b"".join([frame + END for frame in self._frames]) + came
            self._frames.clear()
        self._frames.extend(reader.feed(came))
        self._reader = reader

    def read_frame(self) -> bytes | None:
        """Return the first frame, waiting for it; None when Storm has closed the pipe without one."""
        return self._frames.popleft() if self._fill() else None

    def messages(self) -> Iterator[FromStorm]:
        """Yield messages, waiting for them, until Storm closes the pipe; once for a channel, or ``read``.

        Raises:
            ProtocolError: what came is not a message.
        """
        frames, set_aside, decode = self._frames, self._set_aside, self._decode
        while True:
            if set_aside:
                yield set_aside.popleft()
                continue
            message: Any
            if frames and not ((self.unsent or self.acks) and monotonic() > self._flush_due):
                message = frames.popleft()  # most messages: what ``_read_wire`` would do, without the call
                if type(message) is bytes:
                    message = decode(message)  # type: ignore[misc]
            else:
                message = self._read_wire()
                if message is None:
                    return
            if type(message) is TaskIds:
                self._deliver(message)
            else:
                yield message

    def read(self) -> FromStorm | None:
        """Return the next message, waiting for it; None when Storm has closed the pipe.

        Raises:
            ProtocolError: what came is not a message.
        """
        return next(self.messages(), None)

    def _read_wire(self) -> FromStorm | None:
        frames = self._frames
        if frames:
            if (self.unsent or self.acks) and monotonic() > self._flush_due:
                self.flush()
                self._flush_due = monotonic() + LINGER
        else:
            if not self._fill():
                return None
            if len(frames) > 1:
                self._flush_due = monotonic() + LINGER
        raw = frames.popleft()
        return self._decode(raw) if type(raw) is bytes else raw  # type: ignore[misc]

    def _fill(self) -> bool:
        while not self._frames:
            data = self._next_data()
            if not data:
                if self._reader.rest:
                    raise ProtocolError(f"the pipe closed within a message; read so far: {self._reader.rest[:120]!r}")
                return False
            self._frames.extend(self._reader.feed(data))
        return True

    def _next_data(self) -> bytes:
        self._waiting = self.idle = True
        try:
            # After idle is set: what another thread queues from now on, it sees to itself.
            if self.unsent or self.acks:
                self.flush()
            return os.read(self._in, READ_SIZE)
        finally:
            self._waiting = self.idle = False

    def send_soon(self) -> None:
        """Have what is queued written out after LINGER; called by a thread that has queued it and found ``idle``."""
        self.idle = False
        self._to_send.set()
        with self._lock:
            if self._sender is None:  # most components have one thread, and need none for others
                self._sender = threading.Thread(target=self._send_for_others, name="umbrella-sender", daemon=True)
                self._sender.start()

    def _send_for_others(self) -> None:
        while self._to_send.wait():
            self._to_send.clear()
            sleep(LINGER)
            self.idle = self._waiting  # first: what is queued after this is the next turn's
            with contextlib.suppress(OSError):  # Storm is gone: another thread sees to that
                self.flush()

    def _deliver(self, message: TaskIds) -> None:
        if not self._waiters:
            raise ProtocolError(f"Storm sent task ids that no emit asked for: {message.ids}")
        waiter = self._waiters.popleft()  # Storm answers in the order of the emits
        waiter.ids = message.ids
        waiter.arrived.set()

    def ask_task_ids(self, frame: bytes) -> list[int]:
        """Send an emit that wants its task ids, and return them; tuples that come before are kept for ``read``.

        Raises:
            EOFError: Storm closed the pipe first.
        """
        waiter = TaskIdsWaiter()
        with self._lock:  # the order of the waiters is that of the frames
            self._waiters.append(waiter)
            self.write_frame(frame)
            self.flush()
        if get_ident() != self._reading_thread:
            waiter.arrived.wait()
            return waiter.ids
        while not waiter.arrived.is_set():
            message = self._read_wire()
            if message is None:
                raise EOFError("Storm closed the pipe before it answered an emit with its task ids")
            if type(message) is TaskIds:
                self._deliver(message)
            else:
                self._set_aside.append(message)
        return waiter.ids

    def write(self, message: ToStorm) -> None:
        """Queue a message; see the class for when it goes out."""
        self.write_frame(self.codec.encode(message))

    def write_frame(self, frame: bytes) -> None:
        """Queue a message that is encoded already."""
        unsent = self.unsent
        unsent.append(frame)
        if self.idle or len(unsent) >= WRITE_COUNT or len(frame) >= LONG:
            self.flush_if_much()

    def flush_if_much(self) -> None:
        """Write out what is queued if it is enough for one write, or see to it that it is written soon."""
        if self.idle:
            self.send_soon()
        # Only now are they added up: of short messages, so many are about as much as goes out together.
        if len(self.unsent) >= WRITE_COUNT or sum(map(len, self.unsent)) >= WRITE_SIZE:
            self.flush()

    def flush(self) -> None:
        """Write out all that is queued, waiting until Storm has room for it."""
        with self._lock:
            if self._writing_thread == get_ident():  # in a signal handler, amid a message
                self._interrupted = True
                return
            self._writing_thread = get_ident()
            try:
                self._write_out()
                while self._interrupted:
                    self._interrupted = False
                    self._write_out()
            finally:
                self._writing_thread = 0
        if self._end is not None and get_ident() == self._reading_thread:
            end, self._end = self._end, None
            raise end

    def _write_out(self) -> None:
        acks = self.acks[:]  # first: what another thread emits before such an ack is then among the messages
        taken = self.unsent[:]
        if taken or acks:
            del self.unsent[: len(taken)]  # one step too: what another thread adds meanwhile stays
            if acks:
                del self.acks[: len(acks)]
                taken.append(self.codec.encode_acks(acks))
            data = self._joined(taken)
            written = os.write(self._out, data)
            if written < len(data):
                self._send(data[written:])

    @property
    def has_input(self) -> bool:
        """Whether messages that have come wait to be read."""
        return bool(self._frames or self._set_aside)

    @property
    def quiet(self) -> bool:
        """Whether nothing waits to be written, nor to be read."""
        return not self.unsent and not self.acks and not self._frames

    def is_written_by(self, thread: int) -> bool:
        """Return whether that thread is writing just now; seen for long, Storm has no room for what it emits."""
        return self._writing_thread == thread

    def try_flush(self) -> None:
        """Write out what is queued unless another thread is at it."""
        if self._lock.acquire(blocking=False):
            try:
                self.flush()
            finally:
                self._lock.release()

    def raise_when_whole(self, end: BaseException) -> None:
        """Raise now, or once the message that this thread is writing is out: called by a signal handler."""
        if self._writing_thread == self._reading_thread:
            self._end = end
        else:
            raise end

    def _send(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest and self._out >= 0:
            rest = rest[os.write(self._out, rest) :]

    def disown(self) -> None:
        """Let go of the fds: a forked child of user code has them too, and must never write to them."""
        if self._out < 0:  # this is a child of such a child
            return
        for fd in (self._in, self._out):
            os.close(fd)
        self._in = self._out = -1
        self._lock = threading.RLock()
        self.unsent = self.acks = _Refusing()


class _Refusing(list[Any]):
    """Stands for the queues of messages and acks in a forked child."""

    def append(self, frame: Any) -> None:
        raise TupleStateError("a forked child of a component cannot emit, ack or fail: only the component itself can")
