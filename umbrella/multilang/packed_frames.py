"""How messages of the msgpack wire are set apart: frames of many, each after its length. No I/O here."""

from __future__ import annotations

from typing import Any, Callable

from umbrella.errors import ProtocolError

LENGTH = 4  # bytes, big-endian
MOST = 1 << 30  # bytes of a frame from Storm; a length beyond it is no length
LARGE = 1 << 20  # bytes; messages that are more together go in a frame each, for Java refuses frames of 64 MiB


def frame(messages: list[bytes]) -> bytes:
    """Return messages as one frame, or as several if they are large."""
    body = b"".join(messages)
    if len(body) > LARGE and len(messages) > 1:
        return b"".join([frame([message]) for message in messages])
    return len(body).to_bytes(LENGTH, "big") + body


class PackedReader:
    """Cuts a stream of bytes into frames, and these into messages.

    Args:
        messages: returns the messages of a frame, or raises ProtocolError.
    """

    def __init__(self, messages: Callable[[memoryview], list[Any]]) -> None:
        self._messages = messages
        self._rest = bytearray()
        self._wanted = LENGTH

    @property
    def rest(self) -> bytes:
        """What has come in of a frame that is not complete."""
        return bytes(self._rest)

    def feed(self, data: bytes) -> list[Any]:
        """Take bytes in and return the messages of the frames they complete.

        Raises:
            ProtocolError: a frame is too long, or not made of messages.
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
