"""The negotiation of Thrift's SASL transport (TSaslTransport): a status byte, a length in 4 bytes, a body."""

from __future__ import annotations

import socket
import struct
import time

START, OK, BAD, ERROR, COMPLETE = 1, 2, 3, 4, 5  # TSaslTransport.NegotiationStatus

_HEADER = struct.Struct("!BI")
_LIMIT = 64 * 1024  # a challenge of DIGEST-MD5 has at most 2048 bytes


class SaslError(Exception):
    """The peer does not speak SASL."""


class SaslRefusedError(Exception):
    """The peer rejected the negotiation and says why."""


class SaslExchange:
    """Exchanges the messages of a negotiation over a socket, all within one deadline.

    Args:
        sock: a connected socket.
        seconds: the timeout of the whole negotiation.
    """

    def __init__(self, sock: socket.socket, seconds: float) -> None:
        self._sock = sock
        self._end = time.monotonic() + seconds

    def send(self, status: int, body: bytes) -> None:
        """Send a message."""
        self._sock.settimeout(self._left())
        self._sock.sendall(_HEADER.pack(status, len(body)) + body)

    def receive(self) -> tuple[int, bytes]:
        """Return status and body of the next message, which is OK or COMPLETE.

        Raises:
            SaslError: the received data is not a message.
            SaslRefusedError: its status is BAD or ERROR.
            OSError: the connection was closed, or the call timed out.
        """
        header = self._exactly(_HEADER.size)
        status, size = _HEADER.unpack(header)
        if not START <= status <= COMPLETE or size > _LIMIT:
            raise SaslError(f"it began with {header!r}")
        body = self._exactly(size)
        if status in (BAD, ERROR):
            raise SaslRefusedError(body.decode(errors="replace"))
        return status, body

    def _exactly(self, size: int) -> bytes:
        data = bytearray()
        while len(data) < size:
            self._sock.settimeout(self._left())
            part = self._sock.recv(size - len(data))
            if not part:
                raise ConnectionResetError("the connection was closed")
            data += part
        return bytes(data)

    def _left(self) -> float:
        left = self._end - time.monotonic()
        if left <= 0:
            raise socket.timeout("timed out")
        return left
