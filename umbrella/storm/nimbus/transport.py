"""Opens the connection to a Nimbus in the way its settings say."""

from __future__ import annotations

import socket

from umbrella.storm.nimbus.frames import FramedSocket
from umbrella.storm.nimbus.settings import NimbusSettings


def open_transport(host: str, port: int, settings: NimbusSettings) -> FramedSocket:
    """Connect to a Nimbus.

    Args:
        host: its name or address.
        port: of Thrift, or of Thrift over TLS.
        settings: how.

    Raises:
        OSError: there is no way to it, or not within the time.
    """
    sock = socket.create_connection((host, port), timeout=settings.connect_timeout_seconds)
    try:
        # A call is one small frame and waits for its answer: with Nagle's algorithm it would wait for the last ACK too.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return FramedSocket(sock, settings.frame_limit)
    except BaseException:
        sock.close()
        raise
