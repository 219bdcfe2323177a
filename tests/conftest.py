"""Fixtures for tests that need a real Storm: one embedded Storm a session."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Callable, NoReturn

import pytest

from forms import SOAK
from redis_server import RedisServer
from umbrella.errors import StormNotFoundError
from umbrella.storm.distribution import Distribution, locate
from umbrella.storm.java import STORM_NEEDS, find_java
from umbrella.storm.local import LocalCluster

pytest_plugins = ["kafka.fixtures"]

TESTS = Path(__file__).parent
FIGURES = os.environ.get("UMBRELLA_FIGURES")  # a file that gathers the figures of a run


def missing_storm(reason: str) -> NoReturn:
    """Skip on a laptop, fail in CI."""
    if os.environ.get("CI"):
        pytest.fail(f"this test needs a real Storm, and CI has to have one: {reason}")
    pytest.skip(reason)


def missing_program(name: str) -> NoReturn:
    """Skip on a laptop, fail in CI, for want of a program that ``scripts/setup`` installs on Debian."""
    if os.environ.get("CI"):
        pytest.fail(f"CI has to have {name}")
    pytest.skip(f"{name} is not installed")


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A Redis that tests may kill if they start it again."""
    if shutil.which("redis-server") is None:
        missing_program("redis-server")
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    try:
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture(scope="session")
def storm_jars() -> Distribution:
    """Java and Storm's jars, for tests that start a Storm of their own."""
    try:
        find_java(STORM_NEEDS)
        return locate()
    except StormNotFoundError as exc:
        missing_storm(str(exc))


@pytest.fixture(scope="session")
def storm_cluster(storm_jars: Distribution) -> Iterator[LocalCluster]:
    """An embedded Storm that imports components from tests/."""
    with LocalCluster(paths=[TESTS], distribution=storm_jars) as cluster:
        yield cluster
    assert not cluster.children(), "component processes are left over"


@pytest.fixture
def full() -> bool:
    """Whether this is ``scripts/soak``: figures in full size."""
    return SOAK


@pytest.fixture
def figure(record_property) -> Callable[[str, str], None]:
    """Note a figure of this run under the name it has in docs/reliability.md."""

    def note(name: str, value: str) -> None:
        record_property(name, value)
        print(f"figure: {name}: {value}")
        if FIGURES:
            with Path(FIGURES).open("a", encoding="utf-8") as file:
                file.write(f"| {name} | {value} |\n")

    return note
