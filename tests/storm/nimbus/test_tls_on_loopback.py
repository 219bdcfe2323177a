"""Whom the client trusts over TLS: real handshakes on loopback, without a JVM or openssl."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.storm.nimbus.peers import Answers, leader, listening
from umbrella.errors import TlsError
from umbrella.storm.nimbus.connection import open_connection
from umbrella.storm.nimbus.settings import NimbusSettings, TlsSettings

CERTIFICATES = Path(__file__).parent / "certificates"
CA = str(CERTIFICATES / "ca.pem")
LOCALHOST = CERTIFICATES / "localhost.pem"  # for the name localhost alone
SECONDS = 10.0


@contextlib.contextmanager
def tls_server() -> Iterator[int]:
    """Answer one call after a handshake with the certificate of localhost; yield the port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(LOCALHOST)

    def serve(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secured:
            secured.sendall(Answers(getLeader=leader(6628)).answer(secured.recv(1 << 16)))

    with listening(serve) as port:
        yield port


def ask(host: str, port: int, ca_file: str = CA) -> int:
    """Return the port of the leader that a server names."""
    tls = TlsSettings(ca_file=ca_file, port=port)
    settings = NimbusSettings((host,), timeout_seconds=SECONDS, connect_timeout_seconds=SECONDS, tls=tls)
    with contextlib.closing(open_connection(host, port, settings)) as connection:
        return int(connection.call("getLeader").port)


def test_a_server_with_a_trusted_certificate_for_its_name_is_asked():
    with tls_server() as port:
        assert ask("localhost", port) == 6628


def test_a_certificate_for_another_name_is_refused():
    with tls_server() as port, pytest.raises(TlsError) as caught:
        ask("127.0.0.1", port)
    assert f"the certificate of 127.0.0.1:{port} is not for the name 127.0.0.1" in str(caught.value)


def test_a_certificate_of_an_unknown_authority_is_refused():
    with tls_server() as port, pytest.raises(TlsError, match="was issued by nobody who is trusted here"):
        ask("localhost", port, ca_file="")  # the system's authorities


@pytest.fixture
def lax_system(monkeypatch):
    """Contexts as an old Python and a lax policy of the system make them: any version, any cipher."""
    make = ssl.create_default_context

    def made(*arguments, **options):
        context = make(*arguments, **options)
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        return context

    monkeypatch.setattr(ssl, "create_default_context", made)


def choose_version(minor: int) -> bytes:
    """Return a ServerHello that chooses TLS 1.0 (1) or 1.1 (2) with ECDHE-RSA-AES128-SHA."""
    hello = bytes([3, minor]) + bytes(32) + b"\x00" + b"\xc0\x13" + b"\x00"
    message = b"\x02" + struct.pack("!I", len(hello))[1:] + hello
    return bytes([22, 3, minor]) + struct.pack("!H", len(message)) + message


@pytest.mark.usefixtures("lax_system")
@pytest.mark.parametrize("minor", [1, 2])
def test_an_old_version_of_tls_is_refused_whatever_the_system_allows(minor):
    def serve(connection: socket.socket) -> None:
        connection.recv(1 << 16)
        connection.sendall(choose_version(minor))
        connection.recv(1 << 16)  # what a client that goes on waits for never comes

    with listening(serve) as port, pytest.raises(TlsError) as caught:
        ask("localhost", port)
    assert f"localhost:{port} speaks no version of TLS that is allowed here" in str(caught.value)
    assert "valid: TLS 1.2, TLS 1.3" in str(caught.value)
