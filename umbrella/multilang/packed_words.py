"""Hand-encodes log, error and heartbeat messages of the msgpack wire.

So a worker without a msgpack library can report that.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from umbrella.errors import ProtocolError
from umbrella.multilang.frames import FrameReader
from umbrella.multilang.messages import Log, ReportError, Schemas, Sync, ToStorm
from umbrella.multilang.packed_frames import frame
from umbrella.multilang.values import PLAIN_OR_BYTES, sendable

ACK, FAIL, EMIT, EMIT_AND_ACK, SPOUT_EMIT, SYNC, LOG, ERROR, METRICS, ALIVE, EMITS, SPOUT_EMITS, ACK_MANY = range(13)


class PackedWords:
    """The part of the msgpack codec that needs no library; see ``wire.Codec``."""

    plain = PLAIN_OR_BYTES
    decode = None  # the reader has done it, a frame at a time
    sync = bytes((0x91, SYNC))
    alive = bytes((0x91, ALIVE))
    answers_every_command = False
    wire = "MessagePack"
    name = "no library"

    def __init__(self) -> None:
        self.schemas: Schemas = {}

    def serve(self, as_spout: bool) -> None:
        """Learn whether a spout or a bolt emits."""

    def reader(self) -> Any:
        """Return what keeps the bytes from Storm until there is a library to read them with."""
        return FrameReader()

    def joined(self, messages: list[bytes]) -> bytes:
        """Return encoded messages as one frame, or as several if they are large."""
        return frame(messages)

    def encode(self, message: ToStorm) -> bytes:
        """Return a message encoded."""
        if type(message) is Log:
            return bytes((0x93, LOG, message.level)) + _text(message.text)
        if type(message) is ReportError:
            return bytes((0x92, ERROR)) + _text(message.text)
        if type(message) is Sync:
            return self.sync
        raise TypeError(f"no message of a worker: {message!r}")

    def encode_emit(self, *arguments: Any) -> bytes:
        """Refuse: that takes a library."""
        return self._no_library(arguments)  # type: ignore[no-any-return]

    encode_emits = encode_acks = encode_emit

    def repaired(self, row: Sequence[Any]) -> Sequence[Any] | None:
        """Return a row that is not all plain as MessagePack takes it; None if it cannot be sent."""
        return sendable(row, PLAIN_OR_BYTES)

    def _no_library(self, raw: Any) -> Any:
        raise ProtocolError("this worker has not loaded a library for MessagePack")


def _text(text: str) -> bytes:
    data = text.encode("utf-8", "backslashreplace")  # a line of the log with a lone surrogate is still worth having
    return b"\xdb" + len(data).to_bytes(4, "big") + data
