"""Values of other types than the builtin ones, on the real Storm."""

from __future__ import annotations

import pytest

from forms import FORMS, PACKED, in_form
from topologies.odd_values import ARRIVES, BYTES_ARRIVE, REFUSED, OddValues
from topologies.recording import records
from umbrella.dsl import spec_of
from umbrella.storm.run import EXHAUSTED, Run

pytestmark = pytest.mark.storm


@pytest.mark.parametrize("form", FORMS)
def test_a_value_arrives_as_the_builtin_one_or_is_refused_with_what_to_write(storm_cluster, tmp_path, form):
    topology = type("OddValues", (OddValues,), {"record": OddValues.record.replace(directory=str(tmp_path))})
    report = Run(in_form(spec_of(topology), form)).run_on(storm_cluster, seconds=120)
    assert (report.reason, report.errors, report.exit_code) == (EXHAUSTED, (), 0)
    seen = [one["values"] for one in records(tmp_path, "record")]
    assert [one for one in seen if not one[1]] == []
    # Each by emit and by emit_many.
    assert sorted(name for name, *_ in seen) == sorted(2 * [*ARRIVES, *BYTES_ARRIVE, *REFUSED])
    texts = {name: text for name, _, text in seen if name in BYTES_ARRIVE}
    assert [" is " in text for text in texts.values()] == len(texts) * [form != PACKED]
