"""Settings of the cluster and of the call, below and above those of the topology."""

from __future__ import annotations

import pytest

from topologies.operated import Operated
from umbrella.cli.settings import with_defaults, with_settings
from umbrella.dsl.to_spec import spec_of
from umbrella.errors import TopologyError

SPEC = spec_of(Operated)._replace(config={"topology.workers": 2})


def test_a_topologys_own_settings_are_above_the_clusters_and_below_the_calls():
    defaults = {"topology.workers": 8, "topology.debug": True, "topology.acker.executors": 1}
    found = with_settings(with_defaults(SPEC, defaults, None), {"topology.acker.executors": 3})
    assert found.config == {"topology.workers": 2, "topology.debug": True, "topology.acker.executors": 3}
    assert SPEC.config == {"topology.workers": 2}


def test_a_default_that_storm_does_not_take_is_refused():
    with pytest.raises(TopologyError, match="topology.max.spout.pending"):
        with_defaults(SPEC, {"topology.max.spout.pending": "many"}, None)


def test_the_clusters_python_is_taken_unless_the_topology_names_one():
    assert with_defaults(SPEC, {}, "/opt/python").python == "/opt/python"
    assert with_defaults(SPEC, {}, None).python == "python3"
    assert with_defaults(SPEC._replace(python="python3.9"), {}, "/opt/python").python == "python3.9"
