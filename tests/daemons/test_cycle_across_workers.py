"""A cycle of bolts on two workers: Storm's back-pressure between workers is another than that within one."""

from __future__ import annotations

import pytest

from daemons.oracle import PATIENCE
from daemons.running import placed, submitted, told_of_spout, wait_until
from topologies.looping import CrawlOnTwoWorkers

pytestmark = pytest.mark.storm


def test_a_cycle_across_workers_goes_on_when_its_queues_are_full(daemons, tmp_path, full):
    for _ in range(3 if full else 1):
        with submitted(daemons, CrawlOnTwoWorkers, "topologies.looping", tmp_path) as client:
            wait_until(lambda: told_of_spout(client, CrawlOnTwoWorkers, "seeds") == (200, 200, 0), PATIENCE)
            places = placed(client, CrawlOnTwoWorkers)
            assert set(places["fetch"].values()).isdisjoint(places["parse"].values()), "nothing crossed"
