"""What DRPCClient refuses before anything is sent."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

import pytest

from umbrella import DRPCClient
from umbrella.errors import DRPCRefusedError, DRPCUnreachableError, SettingsError


@pytest.fixture
def unasked() -> Iterator[DRPCClient]:
    """A client whose server must not be connected to."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        sock.setblocking(False)
        with DRPCClient("127.0.0.1", port=sock.getsockname()[1]) as one:
            yield one
        with pytest.raises(BlockingIOError):
            sock.accept()


@pytest.mark.parametrize(
    ("function", "given"), [(5, "5"), (None, "None"), (b"odd", "b'odd'"), ("", "''"), ("o\udc00", "'o\\udc00'")]
)
def test_a_function_that_is_no_name(unasked, function, given):
    with pytest.raises(DRPCRefusedError) as caught:
        unasked.execute(function, "x")
    assert str(caught.value) == f"a function's name is a text of valid Unicode, not an empty one; given: {given}"


@pytest.mark.parametrize(
    ("args", "given"),
    [
        (b"x", "Object of type bytes is not JSON serializable; given: b'x'"),
        ({1}, "Object of type set is not JSON serializable; given: {1}"),
        (float("nan"), "Out of range float values are not JSON compliant"),
    ],
)
def test_arguments_that_are_no_plain_data(unasked, args, given):
    with pytest.raises(DRPCRefusedError) as caught:
        unasked.execute("odd", args)
    assert str(caught.value).startswith(f"the arguments of 'odd' are a text or plain data; {given}")
    assert str(caught.value).endswith("; valid: str, what JSON takes")
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("args", ["echo:\ud800", ["\udcff"]])
def test_arguments_that_are_no_unicode(unasked, args):
    with pytest.raises(DRPCRefusedError) as caught:
        unasked.execute("odd", args)
    assert str(caught.value).startswith("the arguments of 'odd' are text of valid Unicode; given: ")


TIMES = [0, -1, "5", float("inf"), float("nan"), 1e12, True, None]


@pytest.mark.parametrize("seconds", TIMES[:-1])
def test_a_time_of_a_call_that_is_none(unasked, seconds):
    with pytest.raises(SettingsError) as caught:
        unasked.execute("odd", "x", timeout_seconds=seconds)
    assert str(caught.value) == (
        f"timeout_seconds is a number of seconds; given: {seconds!r}; valid: above 0, up to 1000000"
    )


@pytest.mark.parametrize("seconds", TIMES)
@pytest.mark.parametrize("name", ["timeout_seconds", "connect_timeout_seconds"])
def test_a_time_of_a_client_that_is_none(name, seconds):
    with pytest.raises(SettingsError, match=f"^{name} is a number of seconds; given: "):
        DRPCClient("localhost", **{name: seconds})


@pytest.mark.parametrize("port", [0, -1, 99999, "3772", None])
def test_a_port_that_is_none(port):
    with pytest.raises(SettingsError) as caught:
        DRPCClient("localhost", port=port)
    assert str(caught.value) == f"the port of DRPC servers is a whole number; given: {port!r}; valid: 1 to 65535"


@pytest.mark.parametrize("server", [["a", "b"], 5, "", ":3772"])
def test_a_server_that_is_no_text(server):
    with pytest.raises(SettingsError) as caught:
        DRPCClient(server)
    assert str(caught.value).startswith(f"a DRPC server is HOST or HOST:PORT; given: {server!r}")


@pytest.mark.parametrize("host", ["a..b", "a" * 300])
def test_a_host_that_no_name_can_be(host):
    with contextlib.closing(DRPCClient(host)) as client, pytest.raises(DRPCUnreachableError) as caught:
        client.execute("odd", "x")
    assert str(caught.value).startswith(
        f"there is no way to the DRPC server at {host}:3772; given: this is no name of a host"
    )
