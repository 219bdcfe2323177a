"""A DRPC topology by the real Flux: the Java classes declare the streams that Python gives them over Thrift."""

from __future__ import annotations

import pytest

from tests.compile.test_flux_against_storm import RealFlux
from topologies.served import Acting, Reach
from umbrella.compile.flux import to_flux_yaml
from umbrella.compile.lower import lower
from umbrella.compile.thrift import to_thrift
from umbrella.dsl import spec_of

pytestmark = pytest.mark.storm


def common_of(topology):
    both = {**topology.spouts, **topology.bolts}
    return {name: (one.common.streams, one.common.inputs, one.common.parallelism_hint) for name, one in both.items()}


@pytest.mark.parametrize("topology", [Reach, Acting], ids=lambda one: one.__name__)
def test_flux_builds_what_is_sent_over_thrift(storm_jvm, tmp_path, topology):
    spec = spec_of(topology)
    built = RealFlux(storm_jvm, tmp_path).build(to_flux_yaml(lower(spec)))
    assert common_of(built) == common_of(to_thrift(lower(spec)))
