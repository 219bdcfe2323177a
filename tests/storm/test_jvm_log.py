"""What the lines of the embedded Storm's log mean; each was seen in such a log."""

from __future__ import annotations

import json

import pytest

from umbrella.multilang.messages import SIGNS_OF_LIFE
from umbrella.storm.jvm_log import COMPONENT, DIED, ERROR, STORM, JvmLog, LogEvent, parse

REPORTS = "org.apache.storm.executor.error.ReportError"
KILLED = "count[5]: its process (pid 71) was killed by signal 9 (SIGKILL), at the tuple 12 of words"
AGAIN = f"{KILLED}; the next one starts in 0.1 s; death 1 within 300 s, of which 10 are allowed (umbrella.restarts)"
LAST = f"{KILLED}; no other is started: death 11 within 300 s, of which 10 are allowed (umbrella.restarts)"


def line(message, *, level="INFO", logger="org.apache.storm.task.ShellBolt", thread="Thread-7", thrown=""):
    fields = {"level": level, "logger": logger, "thread": thread, "message": message, "thrown": thrown}
    return json.dumps(fields)


def heard(*lines):
    log, events = JvmLog(), []
    with log.heard_by(events.append):
        for one in lines:
            log.write(one + "\n")
    return events


def test_the_death_of_a_child_that_is_replaced_is_one_error_of_its_component():
    thrown = f"umbrella.storm.ChildDied: {AGAIN}\n"
    events = heard(line("Error", level="ERROR", logger=REPORTS, thread="count[5]-keeper", thrown=thrown))
    assert events == [LogEvent(ERROR, "ERROR", "count", AGAIN, 71)]


def test_the_death_of_the_last_child_is_that_of_its_component():
    thrown = f"umbrella.storm.ChildDied: {LAST}\nCaused by: umbrella.storm.BadMessage: no message\n\tat a.B.c(B.java:1)"
    events = heard(
        line(
            "Halting process: count[5] died. Command: [python3]",
            level="ERROR",
            logger="umbrella.storm.Keeper",
            thrown=thrown,
        ),
        line("Error", level="ERROR", logger=REPORTS, thrown=thrown),
        line(
            "Async loop died!",
            level="ERROR",
            thread="Thread-19-count-executor[5, 5]",
            logger="o.U",
            thrown=f"java.lang.RuntimeException: {thrown}",
        ),
    )
    assert events == [LogEvent(DIED, "ERROR", "count", LAST, 71)] * 2


@pytest.mark.parametrize(
    "thrown",
    [
        "java.lang.Exception: Shell Process Exception: count[3]: Traceback\nValueError: no\n\tat a.B.c(B.java:1)\n",
        "umbrella.storm.PythonError: count[3]: Traceback\nValueError: no\n",
    ],
)
def test_what_a_component_reports_is_one_error_in_its_own_words(thrown):
    events = heard(line("Error", level="ERROR", logger=REPORTS, thread="count[3]-reader", thrown=thrown))
    assert events == [LogEvent(ERROR, "ERROR", "count", "count[3]: Traceback\nValueError: no")]


def test_a_spouts_signs_of_life_are_not_shown():
    assert heard(*(line(f"ShellLog pid:7, name:lines {sign}", level="TRACE") for sign in SIGNS_OF_LIFE)) == []


@pytest.mark.parametrize(
    ("text", "kind", "component"),
    [
        (line("ShellLog pid:7, name:count said so"), COMPONENT, "count"),
        (line("ShellLog pid:7, name:count said so", logger="umbrella.python", level="DEBUG"), COMPONENT, "count"),
        (line("metric x does not take 1", level="WARN", logger="umbrella.storm.Reporting"), STORM, ""),
        ("a line of the JVM", STORM, ""),
    ],
)
def test_other_lines_keep_their_meaning(text, kind, component):
    (event,) = heard(text)
    assert (event.kind, event.component) == (kind, component)
    assert event == parse(text)
