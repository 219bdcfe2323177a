"""What ``umbrella run`` shows: each error whole once, and a table whose names are never cut."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest
from rich.console import Console

from umbrella.cli.run_display import Rates, RunErrors, closing_lines, last_line, running_text, tables
from umbrella.storm.jvm_log import COMPONENT, ERROR, LogEvent
from umbrella.storm.run import TIME_OVER, RunReport
from umbrella.storm.stats import ComponentStats

TESTS = Path(__file__).parents[1]
TRACEBACK = """{}[{}]: Traceback (most recent call last):
  File "/app/parse.py", line 9, in execute
    raise ValueError("bad {}")
ValueError: bad {}"""


def error(what: object = 826, task: int = 4, component: str = "parse") -> LogEvent:
    return LogEvent(ERROR, "ERROR", component, TRACEBACK.format(component, task, what, what))


def drawn(stats: list[ComponentStats], width: int, errors: dict[str, str] | None = None) -> str:
    screen = Console(width=width, file=io.StringIO(), highlight=False)
    screen.print(tables("Shop", stats, [], {"numbers": 12.4}, errors or {}, screen))
    return screen.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def test_an_error_is_shown_whole_once_and_then_counted():
    errors = RunErrors()
    assert errors.take(error(task=4)) == f"[parse] ERROR {error(task=4).text}"
    assert errors.again() == []
    assert [errors.take(error(task=task)) for task in (4, 5, 6)] == [None, None, None]
    (line,) = errors.again()
    assert re.fullmatch(r"\[parse\] ERROR x 4, the last at \d\d:\d\d:\d\d: ValueError: bad 826", line)
    assert errors.again() == []


def test_another_error_is_shown_whole_and_is_the_last_one():
    errors = RunErrors()
    errors.take(error(826))
    assert errors.take(error(1162)) is not None
    assert errors.take(error(826, component="count")) is not None
    assert errors.latest == {"parse": "ValueError: bad 1162", "count": "ValueError: bad 826"}


def test_lines_that_are_no_errors_are_all_shown():
    errors = RunErrors()
    line = LogEvent(COMPONENT, "INFO", "parse", "at it")
    assert [errors.take(line), errors.take(line)] == ["[parse] at it"] * 2


def test_the_end_says_how_often_each_error_came():
    found = (*[error(task=task) for task in (4, 4, 5)], error(1162))
    lines = closing_lines(RunReport(TIME_OVER, (), found, 1.0))
    assert lines[2:] == ["errors reported: 4; the last: ValueError: bad 1162", "  x 3 of parse: ValueError: bad 826"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (error().text, "ValueError: bad 826"),
        (f"{error().text}\nof the order 7", "ValueError: bad 826"),
        ("one call has taken 31 s\n  File x\n    waiter.acquire()", "one call has taken 31 s"),
        ("umbrella.storm.ChildDied: b[3]: its process ended\n\tat umbrella.storm.Keeper", "b[3]: its process ended"),
        ("", ""),
    ],
)
def test_the_line_of_an_error_is_the_one_that_says_what_it_is(text, line):
    assert last_line(text) == line


@pytest.mark.parametrize("width", [60, 72, 120])
def test_no_name_is_cut_in_a_narrow_terminal(width):
    stats = [
        ComponentStats("numbers", "spout", 1, 1_234_567, 0, 1_234_000, 12, 1.25),
        ComponentStats("a_component_with_a_long_name", "bolt", 2, 0, 1_234_567, 1_234_567, 0, 0.5),
    ]
    text = drawn(stats, width, {"numbers": "ValueError: " + "x" * 200})
    assert "a_component_with_a_long_name" in text
    for heading in ("component", "acked", "failed"):
        assert heading in text
    assert "1,234,567" in text
    assert "last error of numbers: ValueError: xxx" in text
    assert "…" not in text.replace("x…", "")
    assert max(map(len, text.splitlines())) <= width
    assert ("executors" in text) == (width == 120)


def test_rates_are_of_the_last_seconds():
    rates = Rates()
    assert rates.take(0.0, [ComponentStats("a", "spout", emitted=0)]) == {}
    for second in range(1, 20):
        found = rates.take(float(second), [ComponentStats("a", "spout", emitted=second * 100)])
        assert found == {"a": 100.0}
    assert rates.take(24.0, [ComponentStats("a", "spout", emitted=1900)])["a"] < 100


def test_the_heading_says_how_long_and_how_it_ends():
    assert running_text(61.0, None) == "running for 1m 1s; Ctrl-C ends it"
    assert running_text(3.9, 20.0) == "running for 3s of 20s; Ctrl-C ends it sooner"


def in_terminal(columns: int, *command: str) -> tuple[int, str]:
    """Run a command in a terminal of this width, and return its exit code and all that it showed there."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    environment = {**os.environ, "TERM": "xterm"}
    process = subprocess.Popen(command, cwd=TESTS, env=environment, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = b""
    while True:
        try:
            data = os.read(ours, 65536)
        except OSError:  # Linux says so when the other end is closed
            data = b""
        if not data:
            break
        shown += data
    os.close(ours)
    return process.wait(60), re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode())


@pytest.mark.storm
@pytest.mark.usefixtures("storm_jars")
def test_a_run_in_a_narrow_terminal():
    code, shown = in_terminal(72, sys.executable, "-m", "umbrella", "run", "topologies.complaining:Complaining")
    assert code == 1
    assert shown.count("Traceback (most recent call last)") == 2  # one for each kind of error
    assert "  x 99 of complains: ValueError: a number" in shown
    assert "errors reported: 100; the last: KeyError: 'the last one'" in shown
    assert "last error of complains: KeyError: 'the last one'" in shown
    assert "Ctrl-C ends it" in shown
    assert "numbers_with_a_long_name" in shown
    assert "per second" in shown
    assert "TRACE" not in shown
