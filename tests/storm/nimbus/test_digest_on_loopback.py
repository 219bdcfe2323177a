"""SASL DIGEST-MD5 against servers on loopback, each written from RFC 2831 and TSaslTransport; no JVM."""

from __future__ import annotations

import contextlib
import hashlib
import re
import socket
import struct
from typing import Callable

import pytest

from tests.storm.nimbus.peers import HOST, Answers, exactly, leader, listening
from umbrella.errors import AuthenticationError
from umbrella.storm.nimbus.connection import open_connection
from umbrella.storm.nimbus.settings import DigestSettings, NimbusSettings

START, OK, BAD, COMPLETE = 1, 2, 3, 5
REALM, NONCE, PASSWORD = "nimbus.example", "OA6MG9tEQGm2hh", "bob's secret"
CHALLENGE = f'realm="{REALM}",nonce="{NONCE}",qop="auth",charset=utf-8,algorithm=md5-sess'.encode()

Prove = Callable[[str], "tuple[int, bytes]"]  # a message, from what the right proof is


def md5(text: bytes) -> bytes:
    return hashlib.md5(text, usedforsecurity=False).digest()


def proof(response: str, method: str, password: str) -> str:
    """Return response-value of RFC 2831 section 2.1.2.1, or rspauth, which has no method."""
    fields = {name: quoted or plain for name, quoted, plain in re.findall(r'([\w-]+)=(?:"([^"]*)"|([^,]*))', response)}
    a1 = md5(f"{fields['username']}:{REALM}:{password}".encode()) + f":{NONCE}:{fields['cnonce']}".encode()
    a2 = f"{method}:{fields['digest-uri']}".encode()
    parts = [md5(a1).hex(), NONCE, fields["nc"], fields["cnonce"], fields["qop"], md5(a2).hex()]
    return md5(":".join(parts).encode()).hex()


def send(connection: socket.socket, status: int, body: bytes) -> None:
    connection.sendall(struct.pack("!BI", status, len(body)) + body)


def receive(connection: socket.socket) -> tuple[int, bytes]:
    status, size = struct.unpack("!BI", exactly(connection, 5))
    return status, exactly(connection, size)


class Server:
    """Knows bob; says at the end of a negotiation what the test wants.

    Args:
        prove: the messages that answer a right response, one after the other.
    """

    def __init__(self, *prove: Prove) -> None:
        self._prove = prove
        self.answers = Answers(getLeader=leader(6627))

    def serve(self, connection: socket.socket) -> None:
        """Negotiate, then answer calls."""
        assert receive(connection) == (START, b"DIGEST-MD5")
        assert receive(connection) == (OK, b"")
        send(connection, OK, CHALLENGE)
        _, response = receive(connection)
        text = response.decode()
        if f"response={proof(text, 'AUTHENTICATE', PASSWORD)}" not in text.split(","):
            send(connection, BAD, b"DIGEST-MD5: digest response format violation. Mismatched response.")
            return
        for number, message in enumerate(self._prove):
            if number:
                assert receive(connection)[0] in (OK, COMPLETE)
            send(connection, *message(proof(text, "", PASSWORD)))
        self.answers.serve_frames(connection)


def ask(server: Server, password: str = PASSWORD) -> int:
    """Return the port of the leader that a server names."""
    with listening(server.serve) as port:
        return ask_at(port, password)


def ask_at(port: int, password: str = PASSWORD) -> int:
    settings = NimbusSettings(timeout_seconds=10, connect_timeout_seconds=10, sasl=DigestSettings("bob", password))
    with contextlib.closing(open_connection(HOST, port, settings)) as connection:
        return int(connection.call("getLeader").port)


def rspauth(status: int, change: Callable[[str], str] = lambda right: right) -> Prove:
    return lambda right: (status, f"rspauth={change(right)}".encode())


@pytest.mark.parametrize(
    "prove",
    [[rspauth(COMPLETE)], [rspauth(OK), lambda right: (COMPLETE, b"")]],
    ids=["with the end", "before the end"],
)
def test_a_server_that_proves_that_it_knows_the_password_is_asked(prove):
    assert ask(Server(*prove)) == 6627


@pytest.mark.parametrize("status", [OK, COMPLETE])
@pytest.mark.parametrize(
    "change",
    [
        lambda right: right[:-1] + ("0" if right[-1] != "0" else "1"),
        lambda right: right[:-1],
        lambda right: "",
        lambda right: "0" * 32,
    ],
    ids=["last digit", "too short", "empty", "zeros"],
)
def test_a_server_whose_proof_is_wrong_is_asked_nothing(status, change):
    server = Server(rspauth(status, change), lambda right: (COMPLETE, b""))
    with pytest.raises(AuthenticationError, match="does not show that it knows the password"):
        ask(server)
    assert server.answers.calls == []


def test_a_server_that_ends_without_a_proof_is_asked_nothing():
    server = Server(lambda right: (COMPLETE, b""))
    with pytest.raises(AuthenticationError, match="is not trusted: the server's answer does not show"):
        ask(server)
    assert server.answers.calls == []


def test_a_server_that_asks_for_no_response_is_asked_nothing():
    answers = Answers(getLeader=leader(6627))

    def serve(connection: socket.socket) -> None:
        receive(connection)
        receive(connection)
        send(connection, COMPLETE, b"")
        answers.serve_frames(connection)

    with listening(serve) as port, pytest.raises(AuthenticationError, match="the server asked for no proof"):
        ask_at(port)
    assert answers.calls == []


def test_a_wrong_password_is_refused_and_not_shown():
    with pytest.raises(AuthenticationError, match="refused the user 'bob'; given: DIGEST-MD5: .*Mismatched") as caught:
        ask(Server(rspauth(COMPLETE)), "bobs secret")
    assert "bobs secret" not in str(caught.value)
