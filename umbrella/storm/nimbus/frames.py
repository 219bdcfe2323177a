"""Thrift's framed transport over a socket, with a deadline for a whole call and a size limit for each frame.

A frame is a 4-byte big-endian length, followed by that many bytes. thriftpy2's own transport has only a timeout for
each single read, so a peer that sends a byte now and then never times out. It also trusts the length that a peer sends.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import time

# Larger than any answer of a Nimbus, and smaller than the first bytes of HTTP, SSH, TLS or SASL when read as a length.
RECEIVE_LIMIT = 32 * 1024 * 1024

_LENGTH = struct.Struct("!i")
_READ = 64 * 1024


class FrameError(Exception):
    """The received data is not a Thrift frame.

    Attributes:
        received: its first bytes.
    """

    def __init__(self, what: str, received: bytes = b"") -> None:
        super().__init__(what)
        self.received = received


class FrameTooLargeError(Exception):
    """A message exceeds the peer's size limit; nothing was sent.

    Attributes:
        size: its size in bytes.
    """

    def __init__(self, size: int) -> None:
        super().__init__(f"{size} bytes")
        self.size = size


class FramedSocket:
    """A transport for thriftpy2's protocols: read, write, flush, close.

    Args:
        sock: a connected socket; ``close`` closes it.
        send_limit: the largest frame that may be sent, in bytes.
    """

    def __init__(self, sock: socket.socket, send_limit: int) -> None:
        self._sock = sock
        self._send_limit = send_limit
        self._out = bytearray()
        self._in = b""
        self._position = 0
        self._end = 0.0

    def begin(self, seconds: float) -> None:
        """Start a call: set its deadline, and discard leftovers of the previous call."""
        self._end = time.monotonic() + seconds
        self._out.clear()
        self._in, self._position = b"", 0

    def write(self, data: bytes) -> None:
        """Append to the frame that ``flush`` sends."""
        self._out += data

    def flush(self) -> None:
        """Send the written data as one frame.

        Raises:
            FrameTooLargeError: it is too large; nothing is sent.
            OSError: the connection was closed, or the call timed out.
        """
        frame = bytes(self._out)
        self._out.clear()
        if len(frame) > self._send_limit:
            raise FrameTooLargeError(len(frame))
        self._sock.settimeout(self._left())
        self._sock.sendall(_LENGTH.pack(len(frame)) + frame)

    def read(self, size: int) -> bytes:
        """Return exactly that many bytes of the frame received.

        Raises:
            FrameError: the frame is shorter.
            OSError: the connection was closed, or the call timed out.
        """
        if size == 0:
            return b""
        if self._position == len(self._in):
            self._receive()
        end = self._position + size
        if size < 0 or end > len(self._in):
            raise FrameError("the answer ends in the middle of a value", self._in[:16])
        data = self._in[self._position : end]
        self._position = end
        return data

    def close(self) -> None:
        """Close the socket."""
        with contextlib.suppress(OSError):
            self._sock.close()

    def _receive(self) -> None:
        header = self._exactly(_LENGTH.size)
        (size,) = _LENGTH.unpack(header)
        if not 0 < size <= RECEIVE_LIMIT:
            raise FrameError("the answer is not Thrift", header)
        self._in, self._position = self._exactly(size), 0

    def _exactly(self, size: int) -> bytes:
        data = bytearray()
        while len(data) < size:
            self._sock.settimeout(self._left())
            part = self._sock.recv(min(size - len(data), _READ))
            if not part:
                raise ConnectionResetError("the connection was closed")
            data += part
        return bytes(data)

    def _left(self) -> float:
        left = self._end - time.monotonic()
        if left <= 0:
            raise socket.timeout("timed out")
        return left
