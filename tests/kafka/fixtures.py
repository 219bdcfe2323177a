"""A real Kafka broker, and a Storm that has Kafka's jars, each once a session; tests/conftest.py makes them known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import missing_storm

from kafka.broker import Broker
from kafka.broker_jars import VERSION, folder
from kafka.client import Client
from umbrella.contrib.kafka import KafkaSpout
from umbrella.errors import UmbrellaError
from umbrella.storm.artifacts import resolve
from umbrella.storm.distribution import Distribution
from umbrella.storm.local import LocalCluster

TESTS = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def broker_jars() -> None:
    """See that the broker's jars have been fetched."""
    if not folder().is_dir():
        missing_storm(f"the jars of Kafka {VERSION} are not in {folder()}; scripts/setup fetches them")


@pytest.fixture(scope="session")
def spout_jars() -> tuple[Path, ...]:
    """What the spout brings along."""
    try:
        return resolve(KafkaSpout.artifacts, print)
    except UmbrellaError as exc:
        missing_storm(str(exc))


@pytest.fixture(scope="session")
def broker(broker_jars: None, storm_jars: Distribution, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A broker that runs."""
    broker = Broker(tmp_path_factory.mktemp("broker"))
    try:
        broker.start()
        yield broker
    finally:
        broker.stop()


@pytest.fixture(scope="session")
def client(broker: Broker) -> Client:
    """A client of that broker."""
    return Client(broker.plain)


@pytest.fixture(scope="session")
def kafka_storm(storm_jars: Distribution, spout_jars: tuple[Path, ...]) -> Iterator[LocalCluster]:
    """An embedded Storm with the jars of the spout."""
    with LocalCluster(paths=[TESTS], jars=spout_jars, distribution=storm_jars) as cluster:
        yield cluster
    assert not cluster.children(), "component processes are left over"
