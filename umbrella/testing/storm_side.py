"""Storm's end of the pipes: sends and reads what ShellBolt and ShellSpout do, and answers with task ids."""

from __future__ import annotations

import contextlib
import os
import threading
from collections import deque
from typing import Any, Callable

import simplejson

from umbrella.multilang.frames import FrameReader
from umbrella.testing.storm_json import frame_of

_READ_SIZE = 1 << 16
_FITS_A_PIPE = 1 << 12  # POSIX's minimum; writing more could block, as the reader is on this same thread
_PATIENCE = 10.0  # seconds; timeout for a few bytes through a pipe

Answer = Callable[[], list[int]]


class StormSide:
    """The parent of one component, with a reader thread like ShellBolt's.

    Args:
        answer: called for each emit that asks for its task ids; returns them.

    Attributes:
        wire_in: the fd that the component reads.
        wire_out: the fd that the component writes.
    """

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.wire_in, self._to_component = os.pipe()
        self._from_component, self.wire_out = os.pipe()
        self._came: deque[dict[str, Any]] = deque()
        self._marks = 0
        self._marks_seen = 0
        self._news = threading.Condition()
        self._thread = threading.Thread(target=self._read, name="umbrella-testing", daemon=True)
        self._thread.start()

    def send(self, message: Any) -> Callable[[], None]:
        """Write a message to the component; call the returned function to wait until all of it is written."""
        frame = frame_of(message)
        if len(frame) <= _FITS_A_PIPE:
            self._write(frame)
            return lambda: None
        writer = threading.Thread(target=self._write, args=(frame,), daemon=True)
        writer.start()
        return writer.join

    def received(self, write_frame: Callable[[bytes], None]) -> list[dict[str, Any]]:
        """Return the messages received since the last call, including all the component has written so far.

        Args:
            write_frame: writes a frame to ``wire_out`` after everything the component has written.
        """
        self._marks += 1
        write_frame(frame_of({"mark": self._marks}))
        with self._news:
            if not self._news.wait_for(lambda: self._marks_seen == self._marks, _PATIENCE):
                raise RuntimeError("what the component wrote does not come out of its pipe")
            return [self._came.popleft() for _ in range(len(self._came))]

    def close(self) -> None:
        """Close the pipes and stop the thread."""
        for fd in (self.wire_out, self._to_component, self.wire_in):
            os.close(fd)
        self._thread.join(_PATIENCE)
        os.close(self._from_component)

    def _write(self, frame: bytes) -> None:
        rest = memoryview(frame)
        with contextlib.suppress(BrokenPipeError):
            while rest:
                rest = rest[os.write(self._to_component, rest) :]

    def _read(self) -> None:
        reader = FrameReader()
        while data := os.read(self._from_component, _READ_SIZE):
            for frame in reader.feed(data):
                self._take(simplejson.loads(frame.decode("utf-8")))

    def _take(self, raw: dict[str, Any]) -> None:
        with self._news:
            if "mark" in raw:
                self._marks_seen = raw["mark"]
                self._news.notify_all()
                return
            self._came.append(raw)
        # JsonSerializer.readShellMsg: task ids are sent unless declined; a direct emit never gets any.
        if raw.get("command") == "emit" and raw.get("need_task_ids", True) and "task" not in raw:
            self._write(frame_of(self._answer()))
