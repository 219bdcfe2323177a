"""Rows 20, 26: what a spout is told, active or not.

Storm's own shell waits for the answer to each call. Ours does not: what a spout emits while it is inactive is handed to
Storm with the next call of its executor, in order.
"""

from __future__ import annotations

import time

from bare_jvm.components.emitting import Flows, SpoutEvents
from forms import STOCK
from umbrella.multilang.lead import TUPLES_AHEAD


def test_acks_and_fails_come_while_inactive_and_nobody_dies(bare):
    spout = bare.spout(SpoutEvents, {"topology.subprocess.timeout.secs": 2})
    spout.hold(True)
    assert spout.emitted(11).rows == [["activate", None], *(["next", number] for number in range(1, 11))]
    spout.take()
    spout.deactivate()
    time.sleep(4)  # twice Storm's limit: nobody looks for signs of life now
    spout.settleHeld("5")
    spout.turns(1)
    if bare.form == STOCK:
        assert spout.notes.emitted["default"] == 11 + 11
    spout.activate()
    told = spout.emitted(11 + 11 + 1).rows
    assert told[0] == ["deactivate", None]
    assert sorted(told[1:-1]) == sorted([["fail" if number == 5 else "ack", number] for number in range(1, 11)])
    assert told[-1] == ["activate", None]
    assert spout.notes.errors == []


def test_ten_rounds_of_deactivate_and_activate_lose_nothing(bare, figure):
    spout = bare.spout(SpoutEvents)
    for _ in range(10):
        spout.turns(1)
        spout.deactivate()
        spout.activate()
    spout.finished(10)
    rows = spout.emitted(11 + 10 + 10 + 10).rows
    for event, count in (("activate", 11), ("deactivate", 10), ("next", 10), ("ack", 10)):
        assert sum(row[0] == event for row in rows) == count
    figure("row 26", "10 rounds of deactivate and activate: 0 calls lost")


def test_a_flowing_spout_loses_and_doubles_nothing_also_when_it_is_paused(bare, figure):
    count = 20_000
    spout = bare.spout(Flows, {"topology.max.spout.pending": 200}, count=count)
    rows = []
    for part in range(1, 5):
        spout.emitted(part * 4000)
        before = spout.notes.emitted["default"]
        spout.deactivate()
        spout.turns(300)  # acks alone
        assert spout.notes.emitted["default"] - before <= (TUPLES_AHEAD if bare.form == STOCK else 0)
        spout.activate()
        rows += spout.take().rows
    spout.finished(count)
    rows += spout.take().rows
    assert rows == [[number] for number in range(1, count + 1)]
    assert bare.await_logged(f"all {count} are acked")
    assert spout.notes.errors == []
    figure("row 20", f"{count} tuples of a flowing spout, paused 4 times: each once, in order")
