"""Rows 10, 11 and figure F15: an exception fails its tuple and is reported; only the end of the process ends it.

With Storm's own shells that end is one of the worker; with ours the next process takes over (test_healing.py).
"""

from __future__ import annotations

import time

import pytest
from py4j.protocol import Py4JError

from bare_jvm.components.dying import Dies, DyingSpout
from bare_jvm.components.raising import RAISED, Raises, RaisingSpout
from bare_jvm.driver import EXITED
from forms import OURS, STOCK
from umbrella.storm.jvm_log import DIED


def test_exactly_the_tuples_that_raise_fail(bare, full, figure):
    count = 100_000 if full else 10_000
    bolt = bare.bolt(Raises, keep=False)
    bolt.numbers(count)
    notes = bolt.settled(count, 600)
    expected = list(range(7, count, 100))
    assert notes.failed == expected
    assert notes.acked == count - len(expected)
    assert len(notes.errors) == len(expected)
    words = {
        "ValueError": "ValueError: number ",
        "SystemExit": "SystemExit: ",
        "KeyboardInterrupt": "KeyboardInterrupt",
        "NotAnException": "NotAnException: number ",
        "snowman": "ValueError: \N{SNOWMAN} ",
        "megabyte": "more characters",
        "RecursionError": "RecursionError: ",
    }
    for number, error in zip(expected, notes.errors):
        assert words[RAISED[number // 100 % len(RAISED)]] in error
        assert "Traceback (most recent call last)" in error
        assert 'components/raising.py", line' in error
        assert len(error) < 80_000
    bolt.rows([1])
    assert bolt.settled(count + 1).acked == count - len(expected) + 1
    figure("F15", f"{len(expected):,} exceptions of {len(RAISED)} kinds in {count:,} tuples: exactly those failed")


def test_a_spout_lives_through_exceptions_in_every_hook(bare):
    spout = bare.spout(RaisingSpout)
    spout.fail("4")
    notes = spout.finished(3)
    assert notes.rows[:3] == [[2], [4], [6]]
    spout.deactivate()
    spout.activate()
    words = ("KeyboardInterrupt", "ValueError: call 1", "SystemExit: 2", "NotAnException: 4", "\N{SNOWMAN}")
    end = time.monotonic() + 30
    while missing := [word for word in words if not any(word in error for error in spout.notes.errors)]:
        assert time.monotonic() < end, (missing, spout.notes.errors[:20])
        spout.reported(len(spout.notes.errors) + 1)
    assert spout.finished(5).fault == ""


@pytest.mark.parametrize("form", [STOCK], indirect=True)
@pytest.mark.parametrize(
    ("how", "words"),
    [("exit", "ended with exit code 7"), ("segfault", "Segmentation fault"), ("kill", "was killed by signal 9")],
)
def test_the_end_of_a_bolts_process_ends_the_worker_and_names_its_cause(doomed, how, words):
    bolt = doomed.bolt(Dies)
    bolt.rows([how])
    assert doomed.exit_code() in EXITED  # Storm's own answer: the supervisor starts the worker anew
    (died, *_) = doomed.await_logged("its Python process")
    assert (died.kind, died.component) == (DIED, "task")
    unnoticed = died.text.endswith("ended") and how != "segfault"  # the JVM may not have its exit code yet
    assert words in died.text or unnoticed


@pytest.mark.parametrize("form", [STOCK], indirect=True)
def test_so_many_exceptions_in_a_row_end_the_process_if_that_is_wanted(doomed):
    bolt = doomed.bolt(Dies, {"umbrella.exceptions.until.restart": 3})
    bolt.rows(["no such hook"], ["no such hook"], ["no such hook"])
    assert doomed.exit_code() in EXITED
    assert doomed.await_logged("3 exceptions in a row")


@pytest.mark.parametrize("form", OURS, indirect=True)
def test_so_many_exceptions_in_a_row_bring_the_next_process_if_that_is_wanted(bare):
    bolt = bare.bolt(Dies, {"umbrella.exceptions.until.restart": 3})
    before = bare.children()
    bolt.rows(["no such hook"], ["no such hook"], ["no such hook"])
    assert "3 exceptions in a row" in "\n".join(bolt.reported(5))  # and the end of the process
    bolt.rows(["nothing"])
    assert bolt.settled(4).failed == [0, 1, 2]
    assert bare.children() != before


@pytest.mark.parametrize("form", [STOCK], indirect=True)
def test_a_spouts_death_is_an_error_of_its_next_call(doomed):
    with pytest.raises(Py4JError, match="exitCode:"):
        doomed.spout(DyingSpout).emitted(2)
    assert doomed.alive  # here; Storm's executor ends the worker on that error


@pytest.mark.parametrize("form", OURS, indirect=True)
def test_a_spouts_death_is_an_error_and_the_next_process_goes_on(bare):
    spout = bare.spout(DyingSpout)
    spout.emitted(3)
    assert len(spout.reported(2)) >= 2
    assert "ended with exit code 9" in spout.notes.errors[0]
    assert spout.notes.fault == ""
