"""The codec of the JSON wire: JSON texts, each followed by a line ``end``, as in Storm's JsonSerializer.

No I/O here. Uses orjson if it is installed. What orjson refuses, or would change silently, goes to simplejson, which is
part of every jar.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from umbrella.errors import ProtocolError
from umbrella.multilang import long_numbers
from umbrella.multilang.frames import END, SYNC, FrameReader
from umbrella.multilang.json_reader import JsonReader
from umbrella.multilang.messages import (
    ACTIVATE,
    DEACTIVATE,
    NEXT,
    Acked,
    FromStorm,
    Schemas,
    ToStorm,
    emit_json,
    message_of,
    shorten,
    to_json,
)
from umbrella.multilang.values import PLAIN, has_surrogate, has_too_long_integer, sendable, with_plain_floats

try:
    import orjson
except ImportError:
    orjson = None  # type: ignore[assignment, unused-ignore]

DELETE, DELETE_ESCAPED = b"\x7f", b"\\u007f"  # json-smart drops this character from a text that has an escape too
_DELETE_CODE = DELETE[0]  # a number is searched for six times as quickly as bytes

# What Storm writes again and again, in either order of the keys (a HashMap's).
_FIXED: dict[bytes, FromStorm] = {
    text: message
    for name, message in ((b"next", NEXT), (b"activate", ACTIVATE), (b"deactivate", DEACTIVATE))
    for text in (b'{"command":"%b","id":""}' % name, b'{"id":"","command":"%b"}' % name)
}
_LONGEST_FIXED = 40
_ACK = b'{"command":"ack","id":'  # an ack of a number follows for each tuple of most spouts
_SAFE_DIGITS = 18  # and no zero in front, which is no JSON

# What most emits and acks are put together of: only their values and ids are left to orjson.
_EMIT = b'{"command":"emit","need_task_ids":false,"tuple":'
_EMIT_TO = b'{"command":"emit","need_task_ids":false,"stream":'
_TUPLE, _ANCHORS, _ID, _ACK_TUPLE = b',"tuple":', b',"anchors":', b',"id":', b'{"command":"ack","id":'
_CLOSE = b"}" + END
_BETWEEN_ACKS = b'"' + _CLOSE + _ACK_TUPLE + b'"'


class JsonCodec:
    """Encodes messages to frames and decodes frames to messages.

    Args:
        fast: use orjson if it is installed.

    Attributes:
        schemas: the fields of the input streams, known after the handshake.
        plain: types that are passed on without validation.
        sync: the end of a spout's answer; from a bolt, the answer to a heartbeat.
    """

    wire = "JSON"
    plain = PLAIN
    sync = alive = SYNC
    answers_every_command = True

    def __init__(self, fast: bool = True) -> None:
        self._orjson = orjson if fast else None
        self._heads = {"default": _EMIT}
        self.schemas: Schemas = {}

    @property
    def name(self) -> str:
        """The JSON library in use, for the log."""
        return "orjson, simplejson" if self._orjson else "simplejson"

    def serve(self, as_spout: bool) -> None:
        """Learn whether a spout or a bolt emits: here it is all the same."""

    def reader(self) -> FrameReader | JsonReader:
        """Return what sets the messages from Storm apart."""
        return JsonReader(self, self._orjson.loads) if self._orjson else FrameReader()

    def joined(self, messages: list[bytes]) -> bytes:
        """Return frames as they go over the wire together."""
        return b"".join(messages)

    def repaired(self, row: Sequence[Any]) -> Sequence[Any] | None:
        """Return a row that is not all plain as JSON takes it; None if it cannot be sent."""
        found = sendable(row)
        return None if found is None else with_plain_floats(found)

    def encode(self, message: ToStorm) -> bytes:
        """Return the frame of a message, ``end`` line included."""
        return self._dumps(to_json(message))

    def encode_emit(
        self,
        values: Sequence[Any],
        stream: str,
        id: str | int | None,
        anchors: Sequence[str],
        task: int | None,
        need_task_ids: bool,
    ) -> bytes:
        """Return the frame of an Emit, without an object for the message: this is the hot path.

        Raises:
            UnicodeEncodeError: a text in it is not valid Unicode.
            ValueError: an integer in it has too many digits.
        """
        if self._orjson and task is None and not need_task_ids:
            dumps, head = self._orjson.dumps, self._heads.get(stream) or self._head(stream)
            try:
                if anchors:
                    text = b"".join((head, dumps(values), _ANCHORS, dumps(anchors), _CLOSE))
                elif id is not None:
                    text = b"".join((head, dumps(values), _ID, dumps(id), _CLOSE))
                else:
                    text = head + dumps(values) + _CLOSE
            except TypeError:
                pass
            else:
                return text.replace(DELETE, DELETE_ESCAPED) if _DELETE_CODE in text else text
        return self._dumps_valid(emit_json(values, stream, id, anchors, task, need_task_ids))

    def _head(self, stream: str) -> bytes:
        head = self._heads[stream] = _EMIT_TO + orjson.dumps(stream) + _TUPLE
        return head

    def encode_emits(
        self, rows: Sequence[Sequence[Any]], stream: str, ids: Sequence[str | int] | None, anchors: Sequence[str] | None
    ) -> bytes:
        """Return the frames of many Emits, one after the other."""
        encode = self.encode_emit
        if ids is not None:
            return b"".join([encode(row, stream, id, (), None, False) for row, id in zip(rows, ids)])
        return b"".join([encode(row, stream, None, anchors or (), None, False) for row in rows])

    def encode_acks(self, ids: Sequence[str]) -> bytes:
        """Return the frames of AckTuples, one after the other."""
        if self._orjson:
            # A quote within an id is escaped, so what is replaced is never part of one.
            between = self._orjson.dumps(ids)[1:-1].replace(b'","', _BETWEEN_ACKS)
            return _ACK_TUPLE + between + _CLOSE  # type: ignore[no-any-return, unused-ignore]
        return b"".join([self._dumps({"command": "ack", "id": id}) for id in ids])

    def decode(self, frame: bytes) -> FromStorm:
        """Return the message of a frame that comes without its ``end`` line.

        Raises:
            ProtocolError: the frame is not UTF-8, not JSON, or no message of the protocol.
        """
        if len(frame) < _LONGEST_FIXED:
            if frame.startswith(_ACK):
                digits = frame[len(_ACK) : -1]
                if digits.isdigit() and digits[0] != 48 and len(digits) <= _SAFE_DIGITS and frame.endswith(b"}"):
                    return Acked(int(digits))
            message = _FIXED.get(frame)
            if message is not None:
                return message
        return message_of(self.parse(frame), self.schemas)

    def _dumps(self, raw: Any) -> bytes:
        if self._orjson:
            try:
                return bytes(self._orjson.dumps(raw)).replace(DELETE, DELETE_ESCAPED) + END
            except TypeError:  # an int beyond 64 bits, or a lone surrogate in a log line
                pass
        import simplejson  # where orjson does all, a worker starts without it

        text = simplejson.dumps(raw, allow_nan=False, namedtuple_as_object=False, separators=(",", ":"))
        if len(text) > long_numbers.MOST_DIGITS and has_too_long_integer(raw):  # not every Python looks itself
            raise ValueError(long_numbers.TOO_LONG)
        return text.encode("ascii").replace(DELETE, DELETE_ESCAPED) + END

    def _dumps_valid(self, raw: Any) -> bytes:
        frame = self._dumps(raw)
        # simplejson escapes a lone surrogate, where orjson refuses it; Java would turn it into '?'.
        if b"\\ud" in frame and has_surrogate([raw["tuple"], raw.get("id")]):
            raise UnicodeEncodeError("utf-8", "", 0, 0, "surrogates not allowed")
        return frame

    def parse(self, frame: bytes) -> Any:
        """Return the value of a JSON text, integers of any size exact.

        Raises:
            ProtocolError: it is not UTF-8 or not JSON.
        """
        if self._orjson:
            try:
                raw = self._orjson.loads(frame)
            except ValueError:  # NaN, a lone surrogate, or really broken: simplejson decides
                pass
            else:
                if not _may_be_changed(raw, frame):
                    return raw
        import simplejson

        try:
            return simplejson.loads(frame.decode("utf-8"), allow_nan=True)
        except (ValueError, RecursionError) as exc:
            raise ProtocolError(f"not a JSON message: {exc}; given: {shorten(frame)}") from exc


def _may_be_changed(raw: Any, frame: bytes) -> bool:
    """Whether orjson may have read a long integer in the frame as a float."""
    if type(raw) is dict:
        values = raw.get("tuple")
        if values is None and "command" in raw:
            return type(raw.get("id")) is float  # message ids are texts and ints
        if type(values) is list:  # most hold neither floats nor lists, and looking at the values is cheap
            return any(long_numbers.may_be(value, frame) for value in values)
    return long_numbers.in_text(frame) is not None
