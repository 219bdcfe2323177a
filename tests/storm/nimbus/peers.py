"""Servers on loopback for tests of the Nimbus client: what each connection meets is up to the test.

None of them stands for Storm. They do what a real Nimbus cannot be made to do on demand, or not without a JVM: lose an
answer, send half a frame, prove nothing.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator
from typing import Any, Callable

from thriftpy2.protocol.binary import TBinaryProtocol
from thriftpy2.thrift import TProcessor
from thriftpy2.transport import TMemoryBuffer

from umbrella.compile.idl import storm

HOST = "127.0.0.1"


class Hangup(Exception):
    """Raised by an answer: the connection is closed instead."""


@contextlib.contextmanager
def listening(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """Give each connection to ``serve`` in a thread of its own, and close it after that; yield the port."""
    connections: list[socket.socket] = []

    def run(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError, EOFError, Hangup):
            serve(connection)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                connections.append(listener.accept()[0])
                threading.Thread(target=run, args=(connections[-1],), daemon=True).start()

    listener = socket.create_server((HOST, 0))
    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        for one in (listener, *connections):  # shutdown wakes the threads; close alone does not
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


class Answers:
    """What a server answers, by Storm's name of the call; it keeps the calls it got.

    Args:
        answers: a value, an exception to answer with or to hang up by, or a function of the call's arguments.
    """

    def __init__(self, **answers: Any) -> None:
        self._answers = answers
        self.calls: list[tuple[str, tuple[Any, ...]]] = []

    def count(self, name: str) -> int:
        """Return how often a call came."""
        return sum(one == name for one, _ in self.calls)

    def answer(self, frame: bytes) -> bytes:
        """Return the answer to a call."""
        out = TMemoryBuffer()
        TProcessor(storm.Nimbus, self).process(TBinaryProtocol(TMemoryBuffer(frame)), TBinaryProtocol(out))
        return out.getvalue()

    def serve_frames(self, connection: socket.socket) -> None:
        """Answer calls in frames, as Nimbus's plain port does."""
        while True:
            answer = self.answer(exactly(connection, *struct.unpack("!i", exactly(connection, 4))))
            connection.sendall(struct.pack("!i", len(answer)) + answer)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            self.calls.append((name, arguments))
            answer = self._answers[name]
            answer = answer(*arguments) if callable(answer) else answer
            if isinstance(answer, Exception):
                raise answer
            return answer

        return call


@contextlib.contextmanager
def answering(**answers: Any) -> Iterator[tuple[int, Answers]]:
    """Yield the port of a server that says of itself that it leads, and what it got."""
    made = Answers(getLeader=lambda: leader(port), **answers)
    with listening(made.serve_frames) as port:
        yield port, made


def leader(port: int) -> Any:
    """Return the NimbusSummary of a leader on this machine."""
    return storm.NimbusSummary(host=HOST, port=port, uptime_secs=1, isLeader=True, version="2.8.3")


def topology(name: str, topology_id: str = "") -> Any:
    """Return the TopologySummary of a running topology."""
    counts = dict.fromkeys(("num_tasks", "num_executors", "num_workers", "uptime_secs"), 1)
    return storm.TopologySummary(id=topology_id or f"{name}-1-1", name=name, status="ACTIVE", **counts)


def exactly(connection: socket.socket, size: int) -> bytes:
    """Return that many bytes; EOFError if the other side closes before."""
    data = b""
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            raise EOFError
        data += part
    return data
