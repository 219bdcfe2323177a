"""What is said of tuples that nobody settled: timeouts, which bolt has them, and a JVM whose memory was full."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from topologies.late import Late
from umbrella.dsl import spec_of
from umbrella.storm.run import UNSETTLED, Run
from umbrella.storm.stats import timeout_lines

TESTS = Path(__file__).parents[1]


@pytest.mark.storm
def test_tuples_that_failed_by_timeout_are_told_apart_from_those_that_a_bolt_failed(storm_cluster):
    log = []
    report = Run(spec_of(Late), on_log=log.append).run_on(storm_cluster, seconds=60)
    failed = {one.name: one.failed for one in report.stats if one.kind == "spout"}
    assert (report.reason, failed) == (UNSETTLED, {"forgotten": 5, "refused": 3})
    assert report.timeouts == {"forgotten": 5, "refused": 0}
    held, timeouts, advice = report.notes
    assert held == "given to a bolt, and neither acked nor failed by it: forget 5"
    assert timeouts == "forgotten: 5 of 5 failed by timeout"
    assert "message_timeout_secs (2)" in advice
    assert "Lower max_spout_pending (1000)" in advice
    warned = [one.text for one in log if one.component == "forgotten" and one.level == "WARN"]
    assert "tuples of forgotten[" in warned[0]
    assert "not acked within 2 s (topology.message.timeout.secs)" in warned[0]


@pytest.mark.parametrize(
    ("failed", "by_bolts", "counted", "told"),
    [
        ({"few": 0}, 0, {}, []),
        ({"few": 3}, 3, {}, []),
        ({"few": 3}, 5, {}, []),  # several tuples of one tree
        ({"few": 9, "more": 0}, 3, {}, ["few: about 6 of 9 failed by timeout: no bolt failed them"]),
        ({"few": 9}, 3, {"few": 0}, []),
        ({"few": 9}, 30, {"few": 4}, ["few: 4 of 9 failed by timeout"]),
        ({"few": 9, "more": 4}, 3, {"few": 0}, ["more: about 1 of 4 failed by timeout: no bolt failed them"]),
    ],
)
def test_timeouts_are_what_was_counted_or_what_no_bolt_has_failed(failed, by_bolts, counted, told):
    lines = timeout_lines(failed, by_bolts, {"topology.message.timeout.secs": 7}, counted)
    assert lines[: len(told)] == told
    assert bool(lines[len(told) :]) == bool(told)
    assert all("(7)" in line and "(no limit)" in line for line in lines[len(told) :])


@pytest.mark.storm
@pytest.mark.usefixtures("storm_jars")
def test_a_jvm_whose_memory_is_full_says_what_to_change():
    command = [sys.executable, "-m", "umbrella", "run", "topologies.late:Poured", "--time", "90"]
    environment = {**os.environ, "_JAVA_OPTIONS": "-Xmx96m"}
    done = subprocess.run(command, cwd=TESTS, env=environment, capture_output=True, text=True, timeout=200)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Storm's JVM ran out of memory" in done.stdout
    assert "Lower max_spout_pending" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert "\tat java" not in done.stdout + done.stderr
