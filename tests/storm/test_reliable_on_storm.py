"""ReliableSpout and BatchingBolt on the real Storm."""

from __future__ import annotations

import json

import pytest

from forms import FORMS, in_form
from topologies.reliable import COUNT, POISON, Reliable
from umbrella.dsl import spec_of
from umbrella.storm.run import EXHAUSTED, Run

pytestmark = pytest.mark.storm


@pytest.fixture(scope="module", params=FORMS)
def run(storm_cluster, tmp_path_factory, request):
    directory = tmp_path_factory.mktemp("reliable")
    changed = {name: vars(Reliable)[name].replace(directory=str(directory)) for name in ("source", "store")}
    spec = in_form(spec_of(type("Reliable", (Reliable,), changed)), request.param)
    report = Run(spec).run_on(storm_cluster, seconds=120)
    assert report.reason == EXHAUSTED
    journal = [json.loads(line) for line in (directory / "journal.jsonl").read_text().splitlines()]
    lines = [line for file in directory.glob("batches-*.jsonl") for line in file.read_text().splitlines()]
    return report, journal, [json.loads(line) for line in lines]


def test_every_entry_but_the_poisoned_one_is_stored_once(run):
    _, _, batches = run
    assert sorted(number for batch in batches for number in batch) == [n for n in range(COUNT) if n != POISON]


def test_batches_are_full_or_end_at_a_tick(run):
    _, _, batches = run
    assert max(map(len, batches)) == 64
    assert sum(len(batch) == 64 for batch in batches) >= COUNT // 64 // 2


def test_a_failed_batch_fails_whole_and_is_replayed(run):
    _, journal, _ = run
    failed = [position for what, position, _ in journal if what == "fail"]
    assert len(failed) == len(set(failed) - {POISON}) + 4
    assert failed.count(POISON) == 4
    assert 2 <= len(set(failed) - {POISON}) <= 2 * 64


def test_what_always_fails_is_given_up_once_after_growing_pauses(run):
    _, journal, _ = run
    assert [value for what, value, _ in journal if what == "dead"] == [[POISON, 4]]
    times = [when for what, value, when in journal if what == "fail" and value == POISON]
    pauses = [later - earlier for earlier, later in zip(times, times[1:])]
    assert pauses[2] > pauses[0]


def test_commits_move_on_in_order_and_end_at_the_last_entry(run):
    _, journal, _ = run
    commits = [position for what, position, _ in journal if what == "commit"]
    assert commits == sorted(commits)
    assert commits[-1] == COUNT - 1
    assert all(position < POISON for position in commits[: commits.index(next(c for c in commits if c >= POISON))])
