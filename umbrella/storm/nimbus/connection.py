"""One connection to one Nimbus: calls by Storm's names, each with a timeout; errors are translated into Umbrella's."""

from __future__ import annotations

from typing import Any, Protocol

from thriftpy2.protocol.binary import TBinaryProtocol
from thriftpy2.thrift import TClient

from umbrella.compile.idl import storm
from umbrella.errors import NimbusUnreachableError, explain
from umbrella.storm.nimbus.mapping import mapped
from umbrella.storm.nimbus.settings import NimbusSettings
from umbrella.storm.nimbus.transport import Transport, open_transport


class Connection(Protocol):
    """A connection to one Nimbus."""

    place: str

    def call(self, name: str, *arguments: Any, seconds: float | None = None) -> Any:
        """Call Nimbus and return its answer.

        Args:
            name: Storm's name of the call, in storm.thrift.
            arguments: as in storm.thrift.
            seconds: the timeout, if not that of the settings.

        Raises:
            NimbusError: one of its subclasses.
        """

    def close(self) -> None:
        """Close the connection."""


class ThriftConnection:
    """A connection over a socket; unusable after a NimbusLostError."""

    def __init__(self, transport: Transport, place: str, seconds: float) -> None:
        self.place = place
        self._transport = transport
        self._seconds = seconds
        # The pure Python protocol: thriftpy2's compiled one reads from the socket itself and bypasses our limits.
        protocol: Any = TBinaryProtocol
        self._client = TClient(storm.Nimbus, protocol(transport))

    def call(self, name: str, *arguments: Any, seconds: float | None = None) -> Any:
        """Call Nimbus and return its answer; see Connection."""
        limit = self._seconds if seconds is None else seconds
        with mapped(name, self.place, limit):
            self._transport.begin(limit)
            return getattr(self._client, name)(*arguments)

    def close(self) -> None:
        """Close the socket."""
        self._transport.close()


def open_connection(host: str, port: int, settings: NimbusSettings) -> Connection:
    """Connect to a Nimbus.

    Raises:
        NimbusUnreachableError: the connection failed or timed out.
    """
    place = place_text(host, port)
    try:
        transport = open_transport(host, port, settings)
    except OSError as exc:
        text = exc.strerror or str(exc)
        raise NimbusUnreachableError(explain(f"there is no way to Nimbus at {place}", given=text)) from exc
    return ThriftConnection(transport, place, settings.timeout_seconds)


def place_text(host: str, port: int) -> str:
    """Return HOST:PORT."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
