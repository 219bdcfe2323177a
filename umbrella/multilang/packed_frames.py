"""Framing of the msgpack wire: a frame contains many messages and starts with its length. No I/O here."""

from __future__ import annotations

from typing import Any, Callable

from umbrella.errors import ProtocolError

LENGTH = 4  # bytes, big-endian
MOST = 1 << 30  # bytes of a frame from Storm; anything larger cannot be a length
LARGE = 1 << 20  # bytes; above this total each message gets its own frame, because Java refuses frames above 64 MiB


def frame(messages: list[bytes]) -> bytes:
    """Return messages as one frame, or as several frames if they are large."""
    body = b"".join(messages)
    if len(body) > LARGE and len(messages) > 1:
        return b"".join([frame([message]) for message in messages])
    return len(body).to_bytes(LENGTH, "big") + body


class PackedReader:
    """Splits a stream of bytes into frames, and decodes their messages.

    Args:
        messages: decodes the messages of a frame; raises ProtocolError.
    """

    def __init__(self, messages: Callable[[memoryview], list[Any]]) -> None:
        self._messages = messages
        self._rest = bytearray()
        self._wanted = LENGTH

    @property
    def rest(self) -> bytes:
        """The bytes received of an incomplete frame."""
        return bytes(self._rest)

    def feed(self, data: bytes) -> list[Any]:
        """Add bytes; returns the messages of the frames they complete.

        Raises:
            ProtocolError: a frame is too long, or its content is not valid.
        """
        if self._rest:
            self._rest += data
            if len(self._rest) < self._wanted:
                return []
            data, self._rest = bytes(self._rest), bytearray()
        messages: list[Any] = []
        start, size = 0, len(data)
        self._wanted = LENGTH
        while size - start >= LENGTH:
            end = start + LENGTH + self._length(data[start : start + LENGTH])
            if end > size:
                self._wanted = end - start
                break
            messages += self._messages(memoryview(data)[start + LENGTH : end])
            start = end
        if start < size:
            self._rest = bytearray(data[start:])
        return messages

    def _length(self, head: bytes) -> int:
        length = int.from_bytes(head, "big")
        if length > MOST:
            raise ProtocolError(f"a frame of {length:,} bytes; at most {MOST:,} are valid; its length is {head!r}")
        return length
