"""Opens the connection to a Nimbus in the way its settings say."""

from __future__ import annotations

import socket
from typing import Protocol

from umbrella.storm.nimbus.digest import open_digest
from umbrella.storm.nimbus.frames import FramedSocket
from umbrella.storm.nimbus.settings import NimbusSettings
from umbrella.storm.nimbus.tls import open_tls


class Transport(Protocol):
    """What Thrift's bytes go through, one call after the other."""

    def begin(self, seconds: float) -> None:
        """Start a call: its time limit, and nothing left of the one before."""

    def write(self, data: bytes) -> None:
        """Add to what ``flush`` sends."""

    def flush(self) -> None:
        """Send it."""

    def read(self, size: int) -> bytes:
        """Return exactly that many bytes of the answer."""

    def close(self) -> None:
        """End the connection."""


def open_transport(host: str, port: int, settings: NimbusSettings) -> Transport:
    """Connect to a Nimbus in the one way that the settings name; never in a weaker one.

    Args:
        host: its name or address.
        port: of Thrift, or of Thrift over TLS.
        settings: how.

    Raises:
        NimbusError: a secured connection did not come about.
        OSError: there is no way to it, or not within the time.
    """
    if settings.java:
        from umbrella.storm.nimbus.java_client import open_java  # brings Py4J

        return open_java(host, port, settings)
    if settings.tls:
        return open_tls(host, port, settings)
    if settings.sasl:
        return open_digest(host, port, settings)
    return _open_plain(host, port, settings)


def _open_plain(host: str, port: int, settings: NimbusSettings) -> FramedSocket:
    sock = socket.create_connection((host, port), timeout=settings.connect_timeout_seconds)
    try:
        # A call is one small frame and waits for its answer: with Nagle's algorithm it would wait for the last ACK too.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return FramedSocket(sock, settings.frame_limit)
    except BaseException:
        sock.close()
        raise
