"""Peers that are no Nimbus: each is recognised or given up within its time, and named."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Iterator
from typing import Callable

import pytest

from umbrella.errors import NimbusLostError, NimbusUnreachableError, TooLargeError
from umbrella.storm.nimbus.client import NimbusClient
from umbrella.storm.nimbus.connection import open_connection
from umbrella.storm.nimbus.frames import RECEIVE_LIMIT
from umbrella.storm.nimbus.settings import NimbusSettings

HOST = "127.0.0.1"
QUICK = 0.5  # seconds of a call
PATIENT = 30.0  # a test that takes longer hangs


@contextlib.contextmanager
def peer(behave: Callable[[socket.socket], None]) -> Iterator[int]:
    """Listen, and do something with each connection; yield the port."""
    stop = threading.Event()

    def serve(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            behave(connection)
            stop.wait(PATIENT)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()

    listener = socket.create_server((HOST, 0))
    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        stop.set()
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def settings(*ports: int, seconds: float = QUICK) -> NimbusSettings:
    seeds = tuple(f"{HOST}:{port}" for port in ports)
    return NimbusSettings(seeds=seeds, timeout_seconds=seconds, connect_timeout_seconds=PATIENT)


def said(*ports: int, seconds: float = QUICK) -> str:
    """Return what the client says of these seeds, given so many seconds for each call."""
    begin = time.monotonic()
    with NimbusClient(settings(*ports, seconds=seconds)) as client, pytest.raises(NimbusUnreachableError) as caught:
        client.topologies()
    assert time.monotonic() - begin < PATIENT
    return str(caught.value)


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind((HOST, 0))
        return int(sock.getsockname()[1])


def drip(connection: socket.socket) -> None:
    """Announce an answer, and send a byte of it before any time limit of a single read is over."""
    connection.sendall(struct.pack("!i", 1000))
    while True:
        connection.sendall(b"\x80")
        time.sleep(QUICK / 5)


def test_every_seed_that_was_tried_is_named_with_what_it_said():
    closed = free_port()
    with peer(lambda connection: None) as silent:
        text = said(closed, silent)
    assert f"no leading Nimbus was found; tried {HOST}:{closed}, {HOST}:{silent}" in text
    assert f"1. there is no way to Nimbus at {HOST}:{closed}; given: Connection refused" in text
    assert f"2. Nimbus at {HOST}:{silent} did not answer getLeader within 0.5 s" in text
    assert "--nimbus HOST[:PORT]" in text


def test_a_peer_that_sends_a_byte_now_and_then_is_given_up_in_time():
    with peer(drip) as port:
        assert "did not answer getLeader within 0.5 s" in said(port)


@pytest.mark.parametrize(
    ("greeting", "told"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "it speaks HTTP: is it the port of Storm's UI?"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "it speaks SSH"),
        (b"\x15\x03\x03\x00\x02\x02\x46", "it speaks TLS: does this Nimbus want nimbus.thrift.client.use.tls?"),
        (b"\x04\x00\x00\x00\x10no such mechanism", "it speaks SASL: does this Nimbus want a name and a password?"),
        (struct.pack("!i", -1), "it began with b'\\xff\\xff\\xff\\xff'"),
        (struct.pack("!i", RECEIVE_LIMIT + 1), "it began with b'\\x02\\x00\\x00\\x01'"),
        (struct.pack("!i", 8) + b"\x00\x00\x00\x04abcd", "is no Nimbus that speaks plain Thrift"),
        (struct.pack("!i", 12) + b"\x80\x01\x00\x02\x7f\xff\xff\xffabcd", "is no Nimbus that speaks plain Thrift"),
    ],
)
def test_a_peer_that_speaks_something_else_is_recognised(greeting: bytes, told: str):
    with peer(lambda connection: connection.sendall(greeting)) as port:
        text = said(port, seconds=PATIENT / 2)  # it does answer, however busy the machine is
    assert told in text
    assert f"what listens at {HOST}:{port} is no Nimbus that speaks plain Thrift" in text
    assert "nimbus.thrift.port, 6627 unless set otherwise" in text


def test_a_peer_that_closes_the_connection_is_told_apart_from_one_that_is_silent():
    with peer(lambda connection: connection.shutdown(socket.SHUT_RDWR)) as port:
        assert f"the connection to {HOST}:{port} broke during getLeader" in said(port, seconds=PATIENT / 2)


def test_what_is_longer_than_nimbus_takes_is_not_sent():
    got: list[bytes] = []
    with peer(lambda connection: got.append(connection.recv(1))) as port:
        connection = open_connection(HOST, port, NimbusSettings(frame_limit=1000, timeout_seconds=QUICK))
        with contextlib.closing(connection), pytest.raises(TooLargeError, match="uploadChunk would send more"):
            connection.call("uploadChunk", "place", b"x" * 1000)
        assert not any(got)


def test_a_call_without_an_answer_is_told_apart_from_one_that_was_never_sent():
    assert issubclass(NimbusLostError, NimbusUnreachableError)
    with peer(lambda connection: None) as port:
        connection = open_connection(HOST, port, settings(port))
        with contextlib.closing(connection), pytest.raises(NimbusLostError):
            connection.call("activate", "Small")


def test_no_seeds_at_all():
    with NimbusClient(NimbusSettings(seeds=())) as client, pytest.raises(NimbusUnreachableError, match="nimbus.seeds"):
        client.topologies()
