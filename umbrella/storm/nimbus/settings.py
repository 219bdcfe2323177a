"""Where Nimbus is and how it is spoken to, in plain values."""

from __future__ import annotations

from dataclasses import dataclass, field

DEFAULT_PORT = 6627  # nimbus.thrift.port
DEFAULT_TLS_PORT = 6628
DEFAULT_FRAME_LIMIT = 1024 * 1024  # nimbus.thrift.max_buffer_size


@dataclass(frozen=True)
class TlsSettings:
    """TLS towards Nimbus (``nimbus.thrift.client.use.tls``).

    Args:
        ca_file: PEM file of those who may vouch for Nimbus; the system's if empty.
        certificate_file: PEM file of this client's certificate, where Nimbus asks for one.
        key_file: PEM file of its key.
        port: ``nimbus.thrift.tls.port``.
        check_hostname: whether the certificate must bear the host's name.
    """

    ca_file: str = ""
    certificate_file: str = ""
    key_file: str = ""
    port: int = DEFAULT_TLS_PORT
    check_hostname: bool = True


@dataclass(frozen=True)
class DigestSettings:
    """SASL DIGEST-MD5 (``storm.thrift.transport``: DigestSaslTransportPlugin)."""

    username: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class NimbusSettings:
    """Where Nimbus is, and the time limits of speaking to it.

    Args:
        seeds: ``nimbus.seeds``: hosts, each with a port of its own as HOST:PORT if need be.
        port: ``nimbus.thrift.port``, of seeds without one.
        timeout_seconds: the longest time of each call, from its first byte to the last of its answer.
        connect_timeout_seconds: the longest time to connect.
        frame_limit: ``nimbus.thrift.max_buffer_size`` in bytes: Nimbus never answers a longer request.
        tls: if Nimbus is reached by TLS.
        sasl: if Nimbus asks for a name and a password.
    """

    seeds: tuple[str, ...] = ("localhost",)
    port: int = DEFAULT_PORT
    timeout_seconds: float = 30.0
    connect_timeout_seconds: float = 5.0
    frame_limit: int = DEFAULT_FRAME_LIMIT
    tls: TlsSettings | None = None
    sasl: DigestSettings | None = None

    def places(self) -> tuple[tuple[str, int], ...]:
        """Return host and port of each seed."""
        port = self.tls.port if self.tls else self.port
        return tuple(split_place(seed, port) for seed in self.seeds)


def split_place(text: str, port: int) -> tuple[str, int]:
    """Return host and port of HOST, HOST:PORT, an IPv6 address or [ADDRESS]:PORT.

    Args:
        text: as above.
        port: the one of a text without.

    Raises:
        ValueError: what should be a port is none.
    """
    if text.startswith("["):
        host, _, rest = text[1:].partition("]")
        given = rest[1:] if rest.startswith(":") else rest
    elif text.count(":") == 1:
        host, _, given = text.partition(":")
    else:
        host, given = text, ""
    if not given:
        return host, port
    if not given.isdecimal() or not 0 < int(given) < 65536:
        raise ValueError(f"{given!r} is no port")
    return host, int(given)
