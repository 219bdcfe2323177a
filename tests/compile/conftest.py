"""Fixtures of the compile tests: golden files, and a JVM with Storm's own classes in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from py4j.java_gateway import GatewayParameters, JavaGateway, launch_gateway

from umbrella.compile import jar
from umbrella.errors import StormNotFoundError
from umbrella.storm.distribution import locate

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
def storm_jars() -> list[Path]:
    """Return Storm's jars; without them or Java skip, or fail in CI."""
    if shutil.which("java") is None:
        _absent("java is not on PATH")
    try:
        return list(locate().jars)
    except StormNotFoundError as exc:
        _absent(str(exc))
        raise


@pytest.fixture(scope="session")
def our_jars() -> list[Path]:
    """Return the jars that the build makes."""
    found = sorted(jar.JARS.glob("*.jar"))
    if not found:
        _absent(f"{jar.JARS} holds no jars; build them with `pip install -e .`")
    return found


@pytest.fixture(scope="session")
def storm_jvm(storm_jars: list[Path], our_jars: list[Path]) -> Iterator[Any]:
    """Give the JVM view of a Java process that has Storm's jars and ours on its classpath."""
    port, token, process = launch_gateway(
        classpath=os.pathsep.join(str(path) for path in [*storm_jars, *our_jars]),
        javaopts=["-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dlog4j2.level=OFF"],
        die_on_exit=True,
        enable_auth=True,
        return_proc=True,
    )
    try:
        gateway = JavaGateway(gateway_parameters=GatewayParameters(port=port, auth_token=token))
        yield gateway.jvm
        gateway.shutdown()
    finally:
        process.stdin.close()  # ends the gateway too, should its shutdown not have been reached
        process.wait(timeout=30)


def _absent(reason: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
