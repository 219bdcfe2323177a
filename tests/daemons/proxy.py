"""A TCP proxy in front of a real Nimbus, which sees each call go by and can do something at one of them.

It changes one thing only: the address in the answer to getLeader, so that the client stays on it.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections import Counter
from dataclasses import dataclass
from typing import Callable

from thriftpy2.protocol.binary import TBinaryProtocol
from thriftpy2.transport import TMemoryBuffer

from umbrella.compile.idl import storm

BEFORE = "before"  # Nimbus does not get the call
DURING = "during"  # Nimbus has it and may be at work
LOST = "lost"  # Nimbus has answered, and the client does not get the answer

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Point:
    """A point of a submit.

    Args:
        call: Storm's name of it.
        number: which of the calls of that name, from 1.
        when: BEFORE, DURING or LOST.
        milliseconds: for DURING: after Nimbus was sent the call.
    """

    call: str
    number: int = 1
    when: str = LOST
    milliseconds: int = 0

    def __str__(self) -> str:
        after = f" {self.milliseconds} ms" if self.when == DURING else ""
        return f"{self.when}{after} {self.call} {self.number}"


class NimbusProxy:
    """A proxy; leave it as a context manager to close it.

    Args:
        port: Nimbus's.
        point: where ``strike`` is called; the client's connection is closed there.
        strike: what happens.
    """

    def __init__(self, port: int, point: Point | None = None, strike: Callable[[], None] = lambda: None) -> None:
        self.nimbus_port = port
        self.point, self.strike = point, strike
        self.calls: Counter[str] = Counter()
        self.struck = False
        self._sockets: list[socket.socket] = []
        self._listener = socket.create_server((HOST, 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> NimbusProxy:
        return self

    def __exit__(self, *exc: object) -> None:
        # shutdown wakes the threads that wait in accept and recv; close alone does not
        for one in [self._listener, *self._sockets]:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._sockets.append(client)
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with (
            client,
            contextlib.suppress(OSError, EOFError),
            socket.create_connection((HOST, self.nimbus_port)) as nimbus,
        ):
            self._sockets.append(nimbus)
            while True:
                self._forward(client, nimbus)

    def _forward(self, client: socket.socket, nimbus: socket.socket) -> None:
        frame = read_frame(client)
        name = name_of(frame)
        self.calls[name] += 1
        here = self._is_here(name)
        if here == BEFORE:
            self._end(client)
        nimbus.sendall(frame)
        if here == DURING and self.point is not None:
            time.sleep(self.point.milliseconds / 1000)
            self._end(client)
        answer = read_frame(nimbus)
        if here == LOST:
            self._end(client)
        client.sendall(self._renamed(answer) if name == "getLeader" else answer)

    def _is_here(self, name: str) -> str:
        point = self.point
        if self.struck or point is None or (point.call, point.number) != (name, self.calls[name]):
            return ""
        self.struck = True
        return point.when

    def _end(self, client: socket.socket) -> None:
        self.strike()
        client.close()
        raise EOFError

    def _renamed(self, answer: bytes) -> bytes:
        protocol = TBinaryProtocol(TMemoryBuffer(answer[4:]))
        message = protocol.read_message_begin()
        result = storm.Nimbus.getLeader_result()
        result.read(protocol)
        leader = result.success
        if leader is None or (leader.host, leader.port) != ("localhost", self.nimbus_port):
            return answer
        leader.host, leader.port = HOST, self.port
        out = TMemoryBuffer()
        protocol = TBinaryProtocol(out)
        protocol.write_message_begin(*message)
        result.write(protocol)
        return struct.pack("!i", len(out.getvalue())) + out.getvalue()


def read_frame(sock: socket.socket) -> bytes:
    """Return a frame with its length in front."""
    header = _exactly(sock, 4)
    return header + _exactly(sock, struct.unpack("!i", header)[0])


def name_of(frame: bytes) -> str:
    """Return the name of the call in a frame."""
    (size,) = struct.unpack_from("!i", frame, 8)
    return frame[12 : 12 + size].decode()


def _exactly(sock: socket.socket, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        part = sock.recv(size - len(data))
        if not part:
            raise EOFError
        data += part
    return bytes(data)
