"""scripts/leftovers.py, through which scripts/test and scripts/soak run pytest."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

PROGRAM = Path(__file__).parent.parent / "scripts" / "leftovers.py"
DAEMON = "setsid sleep 600 > /dev/null 2>&1 < /dev/null &"


def command(script: str) -> list[str]:
    return [sys.executable, str(PROGRAM), "bash", "-c", script]


def left_by(folder: Path) -> int:
    return int((folder / "pid").read_text())


@pytest.mark.parametrize("code", [0, 3])
def test_a_command_that_leaves_nothing_keeps_its_exit_code(code):
    done = subprocess.run(command(f"sleep 0.1 & exit {code}"), stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr) == (code, "")


@pytest.mark.parametrize(("ending", "code"), [("exit 0", 1), ("exit 3", 3), ("kill -9 $$", 128 + signal.SIGKILL)])
def test_what_a_command_leaves_is_named_and_killed(ending, code, tmp_path: Path):
    script = f"{DAEMON} echo $! > {tmp_path}/pid; {ending}"
    done = subprocess.run(command(script), stderr=subprocess.PIPE, text=True)
    assert done.returncode == code
    assert done.stderr == f"left running, and killed now: {left_by(tmp_path)} sleep 600\n"
    assert not psutil.pid_exists(left_by(tmp_path))


def test_nothing_is_left_when_it_is_told_to_end(tmp_path: Path):
    process = subprocess.Popen(command(f"{DAEMON} echo $! > {tmp_path}/pid; touch {tmp_path}/ready; sleep 600 & wait"))
    while not (tmp_path / "ready").exists():
        assert process.poll() is None
        time.sleep(0.01)
    process.terminate()
    assert process.wait() == 128 + signal.SIGTERM
    assert not psutil.pid_exists(left_by(tmp_path))
