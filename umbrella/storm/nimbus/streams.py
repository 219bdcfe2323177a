"""Unframed Thrift over a socket (Storm's protocol inside TLS), with a deadline and size limits for a whole call."""

from __future__ import annotations

import contextlib
import socket
import time

from umbrella.storm.nimbus.frames import RECEIVE_LIMIT, FrameError, FrameTooLargeError

# Java's Thrift limits a message to 100 MB (TConfiguration); Storm sets no other limit on these transports.
SEND_LIMIT = 64 * 1024 * 1024

_READ = 64 * 1024


class StreamSocket:
    """A transport for thriftpy2's protocols: read, write, flush, close.

    Args:
        sock: a connected socket; ``close`` closes it.
        send_limit: the largest message that may be sent, in bytes.
        receive_limit: the largest answer that is accepted, in bytes.
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
        """Start a call: set its deadline, and discard leftovers of the previous call."""
        self._end = time.monotonic() + seconds
        self._out.clear()
        self._in.clear()
        self._received = 0

    def write(self, data: bytes) -> None:
        """Append to the message that ``flush`` sends."""
        self._out += data

    def flush(self) -> None:
        """Send the written data.

        Raises:
            FrameTooLargeError: it is too large; nothing is sent.
            OSError: the connection was closed, or the call timed out.
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
            FrameError: the answer exceeds the size limit.
            OSError: the connection was closed, or the call timed out.
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
        """Return the error for a connection that the peer closed."""
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
