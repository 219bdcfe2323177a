"""How a worker process ends when more than one thing ends it."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path

import pytest

from bare_jvm.components.closing import Closes, HangsInClose
from bare_jvm.components.printing import LogsAtLevels, Stops
from bare_jvm.live_worker import frame, handshake, live_worker, tuple_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pids").mkdir()
    (tmp_path / "files").mkdir()
    return tmp_path


def said(process, kind: str, last: str) -> list[str]:
    """Return the texts of a worker's messages of a kind, up to the first that holds a text."""
    found: list[str] = []
    while not found or last not in found[-1]:
        line = process.stdout.readline()
        assert line, found
        message = json.loads(line) if line != b"end\n" else {}
        if message.get("command") == kind:
            found.append(message["msg"])
    return found


def test_a_log_level_is_changed_and_put_back():
    with live_worker() as process:
        process.stdin.write(handshake(LogsAtLevels) + tuple_of("a"))
        for level, value in (("DEBUG", "b"), ("ERROR", "c"), ("", "d")):
            process.stdin.write(frame({"command": "log_level", "level": level}) + tuple_of(value))
        process.stdin.flush()
        told = [text for text in said(process, "log", "error d") if text.startswith(("debug ", "info ", "error "))]
    expected = ["info a", "error a", "debug b", "info b", "error b", "error c", "info d", "error d"]
    assert told == expected


def test_a_debugger_that_needs_a_terminal_is_refused_and_another_one_called(monkeypatch):
    with live_worker() as process:
        process.stdin.write(handshake(Stops) + tuple_of("breakpoint") + tuple_of("pdb"))
        process.stdin.flush()
        for name, error in (("breakpoint()", "DebuggerError: breakpoint() cannot stop here: "), ("pdb", "BdbQuit: ")):
            (told,) = said(process, "error", "")
            assert 'components/printing.py", line ' in told, name
            assert f"{error}a debugger needs a terminal" in told
            assert "name a remote debugger in PYTHONBREAKPOINT" in told
    monkeypatch.setenv("PYTHONBREAKPOINT", "bare_jvm.components.printing.stop")
    with live_worker() as process:
        process.stdin.write(handshake(Stops) + tuple_of("breakpoint"))
        process.stdin.flush()
        said(process, "log", "stopped by the debugger of PYTHONBREAKPOINT")


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
