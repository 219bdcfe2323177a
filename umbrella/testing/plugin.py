"""The pytest plugin of Umbrella: fixtures for unit tests of components, and for tests on a real Storm.

Umbrella is only imported when a fixture is used, because pytest loads this module in every session.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

if TYPE_CHECKING:
    from umbrella.dsl import Topology
    from umbrella.storm.local import LocalCluster
    from umbrella.storm.run import RunReport
    from umbrella.testing.fixtures import OpenComponent, RunTopology

_INI = "umbrella_paths"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the ini option."""
    text = "folders that the components of topologies are imported from (storm_cluster); default: the rootdir"
    parser.addini(_INI, text, type="paths", default=[])


@pytest.fixture
def open_component() -> Iterator[OpenComponent]:
    """``umbrella.testing.open``; closes what it opened at the end of the test."""
    from umbrella import testing

    with contextlib.ExitStack() as stack:

        def opened(component: Any, **arguments: Any) -> Any:
            return stack.enter_context(testing.open(component, **arguments))

        yield opened


@pytest.fixture(scope="session")
def storm_cluster(pytestconfig: pytest.Config) -> Iterator[LocalCluster]:
    """An embedded Storm for the whole session, which imports components from ``umbrella_paths``.

    If Java or Storm's jars are missing, the test is skipped, or fails if the environment variable CI is set.
    """
    from umbrella.errors import StormNotFoundError
    from umbrella.storm.java import STORM_NEEDS, find_java
    from umbrella.storm.local import LocalCluster

    paths: list[Path] = pytestconfig.getini(_INI) or [pytestconfig.rootpath]
    try:
        find_java(STORM_NEEDS)
        cluster = LocalCluster(paths=paths)
    except StormNotFoundError as exc:
        _missing(str(exc))
    with cluster:
        yield cluster
    left = [process.pid for process in cluster.children()]
    if left:
        pytest.fail(f"processes of components are left over: {left}")


@pytest.fixture
def run_topology(storm_cluster: LocalCluster) -> RunTopology:
    """Run a topology on ``storm_cluster`` until its spouts finish or the timeout expires, and return the report."""
    from umbrella.dsl import spec_of
    from umbrella.storm.run import Run

    def run(topology: type[Topology], seconds: float = 60.0, conf: Mapping[str, Any] | None = None) -> RunReport:
        return Run(spec_of(topology), conf=conf).run_on(storm_cluster, seconds)

    return run


def _missing(reason: str) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(f"this test needs a real Storm, and CI has to have one: {reason}")
    pytest.skip(reason)
