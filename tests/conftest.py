"""Fixtures for tests that need a real Storm: one embedded Storm a session."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from umbrella.errors import StormNotFoundError
from umbrella.storm.local import LocalCluster

TESTS = Path(__file__).parent


def missing_storm(reason: str) -> None:
    """Skip on a laptop, fail in CI."""
    if os.environ.get("CI"):
        pytest.fail(f"this test needs a real Storm, and CI has to have one: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def storm_cluster() -> Iterator[LocalCluster]:
    """An embedded Storm that imports components from tests/."""
    try:
        cluster = LocalCluster(paths=[TESTS])
    except StormNotFoundError as exc:
        missing_storm(str(exc))
    with cluster:
        yield cluster
    assert not cluster.children(), "component processes are left over"
