"""The only module that reads and writes the protocol's fds."""

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

READ_SIZE = 1 << 16  # the capacity of a Linux pipe
WRITE_SIZE = 1 << 15  # bytes; above this size, waiting for more to write together gains nothing
WRITE_COUNT = 400  # messages; the same limit for small ones
LONG = 1 << 10  # bytes; larger messages may be written at once
LINGER = 0.005  # seconds a message may stay queued: while more input is handled, or for others of its thread


class TaskIdsWaiter:
    """A caller that waits for the task ids of an emit."""

    def __init__(self) -> None:
        self.ids: list[int] = []
        self.arrived = threading.Event()


class Channel:
    """Messages in and out over two fds.

    Writes are buffered. They are flushed together when there is no input left to handle, when the buffer is large, or
    when the first message has waited for LINGER. Any thread may write; only the thread that created the channel reads.
    What another thread writes while that one waits for input is flushed after LINGER by a background thread.

    Args:
        wire_in: the fd that Storm writes to.
        wire_out: the fd that Storm reads from.
        codec: the encoding of messages; not needed for the handshake.

    Attributes:
        unsent: encoded messages waiting to be written, in order; ``write_frame`` appends to it.
        acks: the ids of the tuples that a bolt has acked since the last write. They are sent together, after the
            messages, because a tuple must be sent before its anchor is acked.
        idle: True if nothing flushes newly queued messages unless ``send_soon`` is called.
    """

    codec: Codec

    def __init__(self, wire_in: int, wire_out: int, codec: Codec | None = None) -> None:
        self._in = wire_in
        self._out = wire_out
        self._reader: Reader = FrameReader()
        self._frames: deque[Any] = deque()  # cut by the reader but not decoded yet
        self._set_aside: deque[FromStorm] = deque()
        self._waiters: deque[TaskIdsWaiter] = deque()
        self._reading_thread = get_ident()
        # Reentrant: a signal handler that reports an error may interrupt a write on the same thread.
        self._lock = threading.RLock()
        # Appended to without the lock: list.append is atomic in CPython.
        self.unsent: list[bytes] = []
        self.acks: list[Any] = []
        self._flush_due = 0.0
        self._writing_thread = 0
        self._interrupted = False  # a signal handler queued more while its thread was writing
        self._end: BaseException | None = None
        self._joined = b"".join
        self.idle = False
        self._waiting = False  # for input
        self._sender: threading.Thread | None = None
        self._to_send = threading.Event()
        if codec is not None:
            self.use(codec)

    def use(self, codec: Codec) -> None:
        """Switch to this codec; before the first call, messages are JSON frames.

        Raises:
            ProtocolError: the codec cannot read the bytes received so far.
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
        """Block until the first frame arrives and return it; None if Storm closes the pipe without sending one."""
        return self._frames.popleft() if self._fill() else None

    def messages(self) -> Iterator[FromStorm]:
        """Block for messages and yield them until Storm closes the pipe; use this once per channel, or use ``read``.

        Raises:
            ProtocolError: the input is not a message.
        """
        frames, set_aside, decode = self._frames, self._set_aside, self._decode
        while True:
            if set_aside:
                yield set_aside.popleft()
                continue
            message: Any
            if frames and not ((self.unsent or self.acks) and monotonic() > self._flush_due):
                message = frames.popleft()  # fast path: the same as ``_read_wire``, without the call
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
        """Block until the next message arrives and return it; None if Storm has closed the pipe.

        Raises:
            ProtocolError: the input is not a message.
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
            # After idle is set: from now on, other threads call send_soon for what they queue.
            if self.unsent or self.acks:
                self.flush()
            return os.read(self._in, READ_SIZE)
        finally:
            self._waiting = self.idle = False

    def send_soon(self) -> None:
        """Flush the queue in the background after LINGER; called by a thread that queued a message while ``idle``."""
        self.idle = False
        self._to_send.set()
        with self._lock:
            if self._sender is None:  # most components use one thread and never need this one
                self._sender = threading.Thread(target=self._send_for_others, name="umbrella-sender", daemon=True)
                self._sender.start()

    def _send_for_others(self) -> None:
        while self._to_send.wait():
            self._to_send.clear()
            sleep(LINGER)
            self.idle = self._waiting  # before the flush: messages queued after this call send_soon again
            with contextlib.suppress(OSError):  # Storm is gone: another thread handles that
                self.flush()

    def _deliver(self, message: TaskIds) -> None:
        if not self._waiters:
            raise ProtocolError(f"Storm sent task ids that no emit asked for: {message.ids}")
        waiter = self._waiters.popleft()  # Storm answers in emit order
        waiter.ids = message.ids
        waiter.arrived.set()

    def ask_task_ids(self, frame: bytes) -> list[int]:
        """Send an emit that requests its task ids, and return them; tuples that arrive meanwhile are kept for ``read``.

        Raises:
            EOFError: Storm closed the pipe before it answered.
        """
        waiter = TaskIdsWaiter()
        with self._lock:  # the waiters must be in the order of the frames
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
        """Queue a message; see the class for when it is flushed."""
        self.write_frame(self.codec.encode(message))

    def write_frame(self, frame: bytes) -> None:
        """Queue a message that is already encoded."""
        unsent = self.unsent
        unsent.append(frame)
        if self.idle or len(unsent) >= WRITE_COUNT or len(frame) >= LONG:
            self.flush_if_much()

    def flush_if_much(self) -> None:
        """Flush the queue if it is large enough for one write, or schedule a flush if the channel is idle."""
        if self.idle:
            self.send_soon()
        # Sizes are only added up here: WRITE_COUNT small messages are about as much as one write.
        if len(self.unsent) >= WRITE_COUNT or sum(map(len, self.unsent)) >= WRITE_SIZE:
            self.flush()

    def flush(self) -> None:
        """Write everything queued; blocks while Storm's pipe is full."""
        with self._lock:
            if self._writing_thread == get_ident():  # in a signal handler that interrupted a write
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
        acks = self.acks[:]  # copied first: a tuple that another thread emits before its ack is then among the messages
        taken = self.unsent[:]
        if taken or acks:
            del self.unsent[: len(taken)]  # also atomic: messages added by another thread meanwhile stay
            if acks:
                del self.acks[: len(acks)]
                taken.append(self.codec.encode_acks(acks))
            data = self._joined(taken)
            written = os.write(self._out, data)
            if written < len(data):
                self._send(data[written:])

    @property
    def has_input(self) -> bool:
        """Whether received messages are waiting to be read."""
        return bool(self._frames or self._set_aside)

    @property
    def quiet(self) -> bool:
        """Whether nothing is waiting to be written or decoded."""
        return not self.unsent and not self.acks and not self._frames

    def is_written_by(self, thread: int) -> bool:
        """Return whether that thread is writing now; if it still is after a long time, Storm's pipe is full."""
        return self._writing_thread == thread

    def try_flush(self) -> None:
        """Flush unless another thread is already writing."""
        if self._lock.acquire(blocking=False):
            try:
                self.flush()
            finally:
                self._lock.release()

    def raise_when_whole(self, end: BaseException) -> None:
        """Raise now, or after the current write of this thread is complete; called by a signal handler."""
        if self._writing_thread == self._reading_thread:
            self._end = end
        else:
            raise end

    def _send(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest and self._out >= 0:
            rest = rest[os.write(self._out, rest) :]

    def disown(self) -> None:
        """Close the fds in a forked child of user code, which must never write to them."""
        if self._out < 0:  # a child of a forked child
            return
        for fd in (self._in, self._out):
            os.close(fd)
        self._in = self._out = -1
        self._lock = threading.RLock()
        self.unsent = self.acks = _Refusing()


class _Refusing(list[Any]):
    """Replaces the queues of messages and acks in a forked child: appending is an error."""

    def append(self, frame: Any) -> None:
        raise TupleStateError("a forked child of a component cannot emit, ack or fail: only the component itself can")
