"""``umbrella run`` as a user starts it: how it ends, what it prints, and that it leaves nothing behind."""

from __future__ import annotations

import ast
import contextlib
import functools
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from umbrella.errors import LocalClusterError
from umbrella.storm import local

pytestmark = [pytest.mark.storm, pytest.mark.usefixtures("storm_jars")]

TESTS = Path(__file__).parents[1]


@pytest.fixture
def start():
    """Start ``umbrella run`` marked by an environment variable, and look afterwards that all of it has ended."""
    mark = f"UMBRELLA_TEST_{os.getpid()}_{time.monotonic_ns()}"
    started = []

    def call(topology: str, *options: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "umbrella", "run", topology, *options]
        environment = {**os.environ, mark: "1"}
        # As from a terminal: where the tests run in the background, SIGINT is ignored, and children inherit that.
        heeds = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
        process = subprocess.Popen(
            command, cwd=TESTS, env=environment, text=True, stdout=-1, stderr=-2, preexec_fn=heeds
        )
        started.append(process)
        return process

    yield call
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()
    left = [process for process in psutil.process_iter() if is_marked(process, mark)]
    _, left = psutil.wait_procs(left, timeout=5)
    assert not left


def is_marked(process: psutil.Process, mark: str) -> bool:
    with contextlib.suppress(psutil.Error, OSError):
        return mark in process.environ()
    return False


def wait(process: subprocess.Popen[str]) -> tuple[int, str]:
    out, _ = process.communicate(timeout=120)
    return process.returncode, out


@pytest.mark.parametrize("shell", ["umbrella", "stock"])
def test_a_component_that_does_not_open_ends_the_run_with_its_traceback(start, shell):
    code, out = wait(start("topologies.dying:BoltDoesNotOpen", "-o", f"shell={shell}"))
    assert code == 1
    assert "topologies/dying.py" in out
    assert "RuntimeError: the database is not there" in out
    assert "a component died" in out


STOCK = ("-o", "shell=stock")


def test_a_process_that_ends_is_an_error_and_the_run_goes_on(start):
    code, out = wait(start("topologies.dying:BoltDiesOnce"))
    assert code == 1
    assert out.count("[dies] ERROR dies[") == 1
    assert "ended with exit code 7" in out
    assert "every spout has finished" in out
    figures = next(line for line in reversed(out.splitlines()) if line.startswith("dies: emitted 0 acked "))
    assert int(figures.split()[4]) == 100


def test_a_process_that_always_ends_ends_the_run(start):
    code, out = wait(start("topologies.dying:BoltDies", "-o", "umbrella.restarts=1"))
    assert code == 1
    assert out.count("dies died: dies[") == 1
    assert "no other is started" in out
    assert "umbrella.storm.ChildDied" not in out


def test_a_bolt_of_storms_own_shell_whose_process_ends_ends_the_run(start):
    code, out = wait(start("topologies.dying:BoltDies", *STOCK))
    assert code == 1
    assert out.count("dies died: its Python process") == 1
    assert "java.lang" not in out


def test_a_spout_of_storms_own_shell_whose_process_ends_ends_the_run(start):
    code, out = wait(start("topologies.dying:SpoutDies", *STOCK))
    assert code == 1
    assert out.count("numbers died: its Python process") == 1
    assert "Traceback" not in out


def test_a_run_ends_on_its_time(start):
    code, out = wait(start("topologies.dying:Goes", "--time", "3", "-o", "topology.max.spout.pending=10"))
    assert code == 0
    assert "the time is over" in out
    figures = next(line for line in out.splitlines() if line.startswith("swallows: emitted 0 acked "))
    assert int(figures.split()[4]) > 0
    assert " failed 0" in figures


def test_text_beyond_ascii_arrives_whole_in_the_c_locale(tmp_path):
    folder = tmp_path / "größe ☂"
    (folder / "topologies").mkdir(parents=True)
    for name in ("umlauts.py", "größen.py"):
        shutil.copy(TESTS / "topologies" / name, folder / "topologies")
    command = [sys.executable, "-m", "umbrella", "run", "topologies.umlauts:Umlauts"]
    environment = {**os.environ, "LC_ALL": "C"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    seen = next(line for line in done.stdout.splitlines() if "[zähler] seen " in line).partition(" seen ")[2]
    *settings, variable, path, value, unit = ast.literal_eval(seen)
    text = "Grüße ☂ 😀"
    assert [*settings, variable, value, unit] == [text, text, {"ö": ["ä"]}, text, text, "m²"]
    assert path.endswith(":/größe")
    assert f"[zähler] logged {text}" in done.stdout
    assert f"[zähler] printed {text}" in done.stdout
    assert "senke: emitted 0 acked 3 failed 0" in done.stdout


def test_a_storm_that_does_not_start_says_why(storm_jars, monkeypatch):
    monkeypatch.setitem(local._DAEMON_CONF, "nimbus.topology.validator", "no.such.Validator")
    with pytest.raises(LocalClusterError, match=r"Storm did not start in the JVM: .*no\.such\.Validator"):
        local.LocalCluster(distribution=storm_jars)


def test_ctrl_c_ends_a_run_in_order(start):
    process = start("topologies.dying:Goes")
    lines = iter(process.stdout.readline, "")
    assert any("swallows: emitted" in line for line in lines)
    process.send_signal(signal.SIGINT)
    rest = process.stdout.read()
    assert process.wait(60) == 0
    assert "interrupted" in rest
    assert "Traceback" not in rest


def wait_for_java(process: subprocess.Popen[str]) -> None:
    """Return when a run has started its JVM: until then it imports, for as long as a busy machine takes."""
    deadline = time.monotonic() + 120
    while not any("java" in child.name() for child in psutil.Process(process.pid).children(recursive=True)):
        assert process.poll() is None, process.stdout.read()
        assert time.monotonic() < deadline, "no JVM was started"
        time.sleep(0.02)


@pytest.mark.parametrize("seconds", [0.0, 1.0, 2.0, 4.0])  # points of the JVM's start; none of them is a must
def test_ctrl_c_while_storm_starts_ends_a_run_in_order_too(start, seconds):
    process = start("topologies.dying:Goes")
    wait_for_java(process)
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    code, out = wait(process)
    ran = "ended after" in out and "ended after 0.0 s" not in out
    assert code == (0 if ran else 130)
    assert "Traceback" not in out


def test_ctrl_c_many_times_ends_a_run_at_once(start):
    process = start("topologies.dying:Goes")
    assert any("swallows: emitted" in line for line in iter(process.stdout.readline, ""))
    for _ in range(4):
        process.send_signal(signal.SIGINT)
        time.sleep(0.3)
    code, out = wait(process)
    assert code in (0, 130)  # the last one may come when the run is over
    assert "interrupted" in out
    assert "Traceback" not in out


def test_sigterm_ends_a_run_in_order(start, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    process = start("topologies.dying:Goes")
    assert any("swallows: emitted" in line for line in iter(process.stdout.readline, ""))
    process.send_signal(signal.SIGTERM)
    code, _ = wait(process)
    assert code == 128 + signal.SIGTERM
    assert not list(tmp_path.glob("umbrella-*"))


def test_a_killed_run_leaves_no_process_behind(start):
    process = start("topologies.dying:Goes")
    assert any("swallows: emitted" in line for line in iter(process.stdout.readline, ""))
    process.kill()  # the fixture looks for what is left


@pytest.mark.parametrize("serializer", ["json", "msgpack"])
def test_what_close_says_and_raises_is_heard(start, serializer):
    code, out = wait(start("topologies.outspoken:Closing", "-o", f"serializer={serializer}"))
    assert code == 1
    assert out.count("[says] closed after ") == 2
    assert out.count("[says] printed in close") == 2
    assert "[unasked] closed after 5" in out
    assert "[unasked] printed in close" in out
    assert "[fails] ERROR fails[" in out
    assert 'raise OSError("cannot write the rest")\nOSError: cannot write the rest\n' in out
    assert "EndOfComponent" not in out
    assert re.search(r"slow\[\d+\]: close\(\) was cut off after 2 s at \S+outspoken.py:\d+ \(time.sleep\(60\)\)", out)
    assert "errors reported: 2" in out


def test_a_run_in_which_all_close_well_ends_well(start):
    code, out = wait(start("topologies.outspoken:Quiet"))
    assert code == 0
    assert out.count("[says] closed after ") == 2


@pytest.mark.parametrize("form", [("shell=stock",), ("serializer=json",), ("serializer=msgpack",)])
def test_what_a_thread_raises_is_an_error_of_its_component_and_breakpoints_are_refused(start, form):
    code, out = wait(start("topologies.outspoken:Threads", "-o", *form))
    assert code == 1
    for number in range(3):  # each report is whole
        begin = (
            rf"\[polls\] ERROR polls\[\d+\]: the thread 'poller {number}' ended: Traceback \(most recent call last\):"
        )
        rest = r"\n  File .*outspoken.py.*\n.*\nConnectionError: the broker went away\n"
        assert re.search(begin + rest, out), out
    assert re.search(r"\[polls\] ERROR polls\[\d+\]: asyncio: Task exception was never retrieved", out)
    assert "LookupError: nobody awaits this" in out
    assert "[own] handled: the cache went away" in out
    assert "[own] ERROR" not in out
    assert out.count("[stops] ERROR ") == 1
    assert re.search(r"outspoken.py\", line \d+, in execute\n    breakpoint\(\)\n", out)
    assert "breakpoint() cannot stop here: a debugger needs a terminal" in out
    assert "umbrella.testing.open, or name a remote debugger in PYTHONBREAKPOINT" in out
    assert "errors reported: 5" in out


@pytest.mark.parametrize("shell", ["umbrella", "stock"])
def test_a_configuration_of_logging_silences_no_component(start, shell):
    code, out = wait(start("topologies.outspoken:Configured", "-v", "-o", f"shell={shell}"))
    assert code == 0
    lines = [line.split("s  ", 1)[-1] for line in out.splitlines()]
    assert lines.count("[configures] own line") == 1
    assert lines.count("[configures] DEBUG own debug") == 1
    assert lines.count("[configures] by the handler: later line") == 1
    assert lines.count("[configures] ERROR by the handler: later error") == 1
    assert "never seen" not in out
    assert (
        "[configures] WARN these loggers were disabled when logging was configured, and their lines are lost: " in out
    )
    assert lines.count("[forces] forced line") == 1
    assert lines.count("[forces] INFO:later:forced, later") == 1


def test_a_spout_that_waits_too_long_is_told_where_and_what_to_do(start):
    code, out = wait(start("topologies.outspoken:Waiting", "--time", "8"))
    assert code == 1
    error = r"waits\[\d+\]: next_tuple has taken \d s, now at \S+outspoken.py:\d+ \(self.emit\(self.queue.get\(\), .*; "
    assert re.search(error + r"the limit is 3 s \(umbrella.execute.timeout.secs\)", out)
    assert "A spout polls its source with a short timeout, as in queue.get(timeout=0.1)" in out
    assert "ended with exit code 124: a call took too long" in out
    assert re.search(r"waits: .* last error: waits\[", out)
    assert "TRACE" not in out


def test_without_java_it_says_what_to_install(start, monkeypatch):
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    code, out = wait(start("topologies.dying:Goes"))
    assert code == 3
    assert "Storm needs Java 17 or newer; given: no java on PATH" in out


def test_without_storms_jars_it_says_how_to_get_them(start, monkeypatch, tmp_path):
    monkeypatch.setenv("UMBRELLA_CACHE", str(tmp_path))
    monkeypatch.delenv("STORM_HOME", raising=False)
    code, out = wait(start("topologies.dying:Goes"))
    assert code == 3
    assert "umbrella storm fetch" in out
