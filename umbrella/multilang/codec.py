"""Bytes <-> messages: JSON texts, each closed by a line ``end``, as Storm's JsonSerializer reads and writes them.

No I/O here. orjson is used where it can be imported; what it refuses or would change silently goes to simplejson,
which travels in every jar.
"""

from __future__ import annotations

import re
from typing import Any

import simplejson

from umbrella.errors import ProtocolError
from umbrella.multilang.messages import FromStorm, ToStorm, message_of, shorten, to_json

try:
    import orjson
except ImportError:
    orjson = None  # type: ignore[assignment, unused-ignore]

END = b"\nend\n"

# orjson reads an integer beyond 64 bits as a float: frames with that many digits go to simplejson.
_LONG_NUMBER = re.compile(rb"[0-9]{19}")


class JsonCodec:
    """Turns frames into messages and messages into frames.

    Args:
        fast: use orjson where it is installed.
    """

    def __init__(self, fast: bool = True) -> None:
        self._orjson = orjson if fast else None

    @property
    def name(self) -> str:
        """The JSON library in use, for the log."""
        return "orjson, simplejson" if self._orjson else "simplejson"

    def encode(self, message: ToStorm) -> bytes:
        """Return the frame of a message, ``end`` line included."""
        raw = to_json(message)
        if self._orjson:
            try:
                return bytes(self._orjson.dumps(raw)) + END
            except TypeError:  # an int beyond 64 bits, or a lone surrogate in a log line
                pass
        return self._simple(raw) + END

    def decode(self, frame: bytes) -> FromStorm:
        """Return the message of a frame that comes without its ``end`` line.

        Raises:
            ProtocolError: the frame is not UTF-8, not JSON, or no message of the protocol.
        """
        return message_of(self._loads(frame))

    def _loads(self, frame: bytes) -> Any:
        if self._orjson and not _LONG_NUMBER.search(frame):
            try:
                return self._orjson.loads(frame)
            except ValueError:  # NaN, a lone surrogate, or really broken: simplejson decides
                pass
        try:
            return simplejson.loads(frame.decode("utf-8"), allow_nan=True)
        except (ValueError, RecursionError) as exc:
            raise ProtocolError(f"not a JSON message: {exc}; given: {shorten(frame)}") from exc

    @staticmethod
    def _simple(raw: Any) -> bytes:
        text = simplejson.dumps(raw, allow_nan=False, namedtuple_as_object=False, separators=(",", ":"))
        return text.encode("ascii")


class FrameReader:
    """Cuts a stream of bytes into frames; the same frames come out however the bytes are cut."""

    def __init__(self) -> None:
        self._rest = bytearray()

    @property
    def rest(self) -> bytes:
        """What has come in of a frame that is not complete."""
        return bytes(self._rest)

    def feed(self, data: bytes) -> list[bytes]:
        """Take bytes in and return the frames they complete, without their ``end`` lines."""
        searched = max(0, len(self._rest) - len(END))
        self._rest += data
        if self._rest.find(END, searched) < 0:
            return []
        frames = bytes(self._rest).split(END)
        self._rest = bytearray(frames.pop())
        return frames
