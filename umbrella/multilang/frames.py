"""How messages are set apart on the JSON wire: a line ``end`` closes each (Storm's JsonSerializer). No I/O here."""

from __future__ import annotations

END = b"\nend\n"
SYNC = b'{"command":"sync"}' + END


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
