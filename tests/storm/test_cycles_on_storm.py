"""Back-pressure on the real Storm: in a cycle of bolts, and from a slow bolt to one that emits a lot."""

from __future__ import annotations

import pytest

from topologies.looping import Crawl, Flood
from umbrella.dsl import spec_of
from umbrella.storm.run import EXHAUSTED, TIME_OVER, Run

pytestmark = pytest.mark.storm


def stats(report, name):
    return next(one for one in report.stats if one.name == name)


def test_a_cycle_whose_queues_are_full_goes_on(storm_cluster, full):
    for _ in range(20 if full else 1):
        report = Run(spec_of(Crawl)).run_on(storm_cluster, seconds=60)
        assert (report.reason, report.exit_code) == (EXHAUSTED, 0), report
        assert stats(report, "seeds").acked == 200
        assert stats(report, "fetch").acked == 200 * 63
        assert stats(report, "parse").acked == 200 * 62


def test_what_a_bolt_has_emitted_waits_for_a_slow_one(storm_cluster):
    report = Run(spec_of(Flood)).run_on(storm_cluster, seconds=10)
    assert report.reason == TIME_OVER
    assert report.errors == (), "a call that waits for room was taken for one that hangs"
    under_way = stats(report, "fan_out").emitted - stats(report, "slow").executed
    assert 5000 < under_way < 30_000
