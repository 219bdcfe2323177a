"""An embedded Storm with Jedis and storm-redis on its class path."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from umbrella.contrib.redis import STORM_REDIS
from umbrella.storm.artifacts import resolve
from umbrella.storm.distribution import Distribution
from umbrella.storm.local import LocalCluster

TESTS = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def redis_jars(storm_jars: Distribution) -> tuple[Path, ...]:
    return resolve([STORM_REDIS], print)


@pytest.fixture(scope="session")
def redis_cluster(storm_jars: Distribution, redis_jars: tuple[Path, ...]) -> Iterator[LocalCluster]:
    with LocalCluster(paths=[TESTS], jars=redis_jars, distribution=storm_jars) as cluster:
        yield cluster
    assert not cluster.children(), "component processes are left over"
