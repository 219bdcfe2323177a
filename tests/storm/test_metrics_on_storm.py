"""Metrics declared in Python come out of Storm's registry: in a reporter's files, and in the figures of a local run."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from topologies.measured import COUNT, reported_to
from umbrella.dsl import spec_of
from umbrella.storm.local import LocalCluster
from umbrella.storm.local_metrics import LocalMetric
from umbrella.storm.run import Run

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
def test_metrics_reach_storms_reporters_and_the_figures_of_a_run(
    storm_cluster: LocalCluster, tmp_path: Path, serializer: str
):
    seen: list[dict[tuple[str, str], LocalMetric]] = []
    files: list[tuple[float, float]] = []
    begin = time.monotonic()

    def look(stats: object, metrics: list[LocalMetric]) -> None:
        seen.append({(one.component, one.name): one for one in metrics})
        files.append((reported(tmp_path, "letters.seen", "count"), reported(tmp_path, "took", "count")))
        if files[-1] == (LETTERS, COUNT) or time.monotonic() - begin > SECONDS:
            run._signal = 2  # as Ctrl-C does
            run._wake.set()

    run = Run(spec_of(reported_to(tmp_path, serializer)), on_stats=look)
    run._all_finished = lambda: False  # type: ignore[method-assign]
    report = run.run_on(storm_cluster)
    assert files[-1] == (LETTERS, COUNT), files[-1]
    assert reported(tmp_path, "sent", "count") == COUNT
    last = {(one.component, one.name): one for one in report.metrics}
    assert {key: one.kind for key, one in last.items()} == {
        ("letters", "sent"): "counter",
        ("measures", "letters.seen"): "counter",
        ("measures", "latest"): "gauge",
        ("measures", "seen"): "counter",
        ("measures", "size"): "histogram",
        ("measures", "took"): "timer",
    }
    assert last["measures", "seen"].count == last["measures", "size"].count == COUNT
    assert len(last["measures", "latest"].values) == 2
    assert last["measures", "size"].highest == 10
    assert 0 < last["measures", "took"].mean < 1
