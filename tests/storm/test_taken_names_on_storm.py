"""Names that user code takes, and hooks that do nothing, on the real Storm."""

from __future__ import annotations

import pytest

from forms import FORMS, SHELLS, in_form
from topologies.recording import records
from topologies.taken_names import COUNT, NothingDone, TakenNames
from umbrella.dsl import spec_of
from umbrella.storm.run import EXHAUSTED, Run

pytestmark = pytest.mark.storm


@pytest.mark.parametrize("form", FORMS)
def test_names_that_user_code_takes_change_nothing(storm_cluster, tmp_path, form):
    changed = {"record": TakenNames.record.replace(directory=str(tmp_path))}
    spec = in_form(spec_of(type("TakenNames", (TakenNames,), changed)), form)
    report = Run(spec).run_on(storm_cluster, seconds=120)
    assert report.reason == EXHAUSTED
    # Each number fails once at picky, is replayed because what threaded emits is anchored, and then goes through.
    assert sorted(one["values"][0] for one in records(tmp_path, "record")) == list(range(COUNT))
    assert report.failed == COUNT


@pytest.mark.parametrize("form", SHELLS)
def test_a_hook_that_returns_a_coroutine_fails_its_tuple_and_other_values_are_told_once(storm_cluster, form):
    lines = []
    report = Run(in_form(spec_of(NothingDone), form), on_log=lines.append).run_on(storm_cluster, seconds=60)
    assert (report.reason, report.exit_code, report.failed) == (EXHAUSTED, 1, 3)
    assert {stats.name: stats.failed for stats in report.stats} == {"numbers": 3, "unawaited": 3, "returning": 0}
    assert "execute of unawaited returned a coroutine, which nothing runs: nothing was done" in report.errors[0].text
    told = [line.text for line in lines if "execute of returning returned [" in line.text]
    assert len(told) == 1
    assert "Send values by self.emit(...)." in told[0]
