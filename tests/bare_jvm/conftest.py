"""Fixtures of the bare JVM: one JVM for all tests that leave it alive, one each for those that end it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Callable

import pytest
from conftest import SOAK

from bare_jvm.driver import BareJvm, compiled, javac
from forms import FORMS
from umbrella.storm.distribution import Distribution

TEST_SECONDS = 900.0 if SOAK else 240.0  # a test that hangs is ended, and fails


def pytest_collection_modifyitems(items):
    for item in items:
        if "bare_jvm" in item.path.parts and {"bare", "doomed"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.storm)


@pytest.fixture(scope="session")
def driver_classes(storm_jars: Distribution, tmp_path_factory) -> Path:
    """The driver's Java half, compiled."""
    if not shutil.which(javac()):
        from conftest import missing_storm

        missing_storm("no javac beside java")
    return compiled(storm_jars, tmp_path_factory.mktemp("bare-classes"))


class Shared:
    """The JVM that tests share; one that a test ended is replaced."""

    def __init__(self, make: Callable[[], BareJvm]) -> None:
        self.make = make
        self.jvm: BareJvm | None = None

    def get(self) -> BareJvm:
        if self.jvm is None or not self.jvm.alive:
            self.close()
            self.jvm = self.make()
        return self.jvm

    def close(self) -> None:
        if self.jvm is not None:
            self.jvm.close()


@pytest.fixture(scope="session")
def shared_jvm(storm_jars: Distribution, driver_classes) -> Iterator[Shared]:
    shared = Shared(lambda: BareJvm(storm_jars, driver_classes))
    yield shared
    shared.close()


@pytest.fixture(params=FORMS)
def form(request: pytest.FixtureRequest) -> str:
    """How Python components are run: a test holds for every form, unless it names those it is about."""
    named: str = request.param
    return named


@pytest.fixture
def bare(shared_jvm: Shared, form: str) -> Iterator[BareJvm]:
    """A JVM that must be alive at the end of the test: 0 worker restarts."""
    jvm = shared_jvm.get()
    jvm.form = form
    with jvm.no_longer_than(TEST_SECONDS):
        yield jvm
        alive = jvm.alive
        log = list(jvm.log.last_lines)
        jvm.stop_tasks()
    left = jvm.left_over(10)
    assert alive, "the JVM ended: Storm would have restarted the worker\n" + "\n".join(log)
    assert not left, f"left over, and killed by the test: {left}"


@pytest.fixture
def doomed(storm_jars: Distribution, driver_classes, form: str) -> Iterator[BareJvm]:
    """A JVM of the test's own, which the test may end."""
    jvm = BareJvm(storm_jars, driver_classes)
    jvm.form = form
    try:
        with jvm.no_longer_than(TEST_SECONDS):
            yield jvm
    finally:
        left = jvm.close()
    assert not left, f"left over, and killed by the test: {left}"
