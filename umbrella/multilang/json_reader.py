"""Parses JSON messages that were received together, all in a single orjson call. No I/O here.

One call of orjson for each message, with the calls around it, takes longer than the parsing itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from umbrella.multilang import long_numbers
from umbrella.multilang.frames import FrameReader
from umbrella.multilang.messages import HEARTBEAT_STREAM, NEXT, Acked, FromStorm
from umbrella.multilang.tuples import Tuple, source_class
from umbrella.multilang.values import PLAIN

if TYPE_CHECKING:
    from umbrella.multilang.wire import Codec


class JsonReader:
    """Splits a stream of bytes into messages; those that need a closer look are returned as frames.

    Args:
        codec: the codec whose schemas define the fields of the streams.
        loads: parses a JSON text; may return integers beyond 64 bits as floats.
    """

    def __init__(self, codec: Codec, loads: Any) -> None:
        self._codec = codec
        self._loads = loads
        self._frames = FrameReader()
        self._sources: dict[tuple[str, str, int], type[Tuple]] = {}

    @property
    def rest(self) -> bytes:
        """What has come in of a message that is not complete."""
        return self._frames.rest

    def feed(self, data: bytes) -> list[Any]:
        """Take bytes in and return the messages they complete; for some their frames, for ``Codec.decode``."""
        frames = self._frames.feed(data)
        return self._messages(frames) if len(frames) > 1 else frames

    def _messages(self, frames: list[bytes]) -> list[Any]:
        try:
            raws = self._loads(b"[" + b",".join(frames) + b"]")
        except ValueError:  # one of them is not JSON: all the others are still to be handled
            return frames
        if len(raws) != len(frames):
            return frames
        sources, new, plain, other = self._sources, object.__new__, PLAIN, self._other
        messages: list[Any] = []
        for raw, frame in zip(raws, frames):
            values = raw.get("tuple") if type(raw) is dict else None
            if type(values) is not list:
                messages.append(other(raw, frame))
                continue
            try:
                id = raw["id"]
                tup = new(sources[raw["comp"], raw["stream"], raw["task"]])
            except (KeyError, TypeError):
                id = None
            if type(id) is not str:
                self._know(raw)
                messages.append(frame)
                continue
            for value in values:
                if type(value) not in plain and long_numbers.may_be(value, frame):
                    messages.append(frame)
                    break
            else:
                tup._id = id
                tup._values = values
                messages.append(tup)
        return messages

    @staticmethod
    def _other(raw: Any, frame: bytes) -> FromStorm | bytes:
        """Answer for the commands to a spout that come again and again."""
        if type(raw) is dict:
            command = raw.get("command")
            if command == "ack":
                id = raw.get("id")
                if type(id) is int:
                    return Acked(id)
            elif command == "next":
                return NEXT
        return frame

    def _know(self, raw: Any) -> None:
        """Note where a tuple is from: the next ones from there are read here."""
        component, stream, task = raw.get("comp"), raw.get("stream"), raw.get("task")
        if type(component) is str and type(stream) is str and type(task) is int and stream != HEARTBEAT_STREAM:
            fields = self._codec.schemas.get((component, stream), Tuple)
            self._sources[component, stream, task] = source_class(fields, component, stream, task)
