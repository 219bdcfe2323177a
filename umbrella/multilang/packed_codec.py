"""The codec of the msgpack wire, which Umbrella's Java half speaks (docs/architecture.md has its table).

No I/O here. A message from Java is an array whose first item is its kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Callable

from umbrella.errors import ProtocolError
from umbrella.multilang.messagepack import Library, find_library, with_long_integers
from umbrella.multilang.messages import (
    ACTIVATE,
    DEACTIVATE,
    HEARTBEAT,
    NEXT,
    SOURCE_NAMED,
    AckedMany,
    AckTuple,
    FailedMany,
    FailTuple,
    FromStorm,
    LogLevel,
    Metrics,
    TaskIds,
    ToStorm,
    shorten,
)
from umbrella.multilang.packed_frames import PackedReader
from umbrella.multilang.packed_words import (
    ACK,
    ACK_MANY,
    EMIT,
    EMITS,
    FAIL,
    METRICS,
    SPOUT_EMIT,
    SPOUT_EMITS,
    PackedWords,
)
from umbrella.multilang.tuples import Tuple, source_class

TUPLE, SOURCE, HEARTBEAT_KIND, TASK_IDS, NEXT_KIND, ACKS, FAILS, ACTIVATE_KIND, DEACTIVATE_KIND, LEVEL = range(10)

_NEXT = [NEXT_KIND]
_ALONE: dict[int, FromStorm] = {
    HEARTBEAT_KIND: HEARTBEAT,
    NEXT_KIND: NEXT,
    ACTIVATE_KIND: ACTIVATE,
    DEACTIVATE_KIND: DEACTIVATE,
}
_LISTS: dict[int, Callable[[list[Any]], FromStorm]] = {TASK_IDS: TaskIds, ACKS: AckedMany, FAILS: FailedMany}
_VALID = (
    "[0, id, source, values], [1, source, component, stream, task], [2], [3, [task, ...]], [4], "
    "[5, [message_id, ...]], [6, [message_id, ...]], [7], [8], [9, level]"
)


class MessagePackCodec(PackedWords):
    """Converts unpacked arrays to messages, and messages to bytes.

    Args:
        streams: the output streams, in handshake order.
        library: the library to use; by default, the first that can be imported.

    Raises:
        WorkerMismatchError: there is no library.
    """

    def __init__(self, streams: Sequence[str], library: Library | None = None) -> None:
        super().__init__()
        self._library = library or find_library()
        self._pack = self._library.pack
        self._numbers = {name: number for number, name in enumerate(streams)}
        self._sources: dict[int, type[Tuple]] = {}

    @property
    def name(self) -> str:  # type: ignore[override]
        """The library in use, for the log."""
        return self._library.name

    def serve(self, as_spout: bool) -> None:
        """Learn whether a spout or a bolt emits: their emits differ."""
        if as_spout:
            self.encode_emit = self._encode_spout_emit  # type: ignore[method-assign]

    def reader(self) -> PackedReader:
        """Return what sets the messages from Storm apart."""
        return PackedReader(self._messages)

    def _messages(self, body: memoryview) -> list[FromStorm]:
        """Return the messages of a frame: here, and not one by one, for that is the hot path."""
        sources, new, other = self._sources, object.__new__, self._other
        messages: list[FromStorm] = []
        for raw in self._unpacked(body):
            if raw == _NEXT:
                messages.append(NEXT)
                continue
            try:
                kind, id, source, values = raw
                if kind == TUPLE and type(id) is int and type(values) is list:
                    tup = new(sources[source])
                    tup._id = id
                    tup._values = values
                    messages.append(tup)
                    continue
            except (ValueError, TypeError, KeyError):
                pass
            messages.append(other(raw))
        return messages

    def _unpacked(self, body: memoryview) -> list[Any]:
        try:
            found = self._library.unpack(body)
        except (ValueError, TypeError, RecursionError) as exc:
            raise ProtocolError(f"not MessagePack: {exc}; given: {shorten(bytes(body[:200]))}") from exc
        if type(found) is not list:
            raise ProtocolError(f"a frame holds an array of messages; given: {shorten(found)}")
        return found

    def _other(self, raw: Any) -> FromStorm:
        if type(raw) is list and raw and type(raw[0]) is int:
            kind, rest = raw[0], raw[1:]
            if kind in _ALONE and not rest:
                return _ALONE[kind]
            if kind in _LISTS and len(rest) == 1 and _is_list(rest[0], of_numbers=kind == TASK_IDS):
                return _LISTS[kind](rest[0])
            if kind == LEVEL and len(rest) == 1 and type(rest[0]) is str:
                return LogLevel(rest[0])
            if kind == SOURCE and len(rest) == 4 and tuple(map(type, rest)) == (int, str, str, int):
                return self._know(*rest)
            if kind == TUPLE and len(rest) == 3 and type(rest[1]) is int and rest[1] not in self._sources:
                raise ProtocolError(f"a tuple of a source that was not named before: {shorten(raw)}")
        raise ProtocolError(f"this is no message; given: {shorten(raw)}; valid: {_VALID}")

    def _know(self, source: int, component: str, stream: str, task: int) -> FromStorm:
        fields = self.schemas.get((component, stream), Tuple)
        self._sources[source] = source_class(fields, component, stream, task)
        return SOURCE_NAMED

    def encode(self, message: ToStorm) -> bytes:
        """Return a message encoded."""
        if type(message) is FailTuple:
            return self._pack((FAIL, message.id))
        if type(message) is AckTuple:
            return self._pack((ACK, message.id))
        if type(message) is Metrics:
            return self._packed((METRICS, message.values))
        return super().encode(message)

    def encode_emit(
        self,
        values: Sequence[Any],
        stream: str,
        id: str | int | None,
        anchors: Sequence[int],
        task: int | None,
        need_task_ids: bool,
    ) -> bytes:
        """Return a bolt's Emit encoded.

        Raises:
            UnicodeEncodeError: a text in it is not valid Unicode.
        """
        message = (EMIT, self._numbers[stream], values, anchors, task or 0, need_task_ids)
        try:
            return self._pack(message)
        except OverflowError:
            return self._packed(message)

    def _encode_spout_emit(
        self,
        values: Sequence[Any],
        stream: str,
        id: str | int | None,
        anchors: Sequence[int],
        task: int | None,
        need_task_ids: bool,
    ) -> bytes:
        message = (SPOUT_EMIT, self._numbers[stream], values, id, task or 0, need_task_ids)
        try:
            return self._pack(message)
        except OverflowError:
            return self._packed(message)

    def encode_emits(
        self, rows: Sequence[Sequence[Any]], stream: str, ids: Sequence[str | int] | None, anchors: Sequence[int] | None
    ) -> bytes:
        """Return many Emits encoded: a spout's if there are no anchors, not even none."""
        number = self._numbers[stream]
        if anchors is None:
            return self._packed((SPOUT_EMITS, number, rows, ids))
        return self._packed((EMITS, number, rows, anchors))

    def encode_acks(self, ids: Sequence[int]) -> bytes:
        """Return AckTuples encoded, as one message."""
        return self._pack((ACK_MANY, ids))

    def _packed(self, message: Any) -> bytes:
        try:
            return self._pack(message)
        except OverflowError:
            return self._pack(with_long_integers(message, self._library))


def _is_list(value: Any, of_numbers: bool) -> bool:
    return type(value) is list and not (of_numbers and any(type(item) is not int for item in value))
