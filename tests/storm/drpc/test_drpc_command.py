"""``umbrella drpc``: what it refuses, and what it says of a function that nobody serves here."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from umbrella.storm.cluster.ports import free_ports
from umbrella.storm.drpc import announcement
from umbrella.storm.drpc.settings import DEFAULT_SECONDS


@pytest.fixture(autouse=True)
def nowhere(tmp_path, monkeypatch) -> str:
    """No run of this user is known, and no DRPC server listens where the settings say."""
    [port] = free_ports(1)
    monkeypatch.setenv("UMBRELLA_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("UMBRELLA_DRPC_PORT", str(port))
    monkeypatch.chdir(tmp_path)
    return f"localhost:{port}"


def drpc(*arguments: str | bytes, given: bytes = b"") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "umbrella", "drpc", *arguments]
    return subprocess.run(command, input=given, capture_output=True, timeout=60, env=os.environ)


def said(done) -> str:
    assert done.stdout == b""
    return done.stderr.decode()


@pytest.mark.parametrize("call", [(("odd", b"echo:\xff"), b""), (("odd", "-"), b"echo:\xff")])
def test_arguments_that_are_no_utf8(call):
    arguments, given = call
    done = drpc(*arguments, given=given)
    assert done.returncode == 2
    assert said(done).endswith("ARGS is text in UTF-8; given: b'echo:\\xff'\n")


def test_what_is_read_from_stdin_is_sent_as_it_is(nowhere):
    done = drpc("odd", "-", given="zwölf\r\n".encode())
    assert done.returncode == 4
    assert f"there is no way to the DRPC server at {nowhere}; given: " in said(done)


@pytest.mark.parametrize("seconds", ["nan", "1e400", "1e12", "0", "-1"])
def test_a_time_that_is_none(seconds):
    done = drpc("odd", "x", "--timeout", seconds)
    assert done.returncode == 2
    assert "timeout" in said(done)
    assert "1000000" in said(done)


def test_the_time_is_told_in_the_help():
    assert f"[default: {DEFAULT_SECONDS};" in " ".join(drpc("--help").stdout.decode().split())


def test_arguments_that_look_like_an_option():
    done = drpc("odd", "-5")
    assert done.returncode == 2
    last = said(done).splitlines()[-1]
    assert last.startswith("Error: No such option")
    assert last.endswith(". If that is ARGS, write -- before it: umbrella drpc FUNCTION -- ARGS")
    assert drpc("odd", "--", "-5").returncode == 4  # so nobody serves it


def test_a_function_that_no_run_here_serves(nowhere):
    announced = announcement.announce("odd", 4711)
    done = drpc("oddd", "x")
    announced.withdraw()
    assert done.returncode == 4
    assert said(done).startswith(
        "umbrella: no `umbrella run` of this user serves 'oddd'; valid: odd. Did you mean 'odd'? "
        f"So the DRPC servers of the settings were asked: there is no way to the DRPC server at {nowhere}; given: "
    )


def test_a_function_while_nothing_runs_here(nowhere):
    assert said(drpc("odd", "x")).startswith(
        "umbrella: no `umbrella run` of this user serves 'odd'. "
        f"So the DRPC servers of the settings were asked: there is no way to the DRPC server at {nowhere}; given: "
    )


def test_a_server_that_is_named_has_nothing_to_do_with_runs(nowhere):
    assert said(drpc("odd", "x", "--server", nowhere)).startswith(
        f"umbrella: there is no way to the DRPC server at {nowhere}; given: "
    )
