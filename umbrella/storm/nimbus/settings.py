"""Where Nimbus is and how it is spoken to, in plain values."""

from __future__ import annotations

from dataclasses import dataclass, field

DEFAULT_PORT = 6627  # nimbus.thrift.port
DEFAULT_TLS_PORT = 6628
DEFAULT_FRAME_LIMIT = 1024 * 1024  # nimbus.thrift.max_buffer_size


@dataclass(frozen=True)
class TlsSettings:
    """TLS towards Nimbus (``nimbus.thrift.client.use.tls``); the host's name is always checked.

    Args:
        ca_file: PEM file of those who may vouch for Nimbus; the system's if empty.
        certificate_file: PEM file of this client's certificate, where Nimbus asks for one.
        key_file: PEM file of its key; in the certificate's file if empty.
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

    What is empty is looked for: see ``credentials.credentials``.

    Args:
        username: who the user is.
        password: in no text made of this.
        password_file: file that holds it, of mode 0600.
        jaas_file: ``java.security.auth.login.config``: a JAAS file with a section StormClient.
    """

    username: str = ""
    password: str = field(default="", repr=False)
    password_file: str = ""
    jaas_file: str = ""


@dataclass(frozen=True)
class JavaSettings:
    """Storm's own client classes in a JVM (Kerberos).

    Args:
        transport: ``storm.thrift.transport``: the class of Storm's transport plugin.
        jaas_file: ``java.security.auth.login.config``: a JAAS file with a section StormClient.
        krb5_file: krb5.conf, if it is not the system's.
    """

    transport: str
    jaas_file: str = ""
    krb5_file: str = ""


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
        java: if Storm's own client classes are what connects.
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
