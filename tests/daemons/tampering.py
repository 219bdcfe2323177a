"""A proxy in front of a real server that changes bytes of what the server says."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def tampering(port: int, change: Callable[[bytes], bytes]) -> Iterator[int]:
    """Yield the port of a proxy for one connection.

    Args:
        port: the server's, on loopback.
        change: returns what the client is to get instead.
    """
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_serve, args=(listening, port, change), daemon=True)
        thread.start()
        yield int(listening.getsockname()[1])
    thread.join(10)


def other_proof(data: bytes) -> bytes:
    """Return the server's messages with another rspauth."""
    return re.sub(rb"rspauth=[0-9a-f]{32}", b"rspauth=" + b"0" * 32, data)


def _serve(listening: socket.socket, port: int, change: Callable[[bytes], bytes]) -> None:
    with contextlib.suppress(OSError):
        client, _ = listening.accept()
        with client, socket.create_connection(("127.0.0.1", port)) as server:
            threading.Thread(target=_pass, args=(client, server, lambda data: data), daemon=True).start()
            _pass(server, client, change)


def _pass(source: socket.socket, target: socket.socket, change: Callable[[bytes], bytes]) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(64 * 1024):
            target.sendall(change(data))
        target.shutdown(socket.SHUT_WR)
