"""Rows 12, 13, 28 and figures F11, F12: slow code runs to its end, code that hangs is ended and says where it hung.

Times are short here: Storm's own limit of 30 s of silence is 3 s, Umbrella's limits are a few seconds.
"""

from __future__ import annotations

import time

import pytest
from py4j.protocol import Py4JError

from bare_jvm.components.dying import Dies
from bare_jvm.components.plain import Echo
from bare_jvm.components.raising import DoesNotOpen, SpoutDoesNotOpen
from bare_jvm.components.sleeping import Sleeps, SleepsInTick, SleepySpout
from bare_jvm.driver import EXITED
from bare_jvm.failing_import import NotImportable
from bare_jvm.hanging_import import HangsAtImport
from forms import EITHER, SHELLS, STOCK
from umbrella.storm.jvm_log import ERROR

SILENCE = 3
SHORT = {"topology.subprocess.timeout.secs": SILENCE, "umbrella.execute.timeout.secs": 60}
HANGING = {
    "topology.subprocess.timeout.secs": 20,
    "umbrella.execute.timeout.secs": 3,
    "umbrella.open.timeout.secs": 3,
}
shells = pytest.mark.parametrize("form", SHELLS, indirect=True)
only_stock = pytest.mark.parametrize("form", [STOCK], indirect=True)
only_ours = pytest.mark.parametrize("form", EITHER, indirect=True)
ONE_TRY = {"umbrella.restarts": 0}  # of our shells: the first death ends the worker, as with Storm's own


def test_execute_may_take_longer_than_storms_limit(bare, full, figure):
    silence, seconds = (30, 45.0) if full else (SILENCE, 5.5)
    bolt = bare.bolt(Sleeps, {**SHORT, "topology.subprocess.timeout.secs": silence})
    bolt.rows([seconds], [0.0])
    notes = bolt.settled(2)
    assert (notes.rows, notes.errors) == ([[seconds], [0.0]], [])
    figure("F11 slow", f"execute took {seconds:g} s at a limit of {silence} s of silence: 0 worker restarts")


@shells
def test_opening_may_take_longer_than_storms_limit(bare, full, figure):
    silence, seconds = (30, 60.0) if full else (SILENCE, 5.5)
    bolt = bare.bolt(Sleeps, {**SHORT, "topology.subprocess.timeout.secs": silence}, opening=seconds)
    bolt.rows([0.0])
    notes = bolt.settled(1, 120)
    assert (notes.rows, notes.errors) == ([[0.0]], [])
    figure("F12 slow", f"open took {seconds:g} s at a limit of {silence} s of silence: 0 worker restarts")


@shells
def test_the_time_of_opening_does_not_count_for_the_first_call(bare):
    conf = {"topology.subprocess.timeout.secs": 20, "umbrella.execute.timeout.secs": 6}
    bolt = bare.bolt(Sleeps, conf, opening=5.0)
    bolt.rows([3.0])  # waits in the pipe meanwhile, so that the call follows at once
    notes = bolt.settled(1, 60)
    assert (notes.rows, notes.errors) == ([[3.0]], [])


@shells
@pytest.mark.parametrize("hook", ["activate", "next_tuple", "ack", "deactivate"])
def test_a_spouts_hooks_may_take_longer_than_storms_limit(bare, hook):
    spout = bare.spout(SleepySpout, SHORT, hook=hook, seconds=5.0)
    spout.finished(2)
    spout.deactivate()
    spout.activate()
    spout.emitted(spout.notes.emitted["default"] + 300)  # more than any shell asks ahead: it has come through
    assert spout.notes.errors == []
    assert spout.notes.fault == ""


@shells
def test_an_idle_bolt_lives(bare):
    bolt = bare.bolt(Echo, SHORT)
    time.sleep(SILENCE + 3)
    bolt.rows([1])
    assert bolt.settled(1).rows == [[1]]


HUNG = [("hang", "in hang"), ("hang_in_c", "in hang_in_c")]


@only_stock
@pytest.mark.parametrize(("how", "frame"), HUNG)
def test_a_hung_execute_is_ended_and_its_stack_is_in_the_log(doomed, how, frame, figure):
    bolt = doomed.bolt(Dies, HANGING)
    began = time.monotonic()
    bolt.rows([how])
    assert doomed.exit_code() in EXITED
    took = time.monotonic() - began
    assert took < HANGING["umbrella.execute.timeout.secs"] + 10
    told = doomed.await_logged("umbrella.execute.timeout.secs")
    assert frame in "\n".join(one.text for one in told)
    figure(f"F11 {how}", f"ended {took:.0f} s after the start of a call limited to 3 s, with its stack in the log")


@only_ours
@pytest.mark.parametrize(("how", "frame"), HUNG)
def test_a_hung_execute_ends_its_process_and_its_stack_is_in_the_log(bare, how, frame):
    bolt = bare.bolt(Dies, HANGING)
    bolt.rows([how])
    told = "\n".join(bolt.reported(2))  # Python's own word, and the end of its process
    assert "umbrella.execute.timeout.secs" in told
    assert "its process (pid" in told
    assert bare.await_logged(f"{frame}\n")
    bolt.rows(["nothing"])
    assert bolt.settled(2).failed == [0]


@only_ours
def test_a_hung_tick_ends_its_process(bare):
    bolt = bare.bolt(SleepsInTick, HANGING)
    bolt.tick()
    bolt.reported(2)
    assert bare.await_logged("in sleep_as_told")
    bolt.rows([0.0])
    assert bolt.settled(2).failed == [0]


@only_stock
def test_a_hung_tick_is_ended(doomed):
    bolt = doomed.bolt(SleepsInTick, HANGING)
    bolt.tick()
    assert doomed.exit_code() in EXITED
    assert doomed.await_logged("in sleep_as_told")


@only_stock
def test_a_hung_open_is_ended_and_its_stack_is_in_the_log(doomed, figure):
    began = time.monotonic()
    doomed.bolt(Sleeps, HANGING, opening=600.0)
    assert doomed.exit_code() in EXITED
    assert time.monotonic() - began < HANGING["umbrella.open.timeout.secs"] + 15
    told = doomed.await_logged("umbrella.open.timeout.secs")
    assert "in sleep_while_opening" in "\n".join(one.text for one in told)
    figure("F12 silent", "open that never returns: ended at its limit, with its stack in the log")


@only_ours
def test_a_hung_open_ends_its_process_and_its_stack_is_in_the_log(doomed):
    doomed.bolt(Sleeps, {**HANGING, **ONE_TRY}, opening=600.0)
    assert doomed.await_logged("no other is started")
    told = doomed.await_logged("umbrella.open.timeout.secs")
    assert "in sleep_while_opening" in "\n".join(one.text for one in told)
    assert doomed.exit_code() in EXITED


@only_stock
def test_a_hung_import_is_ended_and_its_stack_is_in_the_log(doomed):
    doomed.bolt(HangsAtImport, HANGING)
    assert doomed.exit_code() in EXITED
    told = doomed.await_logged("umbrella.open.timeout.secs")
    assert "hanging_import.py" in "\n".join(one.text for one in told)


@only_ours
def test_a_hung_next_tuple_ends_its_process_and_its_stack_is_in_the_log(bare):
    spout = bare.spout(SleepySpout, HANGING, hook="next_tuple", seconds=20.0)
    spout.turns(1)
    spout.reported(2)
    assert bare.await_logged(": next_tuple has taken 3 s, now at ")
    assert bare.await_logged("in next_tuple\n")
    assert spout.notes.fault == ""


@only_stock
def test_a_hung_next_tuple_is_ended_and_its_stack_is_in_the_log(doomed):
    spout = doomed.spout(SleepySpout, HANGING, hook="next_tuple", seconds=600.0)
    with pytest.raises(Py4JError):
        spout.emitted(1)
    told = doomed.await_logged("umbrella.execute.timeout.secs")
    assert "in next_tuple" in "\n".join(one.text for one in told)


@shells
@pytest.mark.parametrize(
    ("component", "words"),
    [(DoesNotOpen, "the database is not there \N{SNOWMAN}"), (NotImportable, "a_library_that_is_not_there")],
)
def test_a_bolt_that_cannot_start_says_why(doomed, component, words, figure):
    began = time.monotonic()
    bolt = doomed.bolt(component, ONE_TRY)
    assert words in bolt.reported(1, 15)[0]
    took = time.monotonic() - began
    (told, *_) = [one for one in doomed.await_logged(words) if one.kind == ERROR]
    assert "Traceback" in told.text
    assert doomed.exit_code() in EXITED
    figure(f"F12 {component.__name__}", f"reported with its traceback after {took:.1f} s")


@only_ours
def test_a_spout_that_cannot_start_says_why_and_is_tried_again(bare):
    spout = bare.spout(SpoutDoesNotOpen)
    spout.turns(1)
    told = spout.reported(3)
    assert "the database is not there" in told[0]
    assert "the next one starts" in "\n".join(told)
    assert spout.notes.fault == ""


@only_stock
def test_a_spout_that_cannot_start_says_why(doomed):
    with pytest.raises(Py4JError):
        doomed.spout(SpoutDoesNotOpen).emitted(1)
    (told, *_) = [one for one in doomed.await_logged("the database is not there") if one.kind == ERROR]
    assert "Traceback" in told.text
