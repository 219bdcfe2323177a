"""Opens the connection to a Nimbus as its settings say."""

from __future__ import annotations

import socket
from typing import Protocol

from umbrella.storm.nimbus.digest import open_digest
from umbrella.storm.nimbus.frames import FramedSocket
from umbrella.storm.nimbus.settings import NimbusSettings
from umbrella.storm.nimbus.tls import open_tls


class Transport(Protocol):
    """The byte transport of Thrift, for one call after the other."""

    def begin(self, seconds: float) -> None:
        """Start a call: set its deadline, and discard leftovers of the previous call."""

    def write(self, data: bytes) -> None:
        """Append to the data that ``flush`` sends."""

    def flush(self) -> None:
        """Send the written data."""

    def read(self, size: int) -> bytes:
        """Return exactly that many bytes of the answer."""

    def close(self) -> None:
        """Close the connection."""


def open_transport(host: str, port: int, settings: NimbusSettings) -> Transport:
    """Connect to a Nimbus exactly as the settings say; never falls back to a weaker transport.

    Args:
        host: its name or address.
        port: the port of Thrift, or of Thrift over TLS.
        settings: the connection settings.

    Raises:
        NimbusError: a secured connection failed.
        OSError: the connection failed or timed out.
    """
    if settings.java:
        from umbrella.storm.nimbus.java_client import open_java  # imports Py4J

        return open_java(host, port, settings)
    if settings.tls:
        return open_tls(host, port, settings)
    if settings.sasl:
        return open_digest(host, port, settings)
    return _open_plain(host, port, settings)


def _open_plain(host: str, port: int, settings: NimbusSettings) -> FramedSocket:
    sock = socket.create_connection((host, port), timeout=settings.connect_timeout_seconds)
    try:
        # A call is one small frame that waits for its answer: Nagle's algorithm would make it wait for the last ACK
        # too.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return FramedSocket(sock, settings.frame_limit)
    except BaseException:
        sock.close()
        raise
