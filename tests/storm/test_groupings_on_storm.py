"""Every grouping, on the real Storm: exact counts per task."""

from __future__ import annotations

from collections import Counter

import pytest

from forms import FORMS, in_form
from topologies.groupings import recorded_in
from topologies.recording import records
from umbrella.dsl import spec_of
from umbrella.storm.run import EXHAUSTED, Run

pytestmark = pytest.mark.storm

COUNT = 700


@pytest.fixture(scope="module", params=FORMS)
def seen(storm_cluster, tmp_path_factory, request):
    directory = tmp_path_factory.mktemp("records")
    report = Run(in_form(spec_of(recorded_in(directory)), request.param)).run_on(storm_cluster, seconds=120)
    assert report.errors == ()
    assert (report.reason, report.failed) == (EXHAUSTED, 0)
    return lambda component: records(directory, component)


@pytest.mark.parametrize("component", ["shuffle", "fields", "one", "none", "local", "partial", "custom", "direct"])
def test_every_tuple_reaches_one_task(seen, component):
    assert sorted(one["values"][0] for one in seen(component)) == list(range(COUNT))


def test_all_grouping_reaches_each_task(seen):
    by_task = Counter(one["task"] for one in seen("everyone"))
    assert sorted(by_task.values()) == [COUNT] * 3


def test_global_grouping_reaches_a_single_task(seen):
    assert len({one["task"] for one in seen("one")}) == 1


def test_fields_grouping_keeps_a_key_on_one_task(seen):
    tasks = {}
    for one in seen("fields"):
        tasks.setdefault(one["values"][1], set()).add(one["task"])
    assert all(len(of_key) == 1 for of_key in tasks.values())
    assert len(set.union(*tasks.values())) > 1


def test_partial_key_grouping_keeps_a_key_on_two_tasks_of_three(seen):
    tasks = {}
    for one in seen("partial"):
        tasks.setdefault(one["values"][1], set()).add(one["task"])
    assert {len(of_key) for of_key in tasks.values()} <= {1, 2}
    assert max(len(of_key) for of_key in tasks.values()) == 2


def test_direct_grouping_reaches_the_task_that_was_named(seen):
    records_of_direct = seen("direct")
    tasks = sorted({one["task"] for one in records_of_direct})
    assert len(tasks) == 3
    assert all(one["task"] == tasks[one["values"][0] % 3] for one in records_of_direct)


def test_a_named_stream_carries_only_its_own_tuples(seen):
    assert sorted(one["values"][0] for one in seen("odd")) == list(range(1, COUNT, 2))
    assert {one["stream"] for one in seen("odd")} == {"odd"}
