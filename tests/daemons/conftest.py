"""A real cluster, of daemons, once a session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from umbrella.storm.cluster import DevCluster
from umbrella.storm.distribution import Distribution


@pytest.fixture(scope="session")
def daemons(storm_jars: Distribution, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevCluster]:
    """ZooKeeper, Nimbus, a supervisor with 4 slots, and a DRPC server."""
    folder = tmp_path_factory.mktemp("cluster")
    cluster = DevCluster.up(folder, supervisors=1, slots=4, distribution=storm_jars)
    try:
        yield cluster
    finally:
        cluster.down()
    assert not cluster.processes(), "processes of the cluster are left over"
