"""Fixtures of the compile tests: golden files, and a JVM with Storm's own classes in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from umbrella.compile import jar
from umbrella.storm.distribution import Distribution
from umbrella.storm.jvm import Jvm
from umbrella.storm.jvm_log import JvmLog

GOLDEN = Path(__file__).with_name("golden")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write tests/compile/golden anew")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Return a function that compares a text with a file in golden/, or writes that file with --update-golden."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden", default=False):
            path.write_bytes(text.encode())
        assert path.read_bytes().decode() == text

    return compare


@pytest.fixture(scope="session")
def our_jars() -> list[Path]:
    """Return the jars that the build makes."""
    found = sorted(jar.JARS.glob("*.jar"))
    assert found, f"{jar.JARS} holds no jars; build them with `pip install -e .`"
    return found


@pytest.fixture(scope="session")
def storm_jvm(storm_jars: Distribution, our_jars: list[Path]) -> Iterator[Any]:
    """Give the JVM view of a Java process that has Storm's jars and ours on its classpath."""
    with Jvm(storm_jars, our_jars, output=JvmLog()) as jvm:
        yield jvm.classes
