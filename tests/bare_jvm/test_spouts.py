"""Rows 20, 26: what a spout is told, active or not."""

from __future__ import annotations

import time

from bare_jvm.components import SpoutEvents


def test_acks_and_fails_come_while_inactive_and_nobody_dies(bare):
    spout = bare.spout(SpoutEvents, {"topology.subprocess.timeout.secs": 2})
    spout.hold(True)
    spout.turns(10)
    assert spout.take().rows == [["activate", None], *(["next", number] for number in range(1, 11))]
    spout.deactivate()
    time.sleep(4)  # twice Storm's limit: nobody looks for signs of life now
    spout.settleHeld("5")
    spout.turns(1)
    told = spout.take().rows
    assert told[0] == ["deactivate", None]
    assert sorted(told[1:]) == sorted([["fail" if number == 5 else "ack", number] for number in range(1, 11)])
    spout.activate()
    spout.turns(1)
    assert spout.take().rows == [["activate", None]]
    assert spout.notes.errors == []


def test_ten_rounds_of_deactivate_and_activate_lose_nothing(bare, figure):
    spout = bare.spout(SpoutEvents)
    for _ in range(10):
        spout.turns(1)
        spout.deactivate()
        spout.activate()
    spout.finished(10)
    rows = spout.take().rows
    for event, count in (("activate", 11), ("deactivate", 10), ("next", 10), ("ack", 10)):
        assert sum(row[0] == event for row in rows) == count
    figure("row 26", "10 rounds of deactivate and activate: 0 calls lost")
