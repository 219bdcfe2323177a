"""A TCP proxy in front of a real Redis that holds back what Redis answers until it is opened."""

from __future__ import annotations

import contextlib
import socket
import threading

HOST = "127.0.0.1"


class Gate:
    """A closed gate; leave it as a context manager to end its connections.

    Args:
        port: Redis's.
    """

    def __init__(self, port: int) -> None:
        self._redis_port = port
        self._opened = threading.Event()
        self._clients: list[socket.socket] = []
        self._listener = socket.create_server((HOST, 0))
        self.url = f"redis://{HOST}:{self._listener.getsockname()[1]}/1"  # the database is selected: an answer is due
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def held(self) -> int:
        """How many connections there are that their clients have not ended."""
        return len(self._clients)

    def open(self) -> None:
        """Let through what Redis has answered and will answer."""
        self._opened.set()

    def __enter__(self) -> Gate:
        return self

    def __exit__(self, *exc: object) -> None:
        self.open()
        # shutdown wakes the threads that wait in accept and recv; close alone does not
        for one in [self._listener, *self._clients]:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._clients.append(client)
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, socket.create_connection((HOST, self._redis_port)) as redis:
            threading.Thread(target=self._answer, args=(redis, client), daemon=True).start()
            _pump(client, redis)
            self._clients.remove(client)
            with contextlib.suppress(OSError):
                redis.shutdown(socket.SHUT_RDWR)

    def _answer(self, redis: socket.socket, client: socket.socket) -> None:
        self._opened.wait()
        _pump(redis, client)


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
