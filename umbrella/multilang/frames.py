"""Framing of the JSON wire: each message ends with a line ``end`` (Storm's JsonSerializer). No I/O here."""

from __future__ import annotations

END = b"\nend\n"
SYNC = b'{"command":"sync"}' + END


class FrameReader:
    """Splits a stream of bytes into frames; the result does not depend on chunk boundaries."""

    def __init__(self) -> None:
        self._rest = bytearray()

    @property
    def rest(self) -> bytes:
        """The bytes received of an incomplete frame."""
        return bytes(self._rest)

    def feed(self, data: bytes) -> list[bytes]:
        """Add bytes; returns the frames they complete, without their ``end`` lines."""
        if not self._rest and data.endswith(END):
            frames = data.split(END)
            frames.pop()
            return frames
        searched = max(0, len(self._rest) - len(END))
        self._rest += data
        if self._rest.find(END, searched) < 0:
            return []
        frames = bytes(self._rest).split(END)
        self._rest = bytearray(frames.pop())
        return frames
