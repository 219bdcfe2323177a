"""A Python process that dies is replaced: nobody else notices, no tuple is lost, and Storm is told what happened."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import stat
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from py4j.protocol import Py4JError

from bare_jvm.driver import EXITED, PATIENCE, Task, topology_of
from bare_jvm.mortal import Holds, Mortal, NeverOpens, OpensAtTheSecondTry, Surroundings
from forms import EITHER, JSON, OURS

ours = pytest.mark.parametrize("form", OURS, indirect=True)
either = pytest.mark.parametrize("form", EITHER, indirect=True)
json_alone = pytest.mark.parametrize("form", [JSON], indirect=True)

LOCAL = {"storm.cluster.mode": "local"}
FOREIGN = Path(__file__).with_name("foreign.py")


@contextlib.contextmanager
def meanwhile(call, *arguments) -> Iterator[None]:
    """Call a function in another thread while the block runs, and see it end."""
    thread = threading.Thread(target=call, args=arguments, daemon=True)
    thread.start()
    yield
    thread.join(PATIENCE)
    assert not thread.is_alive()


def child(jvm) -> psutil.Process:
    """Return the one child of a JVM, waiting until there is no other."""
    end = time.monotonic() + PATIENCE
    while len(found := jvm.children()) != 1 and time.monotonic() < end:
        time.sleep(0.02)
    (process,) = found
    return process


def dies(bolt: Task, how: str) -> str:
    """Let the child of a bolt end while it executes a tuple, and return the error that Storm was told."""
    before = len(bolt.notes.errors)
    bolt.rows([how])
    return bolt.reported(before + 1)[-1]


def lives(bolt: Task, settled: int) -> None:
    """See that the bolt works, after so many settled tuples."""
    bolt.rows(["and on"])
    assert bolt.settled(settled + 1).rows[-1] == ["and on"]


@ours
def test_killed_processes_are_replaced_and_each_tuple_is_settled_once(bare, full, figure):
    kills, count = (20, 200_000) if full else (3, 30_000)
    bolt = bare.bolt(Mortal, {"umbrella.restarts": kills}, keep=False)
    pids = set()
    with meanwhile(bolt.numbers, count):
        for kill in range(kills):
            assert bolt.java.notes().awaitSettled(count * (kill + 1) // (kills + 2), PATIENCE)
            process = child(bare)
            pids.add(process.pid)
            process.kill()
            bolt.reported(kill + 1)
    notes = bolt.settled(count)
    assert notes.acked + len(notes.failed) == count  # the collector refuses to settle one twice
    assert len(notes.errors) == len(pids) == kills
    assert all("was killed by signal 9 (SIGKILL" in error for error in notes.errors)
    failed = sum(map(int, re.findall(r"open tuples failed: (\d+)", " ".join(notes.errors))))
    assert len(notes.failed) == failed
    assert notes.emitted["default"] >= notes.acked
    assert notes.fault == ""
    figure(f"F2 {bare.form}", f"{kills} kills in {count:,} tuples: each settled once, {failed:,} failed at once")


@ours
@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("exit", "ended with exit code 3"),
        ("end_in_order", "ended with exit code 0"),
        ("kill", "was killed by signal 9 (SIGKILL"),
        ("segfault", "was killed by signal 11 (SIGSEGV)"),
    ],
)
def test_the_error_says_how_the_process_ended_and_where_it_was(bare, how, words):
    bolt = bare.bolt(Mortal)
    error = dies(bolt, how)
    assert words in error
    assert error.startswith("task[")
    assert "it was probably at tuple 1, from source[" in error
    assert "on default" in error
    assert "open tuples failed: 1; the next one starts in 0.1 s" in error
    assert "death 1 within 300 s, of which 10 are allowed (umbrella.restarts)" in error
    if how == "segfault":
        assert "Segmentation fault" in error.partition("the last lines of its stderr:\n")[2]
    assert bolt.notes.failed == [0]
    lives(bolt, 1)


@ours
def test_a_process_that_says_nothing_for_too_long_is_replaced(bare):
    bolt = bare.bolt(Mortal, {"topology.subprocess.timeout.secs": 2})
    error = dies(bolt, "hang")
    assert "was killed: it has said nothing for 2 s (topology.subprocess.timeout.secs)" in error
    assert "open tuples failed: 1" in error
    lives(bolt, 1)


@json_alone
def test_a_process_that_is_stopped_for_a_moment_lives(bare):
    bolt = bare.bolt(Mortal, {"topology.subprocess.timeout.secs": 6})
    process = child(bare)
    process.suspend()
    bolt.rows([1])
    time.sleep(3)
    process.resume()
    assert bolt.settled(1).acked == 1
    assert bolt.notes.errors == []


@json_alone
def test_a_malformed_message_is_shown_and_its_sender_replaced(bare):
    bolt = bare.bolt(Mortal)
    error = dies(bolt, "garble")
    assert '"tuple": [1, }' in error
    assert "was killed: " in error
    lives(bolt, 1)


@either
def test_the_pid_file_of_a_killed_process_goes_away(bare):
    before = set(bare.pids.iterdir())
    bolt = bare.bolt(Mortal)
    dies(bolt, "kill")
    lives(bolt, 1)
    assert set(bare.pids.iterdir()) - before == {bare.pids / str(child(bare).pid)}


@either
def test_execute_waits_for_the_next_process(bare):
    bolt = bare.bolt(Mortal)
    for number in range(4):  # each pause is twice as long as the one before
        child(bare).send_signal(signal.SIGKILL)
        bolt.reported(number + 1)
        bolt.rows([number])
        assert bolt.settled(number + 1).acked == number + 1


@either
def test_a_bolt_may_be_stopped_while_it_waits_for_the_next_process(bare):
    bolt = bare.bolt(Mortal)
    for _ in range(5):
        dies(bolt, "exit")
    bolt.stop()  # the next one would start in 1.6 s
    assert not bare.left_over(5)


@json_alone
def test_too_many_deaths_end_the_worker(doomed):
    bolt = doomed.bolt(Mortal, {"umbrella.restarts": 2})
    dies(bolt, "exit")
    dies(bolt, "exit")
    bolt.rows(["exit"])
    assert doomed.exit_code() in EXITED
    assert doomed.await_logged("no other is started: death 3 within 300 s, of which 2 are allowed (umbrella.restarts)")


@json_alone
def test_too_many_deaths_are_an_exception_of_execute_in_local_mode(doomed):
    bolt = doomed.bolt(Mortal, {**LOCAL, "umbrella.restarts": 1})
    dies(bolt, "exit")
    assert "no other is started" in dies(bolt, "exit")
    with pytest.raises(Py4JError, match="of which 1 are allowed"):
        bolt.rows(["and on"])
    assert doomed.alive


@json_alone
def test_no_restarts_at_all_is_what_storm_does_itself(doomed):
    bolt = doomed.bolt(Mortal, {"umbrella.restarts": 0})
    bolt.rows(["exit"])
    assert doomed.exit_code() in EXITED


@json_alone
def test_deaths_that_are_long_ago_do_not_count(bare):
    bolt = bare.bolt(Mortal, {"umbrella.restarts": 1, "umbrella.restarts.window.secs": 1})
    for _ in range(3):
        dies(bolt, "exit")
        time.sleep(1.1)
    lives(bolt, 3)


@either
def test_a_bolt_that_cannot_open_is_told_at_once_and_tried_again(bare, tmp_path):
    bolt = bare.bolt(OpensAtTheSecondTry, path=str(tmp_path / "opened"))
    (error,) = bolt.reported(1)
    assert "ended with exit code 9; no tuple was open" in error
    lives(bolt, 0)


@either
def test_a_bolt_that_cannot_open_ends_a_local_run_at_once(doomed):
    bolt = doomed.bolt(NeverOpens, LOCAL)
    told, died = bolt.reported(2)
    assert "the database is not there \N{SNOWMAN}" in told
    assert "ended with exit code 1; no tuple was open; no other is started: it has never worked" in died
    with pytest.raises(Py4JError, match="it has never worked"):
        bolt.rows([1])


@json_alone
def test_a_command_that_is_not_there_is_named(doomed, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")  # which the driver takes for the workers' Python
    with pytest.raises(Py4JError, match=r"cannot be started .*No such file.*given: \[/nowhere/python"):
        doomed.bolt(Mortal, LOCAL)
    bolt = doomed.bolt(Mortal, {"umbrella.restarts": 2})
    for error in bolt.reported(2):
        assert "the command cannot be started" in error
        assert "valid: a program on the worker's PATH (" in error
    assert doomed.exit_code() in EXITED


def program(path: Path, text: str) -> str:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(stat.S_IRWXU)
    return str(path)


@json_alone
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("exec sleep 600", "no pid came within 1 s (umbrella.start.timeout.secs); it was killed"),
        ("echo my last words >&2; exit 5", "it ended with exit code 5; the last lines of its stderr:\nmy last words"),
        ("echo hello; echo end; exec sleep 600", "the first thing that the process wrote is not its pid; given: hello"),
    ],
)
def test_a_program_that_does_not_answer_as_it_should_is_no_child(bare, monkeypatch, tmp_path, text, words):
    monkeypatch.setattr(sys, "executable", program(tmp_path / "python", text))
    bolt = bare.bolt(Mortal, {"umbrella.start.timeout.secs": 1, "umbrella.restarts": 1000})
    assert words in bolt.reported(1)[0]
    bolt.stop()


@pytest.fixture
def foreign(bare, monkeypatch, tmp_path) -> Task:
    """A bolt whose child is no part of Umbrella."""
    monkeypatch.setattr(sys, "executable", program(tmp_path / "python", f"exec {sys.executable} {FOREIGN}"))
    return bare.bolt(Mortal)


@json_alone
@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("die with last words", "exit code 3; it was probably at tuple 1"),
        ("die with last words", "the last lines of its stderr:\nthese were my last words"),
        ("leave a child that holds stdout", "ended with exit code 4"),
        ("close stdout", "was killed: it has closed its output"),
        ("anchor to a stranger", "anchored to a tuple that is not open; given: id 987654321"),
        ("emit to an unknown stream", "unknown stream 'defualt'"),
        (
            "emit to one task of a stream for all",
            "it emits what Storm refuses (Cannot emitDirect to a task expecting a",
        ),
    ],
)
def test_any_multilang_program_is_replaced(bare, foreign, how, words):
    assert words in dies(foreign, how)
    lives(foreign, 1)
    for left in bare.children():
        with contextlib.suppress(psutil.Error):
            if left.name() == "sleep":  # it leads no group that could be killed
                left.kill()


@json_alone
def test_a_second_ack_is_a_fault_of_the_child(foreign):
    assert "there is an ack of a tuple that is not open; given: id 1" in dies(foreign, "ack twice")
    notes = foreign.notes
    assert (notes.acked, notes.failed) == (1, [])
    lives(foreign, 1)


@json_alone
def test_a_foreign_program_may_do_what_storm_has_no_limit_for(bare, foreign):
    foreign.rows(["flood stderr"], ["unknown metric"])
    notes = foreign.settled(2)
    assert (notes.acked, notes.errors) == (2, [])
    assert bare.await_logged("nobody knows it")


@json_alone
def test_a_child_gets_its_environment_directory_and_arguments(bare, tmp_path):
    config = {"env": {"GREETING": "h\N{LATIN SMALL LETTER E WITH ACUTE}llo", "PATH": "/appended"}}
    config.update(directory=str(tmp_path), python_arguments=["-X", "faulthandler"])
    topology = type("Surrounded", (topology_of(Surroundings),), {"Config": type("Config", (), config)})
    bolt = bare.start_bolt(bare.world(topology))
    bolt.rows([1])
    ((environment, directory, options, leads_a_group),) = bolt.settled(1).rows
    assert environment == {
        "GREETING": "h\N{LATIN SMALL LETTER E WITH ACUTE}llo",
        "PATH": f"{os.environ['PATH']}:/appended",
    }
    assert (directory, options, leads_a_group) == (str(tmp_path), ["faulthandler"], True)


@json_alone
def test_so_many_tuples_are_in_flight_and_a_tick_gets_through(bare):
    bolt = bare.bolt(Holds, {"umbrella.max.in.flight": 5})
    with meanwhile(bolt.numbers, 15):
        for tick in range(3):
            assert bolt.java.notes().awaitSettled(6 * tick, PATIENCE)
            time.sleep(0.5)
            bolt.tick()
    bolt.settled(18)  # three ticks among them
    assert bolt.notes.rows == [[5], [5], [5]]


@json_alone
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nothing", "it is no JSON object"),
        ("{}", "command; given: null; valid: a list"),
        ('{"command": []}', "command is empty"),
        ('{"command": ["a", 1]}', "command; given: 1; valid: a text"),
        ('{"command": ["a"], "enw": {}}', "no such key; given: enw; valid: one of [command, conf"),
        ('{"command": ["a"], "env": {"A": 1}}', "env.A; given: 1; valid: a text"),
        ('{"command": ["a"], "directory": "here"}', 'directory; given: here; valid: "resources", "worker" or an abs'),
        ('{"command": ["a"], "serializer": "xml"}', 'serializer; given: xml; valid: "json" or "msgpack"'),
        ('{"command": ["a"], "streams": {"s": {}}}', "streams.s.fields; given: null; valid: a list"),
    ],
)
def test_a_wrong_description_is_told(bare, text, words):
    with pytest.raises(Py4JError) as caught:
        bare.jvm.classes.umbrella.storm.PythonBolt(text).getComponentConfiguration()
    assert f"wrong description of a Python component: {words}" in str(caught.value)
