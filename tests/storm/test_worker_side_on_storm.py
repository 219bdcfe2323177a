"""Options, settings, context, ticks, task ids and values, as a component sees them on the real Storm."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from topologies import worker_side
from topologies.recording import records
from umbrella.dsl import spec_of
from umbrella.storm.run import EXHAUSTED, TIME_OVER, Run

pytestmark = pytest.mark.storm


def recording(topology, directory):
    return type(topology.__name__, (topology,), {"record": topology.record.replace(directory=str(directory))})


@pytest.fixture(scope="module")
def seen(storm_cluster, tmp_path_factory):
    directory = tmp_path_factory.mktemp("records")
    topology = recording(worker_side.WorkerSide, directory)
    report = Run(spec_of(topology)).run_on(storm_cluster, seconds=120)
    assert report.errors == ()
    assert (report.reason, report.exit_code) == (EXHAUSTED, 0)
    pairs = [one["values"] for one in records(directory, "record")]
    return {what: [value for name, value in pairs if name == what] for what, _ in pairs}


def test_options_are_set_with_their_defaults_before_open(seen):
    assert seen["options"] == [[60, ["a", "b"], 0.5]]


def test_options_arrive_as_the_types_they_are_declared_with(seen):
    place = worker_side.Place(Path("/here"), worker_side.Mode.EXACT)
    assert seen["types"] == [repr([place, dt.timedelta(seconds=1.5), Path("/default")])]


def test_settings_of_the_topology_and_of_the_component_are_in_conf(seen):
    assert seen["conf"] == [[{"deep": [1, 2]}, [1, 2], False]]


def test_the_context_names_the_component_and_its_inputs(seen):
    assert seen["context"] == [["opened", ["number", "key"]]]


def test_values_arrive_equal(seen):
    (row,) = seen["values"]
    assert row == worker_side.ROW
    assert [type(value) for value in row] == [type(value) for value in worker_side.ROW]


def test_emit_returns_the_task_ids_if_asked(seen):
    ((tasks, of_record),) = seen["asked"]
    assert tasks == of_record
    assert len(tasks) == 1


def test_ticks_come_and_the_talks_form_gets_its_options(seen):
    assert sum(held for _, _, held in seen["talk"]) == 40
    assert {depth for depth, _, _ in seen["talk"]} == {7}
    assert all(ticks >= 1 for _, ticks, _ in seen["talk"])


def test_java_components_are_wired_from_python(storm_cluster, tmp_path):
    report = Run(spec_of(recording(worker_side.WithJava, tmp_path))).run_on(storm_cluster, seconds=6)
    assert report.reason == TIME_OVER
    assert report.errors == ()
    seen = records(tmp_path, "record")
    words = {one["values"][0] for one in seen if one["from"] == "words"}
    counts = [one["values"][0] for one in seen if one["from"] == "counter"]
    assert words == {"nathan", "mike", "jackson", "golda", "bertels"}
    assert counts == list(range(1, len(counts) + 1))
    assert len(counts) > len(words)
