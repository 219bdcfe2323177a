"""PythonSpout: what a spout's process leaves to the next one, and children that know no Umbrella."""

from __future__ import annotations

import os
import signal
import sys
from itertools import groupby

import pytest

from bare_jvm.asked import AsksTaskIds, Counting
from bare_jvm.components.emitting import Flows
from bare_jvm.mortal import Mortal
from bare_jvm.test_healing import child, json_alone, ours, program
from benchmarks.peers import COMPONENTS, peers_python, storm_py_folder


def heard(spout, event):
    """What a Counting spout has heard so far: its process and the message id, for each."""
    return [one["values"][1:] for one in spout.notes.tuples if one["stream"] == "heard" and one["values"][0] == event]


@ours
def test_a_killed_spout_goes_on_and_what_it_has_said_is_emitted_in_order(bare):
    spout = bare.spout(Counting, {"topology.max.spout.pending": 500})
    for kill in range(3):
        spout.emitted(5000 * (kill + 1))
        child(bare).kill()
        spout.reported(kill + 1)
    spout.emitted(20_000)
    notes = spout.notes
    assert len(notes.errors) == 3
    assert all("was killed by signal 9 (SIGKILL" in error for error in notes.errors)
    of_process = [list(rows) for _, rows in groupby(notes.rows, key=lambda row: row[0])]
    assert len(of_process) == 4
    for rows in of_process:
        assert [number for _, number in rows] == list(range(len(rows)))
    assert notes.settled + 500 >= len(notes.rows)


@ours
def test_acks_and_fails_go_to_the_next_process_with_ids_of_their_type(bare):
    spout = bare.spout(Counting, {"topology.max.spout.pending": 100})
    spout.hold(True)
    spout.emitted(101)  # and the activation
    first = child(bare)
    first.kill()
    spout.reported(1)
    before = {one["id"] for one in spout.notes.tuples if one["id"] is not None}
    spout.settleHeld(r"\d*[02468]")
    spout.turns(1)
    while len(heard(spout, "ack")) + len(heard(spout, "fail")) < 100:
        spout.turns(10)
    told = heard(spout, "ack") + heard(spout, "fail")
    assert {message_id for _, message_id in told} == before
    assert {type(message_id) for message_id in before} == {int, str}
    assert all(isinstance(message_id, int) for _, message_id in heard(spout, "fail"))
    (second,) = {pid for pid, _ in told}
    assert second != first.pid
    assert heard(spout, "activate") == [[first.pid, None], [second, None]]


@ours
def test_a_process_that_starts_while_its_spout_is_inactive_is_activated_later(bare):
    spout = bare.spout(Counting, {"topology.max.spout.pending": 10})
    spout.hold(True)
    spout.emitted(11)
    spout.deactivate()
    first = child(bare)
    first.kill()
    spout.reported(1)
    second = child(bare)
    while second.pid == first.pid:
        second = child(bare)
    assert heard(spout, "activate") == [[first.pid, None]]
    spout.activate()
    spout.hold(False)  # or else what was read ahead may be all that Storm takes
    spout.settleHeld("none")
    while len(heard(spout, "activate")) < 2:
        spout.turns(10)
    assert heard(spout, "activate") == [[first.pid, None], [second.pid, None]]


@ours
def test_a_spout_that_says_nothing_to_a_question_is_replaced(bare):
    spout = bare.spout(Counting, {"topology.max.spout.pending": 10, "topology.subprocess.timeout.secs": 2})
    spout.emitted(100)
    os.kill(child(bare).pid, signal.SIGSTOP)
    while not spout.notes.errors:
        spout.turns(10)
    assert "it has said nothing for 2 s (topology.subprocess.timeout.secs)" in spout.notes.errors[0]
    spout.emitted(spout.notes.emitted["default"] + 100)


@ours
def test_a_spout_is_told_the_tasks_of_its_tuples(bare):
    rows = bare.spout(AsksTaskIds).emitted(200).rows
    assert rows[0:200:2] == [[[]]] * 100
    assert all(len(tasks) == 1 for (tasks,) in rows[1:200:2])


def foreign(bare, monkeypatch, tmp_path, name):
    path = f"PYTHONPATH={COMPONENTS}:{storm_py_folder()}"
    text = f"exec env {path} {peers_python()} {COMPONENTS / name}.py"
    monkeypatch.setattr(sys, "executable", program(tmp_path / "python", text))


@json_alone
@pytest.mark.parametrize("peer", ["stormpy", "pystorm"])
def test_spouts_that_know_no_umbrella(bare, monkeypatch, tmp_path, peer):
    foreign(bare, monkeypatch, tmp_path, f"{peer}_one")
    spout = bare.spout(Flows, {"topology.max.spout.pending": 100}, count=0)
    notes = spout.finished(2000)
    ids = [one["id"] for one in notes.tuples]
    assert ids == list(range(len(ids)))
    assert notes.rows == [["x" * 100]] * len(ids)
    assert notes.errors == []


@json_alone
@pytest.mark.parametrize("peer", ["stormpy", "pystorm"])
def test_bolts_that_know_no_umbrella(bare, monkeypatch, tmp_path, peer):
    foreign(bare, monkeypatch, tmp_path, f"{peer}_echo")
    bolt = bare.bolt(Mortal)
    bolt.numbers(2000)
    notes = bolt.settled(2000)
    assert notes.failed == []
    assert notes.rows == [[number] for number in range(2000)]
    assert [one["anchors"] for one in notes.tuples] == [[number] for number in range(2000)]
    assert notes.errors == []
