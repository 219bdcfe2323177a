"""Fixtures of the tests of Java components: their classes, and a JVM with them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jvm.parts import parts_jar
from umbrella.storm.distribution import Distribution
from umbrella.storm.java import STORM_NEEDS, find_java
from umbrella.storm.jvm import Jvm
from umbrella.storm.jvm_log import JvmLog
from umbrella.storm.local import own_jars


@pytest.fixture(scope="session")
def parts(storm_jars: Distribution, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The jar with the Java classes of this folder."""
    if not shutil.which(find_java(STORM_NEEDS).with_name("javac")):
        from conftest import missing_storm

        missing_storm("no javac beside java")
    return parts_jar(storm_jars, tmp_path_factory.mktemp("parts"))


@pytest.fixture(scope="session")
def jvm(storm_jars: Distribution, parts: Path) -> Iterator[Any]:
    """The classes of a JVM that has Storm's, ours and those of this folder."""
    with Jvm(storm_jars, [*own_jars(), parts], output=JvmLog()) as running:
        yield running.classes
