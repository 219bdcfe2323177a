"""The driver itself: what goes in comes out."""

from __future__ import annotations

from bare_jvm.components.plain import Echo


def test_tuples_come_back_anchored_and_acked(bare):
    bolt = bare.bolt(Echo)
    bolt.rows([1], ["two"], [[3, {"four": 4.5}]])
    notes = bolt.settled(3)
    assert (notes.acked, notes.failed, notes.errors) == (3, [], [])
    assert notes.rows == [[1], ["two"], [[3, {"four": 4.5}]]]
    assert [one["anchors"] for one in notes.tuples] == [[0], [1], [2]]


def test_the_pid_file_is_there_before_storm_knows_the_pid_and_is_a_bare_number(bare):
    before = set(bare.pids.iterdir())
    bare.bolt(Echo)
    new = set(bare.pids.iterdir()) - before
    assert [int(path.name) for path in new] == [process.pid for process in bare.children()]
