"""Unframed Thrift over a socket (what Storm speaks inside TLS), with a time limit and a size limit for a whole call."""

from __future__ import annotations

import contextlib
import socket
import time

from umbrella.storm.nimbus.frames import RECEIVE_LIMIT, FrameError, FrameTooLargeError

# Thrift's own limit in Java is 100 MB a message (TConfiguration); Storm sets no other on these transports.
SEND_LIMIT = 64 * 1024 * 1024

_READ = 64 * 1024


class StreamSocket:
    """A transport as thriftpy2's protocols use it: read, write, flush, close.

    Args:
        sock: connected; closed by ``close``.
        send_limit: the longest message that may be sent, in bytes.
        receive_limit: the longest answer that is taken, in bytes.
    """

    def __init__(self, sock: socket.socket, send_limit: int = SEND_LIMIT, receive_limit: int = RECEIVE_LIMIT) -> None:
        self._sock = sock
        self._send_limit = send_limit
        self._receive_limit = receive_limit
        self._out = bytearray()
        self._in = bytearray()
        self._received = 0
        self._end = 0.0

    def begin(self, seconds: float) -> None:
        """Start a call: its time limit, and nothing left of the one before."""
        self._end = time.monotonic() + seconds
        self._out.clear()
        self._in.clear()
        self._received = 0

    def write(self, data: bytes) -> None:
        """Add to the message that ``flush`` sends."""
        self._out += data

    def flush(self) -> None:
        """Send what was written.

        Raises:
            FrameTooLargeError: it is too long; nothing is sent.
            OSError: the connection ended, or the time is over.
        """
        message = bytes(self._out)
        self._out.clear()
        if len(message) > self._send_limit:
            raise FrameTooLargeError(len(message))
        self._sock.settimeout(self._left())
        self._sock.sendall(message)

    def read(self, size: int) -> bytes:
        """Return exactly that many bytes.

        Raises:
            FrameError: the answer is longer than any of a Nimbus.
            OSError: the connection ended, or the time is over.
        """
        if not 0 <= size <= self._receive_limit - self._received + len(self._in):
            raise FrameError("the answer is not Thrift, or longer than any of a Nimbus", bytes(self._in[:16]))
        while len(self._in) < size:
            self._sock.settimeout(self._left())
            part = self._sock.recv(_READ)
            if not part:
                raise self.closed_by_peer()
            self._received += len(part)
            self._in += part
        data = bytes(self._in[:size])
        del self._in[:size]
        return data

    def closed_by_peer(self) -> Exception:
        """Return the error for a connection that the other side closed."""
        return ConnectionResetError("the connection was closed")

    def close(self) -> None:
        """Close the socket."""
        with contextlib.suppress(OSError):
            self._sock.close()

    def _left(self) -> float:
        left = self._end - time.monotonic()
        if left <= 0:
            raise socket.timeout("timed out")
        return left
