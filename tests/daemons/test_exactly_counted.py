"""Figure F1: without faults, every tuple is processed once, across two workers."""

from __future__ import annotations

import pytest

from daemons.oracle import Oracle
from daemons.running import placed, submitted, told_of_spout
from topologies.counted import counted_in

pytestmark = pytest.mark.storm

LEAST_PER_SECOND = 200  # what even a very busy machine does


def test_every_tuple_is_stored_once_and_emitted_tuples_are_acked(daemons, tmp_path, full, figure):
    count = 1_000_000 if full else 100_000
    records = tmp_path / "records"
    records.mkdir()
    oracle = Oracle(records)
    oracle.feed(count)
    oracle.finish()
    topology = counted_in(records, max_spout_pending=2000, message_timeout_secs=120)
    with submitted(daemons, topology, "topologies.counted", tmp_path) as client:
        oracle.until(lambda: oracle.look() > 0, "the first tuple is stored")
        places = placed(client, topology)
        for bolt in ("halves", "quarters", "store"):
            assert len(set(places[bolt].values())) == 2, places
        seconds = oracle.until(lambda: oracle.committed == count, "all is committed", count / LEAST_PER_SECOND)
        oracle.settle()
        told = (count, count, 0)
        oracle.until(lambda: told_of_spout(client, topology, "source") == told, "Storm's own figures say so too")
    assert (len(oracle.lost), oracle.duplicates) == (0, 0)
    assert oracle.openings == 1
    figure(
        "F1 | Spout, 2 bolts, sink on 2 workers, no faults",
        f"{count:,} tuples: emitted = acked = {count:,}, lost 0, duplicates 0, failed 0; "
        f"{count / seconds:,.0f} a second",
    )
