"""How a worker process ends when more than one thing ends it."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from bare_jvm.components.closing import Closes, HangsInClose
from bare_jvm.live_worker import handshake, live_worker, tuple_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pids").mkdir()
    (tmp_path / "files").mkdir()
    return tmp_path


def emitted(process) -> None:
    while b'"emit"' not in process.stdout.readline():
        assert process.poll() is None


def start(process, component, folder: Path) -> Path:
    """Have the component opened and at rest, and return the file that it has opened."""
    process.stdin.write(handshake(component, str(folder / "pids"), directory=str(folder / "files")))
    process.stdin.write(tuple_of("idle"))
    process.stdin.flush()
    emitted(process)
    assert [one.name for one in (folder / "pids").iterdir()] == [str(process.pid)]
    (file,) = (folder / "files").iterdir()
    return file


def test_a_sigterm_amid_close_does_not_end_it(folder):
    with live_worker() as process:
        file = start(process, Closes, folder)
        process.stdin.close()  # as when the JVM has died; close sleeps now
        while process.poll() is None:
            process.send_signal(signal.SIGTERM)  # as the supervisor does to whoever is in the folder of pids
            time.sleep(0.01)
        assert process.returncode == 0
    assert file.read_text() == "closed"
    assert not list((folder / "pids").iterdir())


def test_a_close_that_hangs_takes_the_pid_file_away_all_the_same(folder):
    with live_worker() as process:
        start(process, HangsInClose, folder)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 1
        assert b"closing.py" in process.stderr.read()  # where it hangs
    assert not list((folder / "pids").iterdir())
