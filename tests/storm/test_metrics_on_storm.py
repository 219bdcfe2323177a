"""Metrics declared in Python come out of Storm's registry: in a reporter's files, and in the figures of a local run."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from topologies.measured import COUNT, OFTEN, reported_to
from umbrella.dsl import spec_of
from umbrella.storm.local import LocalCluster
from umbrella.storm.local_metrics import LocalMetric

pytestmark = pytest.mark.storm

LETTERS = sum(number % 10 + 1 for number in range(COUNT))
SECONDS = 60.0


def reported(folder: Path, name: str, column: str) -> float:
    """Return the sum over all tasks of what the files of a metric say last."""
    found = 0.0
    for path in folder.glob(f"*{name}.csv"):
        head, *lines = path.read_text().splitlines()
        if lines:
            found += float(lines[-1].split(",")[head.split(",").index(column)])
    return found


@pytest.mark.parametrize("serializer", ["json", "msgpack"])
def test_metrics_reach_storms_reporters(storm_cluster: LocalCluster, tmp_path: Path, serializer: str):
    topology = reported_to(tmp_path, serializer)
    found: dict[tuple[str, str], LocalMetric] = {}

    def all_there() -> bool:
        found.update({(one.component, one.name): one for one in storm_cluster.metrics()})
        names = ("letters.seen", "took", "sent", "often")
        return [reported(tmp_path, name, "count") for name in names] == [LETTERS, COUNT, COUNT, 2 * OFTEN]

    storm_cluster.submit(spec_of(topology), {})
    try:
        end = time.monotonic() + SECONDS
        while not all_there():
            assert time.monotonic() < end, (found, sorted(tmp_path.iterdir()))
            time.sleep(0.5)
    finally:
        storm_cluster.kill(topology.__name__)
        storm_cluster.wait_for_end(storm_cluster.children())
    assert {key: one.kind for key, one in found.items()} == {
        ("letters", "sent"): "counter",
        ("letters", "umbrella.timeouts"): "counter",
        ("measures", "letters.seen"): "counter",
        ("measures", "latest"): "gauge",
        ("measures", "often"): "histogram",
        ("measures", "seen"): "counter",
        ("measures", "size"): "histogram",
        ("measures", "took"): "timer",
    }
    assert found["measures", "seen"].count == found["measures", "size"].count == COUNT
    assert len(found["measures", "latest"].values) == 2
    assert found["measures", "size"].highest == 10
    assert found["measures", "often"].count == 2 * OFTEN
    assert 0 < found["measures", "took"].mean < 1
    end = time.monotonic() + SECONDS  # its processes end first, then Storm's own part of it
    while storm_cluster.metrics():
        assert time.monotonic() < end, "metrics of a topology that has ended"
        time.sleep(0.2)
