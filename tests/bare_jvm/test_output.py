"""Rows 8, 9 and figures F13, F14: what user code prints is a line of the log, never a message, and blocks nothing."""

from __future__ import annotations

import re
import time

import pytest

from bare_jvm.components.printing import FloodingSpout, Floods, Prints
from bare_jvm.driver import PATIENCE
from bare_jvm.flooding import SIZE, FloodsAtImport
from forms import SHELLS
from umbrella.storm.jvm_log import COMPONENT

WAYS = {
    "by_print": r"by print \d+ \d+",
    "by_write": r"by write \d+ \d+",
    "by_c": r"by C \d+ \d+",
    "by_child": r"by child \d+ \d+",
    "by_stderr": r"by stderr \d+ \d+",
    "like_frames": r"\{.command.*|end",
}
DROPPED = re.compile(r"(\d+) printed lines are not in this log")


def lines_in_log(bare, pattern):
    """Count the lines of the worker's log that are such prints, and those it says are dropped."""
    texts = [one.text for one in bare.logged(kind=COMPONENT)]
    dropped = sum(int(match[1]) for text in texts if (match := DROPPED.match(text)))
    return sum(re.fullmatch(pattern, text) is not None for text in texts), dropped


@pytest.mark.parametrize("form", SHELLS, indirect=True)
@pytest.mark.parametrize("how", WAYS)
def test_printed_lines_reach_the_log_and_change_no_tuple(bare, how, full, figure):
    lines = 100_000 if full else 3_000
    expected = lines if how != "like_frames" else lines * 5 // 2
    bolt = bare.bolt(Prints, {"umbrella.execute.timeout.secs": 300}, lines=lines)
    bolt.rows([how])
    notes = bolt.settled(1, 300)
    assert notes.rows == [[how, number] for number in range(10)]
    assert (notes.acked, notes.errors, notes.emitted) == (1, [], {"default": 10})
    seen, dropped = lines_in_log(bare, WAYS[how])
    end = time.monotonic() + PATIENCE
    while seen + dropped < expected and time.monotonic() < end:
        time.sleep(0.2)
        seen, dropped = lines_in_log(bare, WAYS[how])
    assert seen + dropped == expected
    assert seen >= min(expected, 2_000)
    figure(f"F13 {how}", f"{expected:,} lines: {seen:,} in the log, {dropped:,} counted as dropped, 0 tuples changed")


@pytest.mark.parametrize("form", SHELLS, indirect=True)
@pytest.mark.parametrize("where", ["open", "execute"])
def test_a_flood_on_stderr_stops_nothing(bare, where, full, figure):
    size = (10 if full else 2) << 20
    bolt = bare.bolt(Floods, where=where, size=size)
    bolt.rows([1], [2])
    notes = bolt.settled(2)
    assert notes.rows == [[1], [2]]
    assert notes.errors == []
    assert bare.await_logged("stderr stderr")
    figure(f"F14 {where}", f"{size >> 20} MiB on stderr: 0 hangs")


@pytest.mark.parametrize("form", SHELLS, indirect=True)
def test_a_flood_on_stderr_in_next_tuple_stops_nothing(bare, full, figure):
    size = (10 if full else 2) << 20
    spout = bare.spout(FloodingSpout, size=size)
    assert spout.emitted(2).rows == [["done"], ["done"]]
    figure("F14 next_tuple", f"{size >> 20} MiB on stderr: 0 hangs")


def test_a_flood_and_prints_at_import_stop_nothing(bare, figure):
    bolt = bare.bolt(FloodsAtImport)
    bolt.rows([1])
    notes = bolt.settled(1)
    assert (notes.rows, notes.errors) == ([[1]], [])
    assert bare.await_logged("printed while importing")
    assert bare.await_logged('{"pid":1}')
    figure("F14 import", f"{SIZE >> 20} MiB on stderr and a forged pid on stdout: 0 hangs")
