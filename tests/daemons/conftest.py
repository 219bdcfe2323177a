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


@pytest.fixture(scope="session")
def lone_nimbus(storm_jars: Distribution, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevCluster]:
    """A Nimbus to kill, and nothing that would run a topology: so it is quick."""
    folder = tmp_path_factory.mktemp("lone-nimbus")
    # The next leader waits until the session of a killed one is over.
    conf = {"storm.zookeeper.session.timeout": 5000, "nimbus.monitor.freq.secs": 2}
    cluster = DevCluster.up(folder, supervisors=1, slots=1, drpc=False, conf=conf, distribution=storm_jars)
    try:
        cluster.kill("supervisor")
        yield cluster
    finally:
        cluster.down()
    assert not cluster.processes(), "processes of the cluster are left over"
