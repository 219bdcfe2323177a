"""Connection settings of Nimbus, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field

DEFAULT_PORT = 6627  # nimbus.thrift.port
DEFAULT_TLS_PORT = 6628
DEFAULT_FRAME_LIMIT = 1024 * 1024  # nimbus.thrift.max_buffer_size


@dataclass(frozen=True)
class TlsSettings:
    """TLS settings for Nimbus (``nimbus.thrift.client.use.tls``); the host name is always checked.

    Args:
        ca_file: PEM file of the trusted certificate authorities; the system's if empty.
        certificate_file: PEM file of this client's certificate, if Nimbus requires one.
        key_file: PEM file of its private key; if empty, the key is in the certificate's file.
        key_password_file: file with the password of an encrypted key.
        port: ``nimbus.thrift.tls.port``.
    """

    ca_file: str = ""
    certificate_file: str = ""
    key_file: str = ""
    key_password_file: str = ""
    port: int = DEFAULT_TLS_PORT


@dataclass(frozen=True)
class DigestSettings:
    """SASL DIGEST-MD5 (``storm.thrift.transport``: DigestSaslTransportPlugin).

    For where missing values come from, see ``credentials.credentials``.

    Args:
        username: the user's name.
        password: not part of the repr.
        password_file: a file with the password, with mode 0600.
        jaas_file: ``java.security.auth.login.config``: a JAAS file with a section StormClient.
    """

    username: str = ""
    password: str = field(default="", repr=False)
    password_file: str = ""
    jaas_file: str = ""


@dataclass(frozen=True)
class JavaSettings:
    """Settings for Storm's own client classes in a JVM (Kerberos).

    Args:
        transport: ``storm.thrift.transport``: the class of Storm's transport plugin.
        jaas_file: ``java.security.auth.login.config``: a JAAS file with a section StormClient.
        krb5_file: a krb5.conf that replaces the system's.
    """

    transport: str
    jaas_file: str = ""
    krb5_file: str = ""


@dataclass(frozen=True)
class NimbusSettings:
    """The addresses of Nimbus, with timeouts, limits and security settings.

    Args:
        seeds: ``nimbus.seeds``: hosts, optionally as HOST:PORT.
        port: ``nimbus.thrift.port``, for seeds without a port.
        timeout_seconds: the timeout of each call, from its first byte to the last byte of its answer.
        connect_timeout_seconds: the timeout for connecting.
        frame_limit: ``nimbus.thrift.max_buffer_size`` in bytes: Nimbus never answers a larger request.
        tls: set if Nimbus is reached over TLS.
        sasl: set if Nimbus requires a name and a password.
        java: set if Storm's own client classes make the connection.
    """

    seeds: tuple[str, ...] = ("localhost",)
    port: int = DEFAULT_PORT
    timeout_seconds: float = 30.0
    connect_timeout_seconds: float = 5.0
    frame_limit: int = DEFAULT_FRAME_LIMIT
    tls: TlsSettings | None = None
    sasl: DigestSettings | None = None
    java: JavaSettings | None = None

    def places(self) -> tuple[tuple[str, int], ...]:
        """Return the host and port of each seed."""
        port = self.tls.port if self.tls else self.port
        return tuple(split_place(seed, port) for seed in self.seeds)


def split_place(text: str, port: int) -> tuple[str, int]:
    """Return the host and port of HOST, HOST:PORT, an IPv6 address or [ADDRESS]:PORT.

    Args:
        text: as above.
        port: the default port.

    Raises:
        ValueError: the port is not valid.
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
