"""Thrift's framed transport over a socket, with a time limit for a whole call and a size limit for each frame.

A frame is its length in 4 bytes, big-endian, and that many bytes. thriftpy2's own transport limits the time of each
read only, so a peer that sends a byte now and then is never given up, and it takes what a peer says of a length on
trust.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import time

# Beyond any answer of a Nimbus; below what the first bytes of HTTP, SSH, TLS or SASL are when read as a length.
RECEIVE_LIMIT = 32 * 1024 * 1024

_LENGTH = struct.Struct("!i")
_READ = 64 * 1024


class FrameError(Exception):
    """What was received is not a frame of Thrift.

    Attributes:
        received: its first bytes.
    """

    def __init__(self, what: str, received: bytes = b"") -> None:
        super().__init__(what)
        self.received = received


class FrameTooLargeError(Exception):
    """What is to be sent is longer than the peer takes; nothing was sent.

    Attributes:
        size: its bytes.
    """

    def __init__(self, size: int) -> None:
        super().__init__(f"{size} bytes")
        self.size = size


class FramedSocket:
    """A transport as thriftpy2's protocols use it: read, write, flush, close.

    Args:
        sock: connected; closed by ``close``.
        send_limit: the longest frame that may be sent.
    """

    def __init__(self, sock: socket.socket, send_limit: int) -> None:
        self._sock = sock
        self._send_limit = send_limit
        self._out = bytearray()
        self._in = b""
        self._position = 0
        self._end = 0.0

    def begin(self, seconds: float) -> None:
        """Start a call: its time limit, and nothing left of the one before."""
        self._end = time.monotonic() + seconds
        self._out.clear()
        self._in, self._position = b"", 0

    def write(self, data: bytes) -> None:
        """Add to the frame that ``flush`` sends."""
        self._out += data

    def flush(self) -> None:
        """Send what was written as one frame.

        Raises:
            FrameTooLargeError: it is too long; nothing is sent.
            OSError: the connection ended, or the time is over.
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
            FrameError: the frame has fewer.
            OSError: the connection ended, or the time is over.
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
