"""The DRPC client towards what is no DRPC server; what one says is in test_local_drpc.py and tests/daemons."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from umbrella import DRPCClient
from umbrella.errors import (
    DRPCLostError,
    DRPCRefusedError,
    DRPCTimeoutError,
    DRPCUnreachableError,
    SettingsError,
)
from umbrella.storm.drpc import announcement
from umbrella.storm.drpc.settings import DRPCSettings, drpc_settings


@pytest.fixture
def mute() -> Iterator[socket.socket]:
    """What takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        yield sock


def test_a_server_that_says_nothing(mute):
    port = mute.getsockname()[1]
    with DRPCClient(f"127.0.0.1:{port}", timeout_seconds=0.2) as client, pytest.raises(DRPCTimeoutError) as caught:
        client.execute("reach", "x")
    assert str(caught.value) == (
        "'reach' gave no result within 0.2 s. A DRPC server takes calls of any name: is this the function of a "
        "topology that is running and active? `umbrella list` and `umbrella errors` tell. "
        "Or a bolt is still busy with it: give it more time. "
        f"Given to the DRPC server at 127.0.0.1:{port}."
    )


def test_a_call_waits_for_those_of_other_threads_by_the_same_client(mute):
    ended = []

    def call() -> None:
        with pytest.raises(DRPCLostError) as caught:
            client.execute("reach", "x")
        ended.append(str(caught.value))

    with DRPCClient("127.0.0.1", port=mute.getsockname()[1]) as client:
        thread = threading.Thread(target=call)
        thread.start()
        connection, _ = mute.accept()
        with connection:
            assert connection.recv(1000)  # so that call is under way
            with pytest.raises(DRPCTimeoutError) as caught:
                client.execute("other", "x", timeout_seconds=0.2)
            assert not ended
        thread.join()
    assert ended
    assert str(caught.value) == (
        "'other' was not called: calls of other threads by this client took longer than 0.2 s. "
        "Give each thread a client of its own."
    )


def test_a_server_that_closes_the_connection_is_asked_once_unless_that_does_no_harm(mute):
    asked = []

    def close_each() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = mute.accept()
                with connection:
                    asked.append(connection.recv(1000))

    thread = threading.Thread(target=close_each)
    thread.start()
    place = f"127.0.0.1:{mute.getsockname()[1]}"
    with DRPCClient(place, place, place) as client:
        with pytest.raises(DRPCLostError):
            client.execute("reach", "x")
        assert len(asked) == 1
        with pytest.raises(DRPCLostError, match=f"the DRPC server at {place} went away before it had answered 'reach'"):
            client.execute("reach", "x", idempotent=True)
        assert len(asked) == 4
    mute.shutdown(socket.SHUT_RDWR)
    thread.join()


def test_what_speaks_another_protocol(mute):
    def greet() -> None:
        connection, _ = mute.accept()
        with connection:
            connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
            connection.recv(1000)

    thread = threading.Thread(target=greet)
    thread.start()
    place = f"127.0.0.1:{mute.getsockname()[1]}"
    with DRPCClient(place) as client, pytest.raises(DRPCUnreachableError) as caught:
        client.execute("reach", "x")
    thread.join()
    assert str(caught.value) == (
        f"what listens at {place} is no DRPC server that speaks plain Thrift; given: the answer is not Thrift; "
        "valid: drpc.port, 3772 unless set"
    )


def test_arguments_that_are_too_long_are_not_sent(mute):
    with DRPCClient("127.0.0.1", port=mute.getsockname()[1]) as client, pytest.raises(DRPCRefusedError) as caught:
        client.execute("reach", "x" * (1 << 20))
    assert str(caught.value).startswith("the arguments of 'reach' are longer than a DRPC server takes; given: 10486")
    assert "; valid: up to 1048576 bytes. Send less, or raise drpc.max_buffer_size for " in str(caught.value)


@pytest.mark.parametrize("servers", [("host:port",), ("a:0",), ("a:70000",)])
def test_a_server_that_is_none(servers):
    with pytest.raises(SettingsError, match="a DRPC server is HOST or HOST:PORT; given: "):
        DRPCClient(*servers)


def test_settings_by_storms_names():
    conf = {"drpc.servers": ["a", "b:1"], "drpc.port": 2, "drpc.max_buffer_size": 3}
    assert drpc_settings(conf) == DRPCSettings(("a", "b:1"), 2, frame_limit=3)
    assert drpc_settings(conf).places() == (("a", 2), ("b", 1))
    assert drpc_settings({}) == DRPCSettings()


def test_a_transport_that_calls_have_no_way_for():
    digest = "org.apache.storm.security.auth.digest.DigestSaslTransportPlugin"
    with pytest.raises(SettingsError, match="calls of DRPC functions go by Storm's plain transport alone; given: org"):
        drpc_settings({"storm.thrift.transport": digest})
    plain = "org.apache.storm.security.auth.SimpleTransportPlugin"
    assert drpc_settings({"storm.thrift.transport": digest, "drpc.thrift.transport": plain}) == DRPCSettings()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("UMBRELLA_CACHE", str(tmp_path))
    return tmp_path / "drpc"


def test_a_run_is_found_until_it_withdraws(folder):
    assert "reach" not in announcement.announced_ports()
    announced = announcement.announce("reach", 4711)
    assert announcement.announced_ports() == {"reach": 4711}
    assert "other" not in announcement.announced_ports()
    assert folder.stat().st_mode & 0o777 == 0o700
    announced.withdraw()
    announced.withdraw()
    assert "reach" not in announcement.announced_ports()


def test_a_run_that_was_killed_is_not_found(folder):
    code = "import sys; from umbrella.storm.drpc.announcement import announce; announce('reach', 4711)"
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ}, check=True)
    assert done.returncode == 0
    [path] = folder.glob("*.json")
    assert "reach" not in announcement.announced_ports()
    assert not path.exists()


def test_a_process_that_has_got_the_number_of_an_old_run_is_none(folder):
    announcement.announce("reach", 4711)
    path = folder / f"{os.getpid()}.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "started": 1.0}))
    assert "reach" not in announcement.announced_ports()
