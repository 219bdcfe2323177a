"""Runs ``umbrella`` as a user does, and asks a cluster's Nimbus what came of it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable

from umbrella.errors import NimbusError
from umbrella.storm.cluster import DevCluster
from umbrella.storm.nimbus.client import NimbusClient
from umbrella.storm.nimbus.settings import NimbusSettings

TESTS = Path(__file__).parent.parent
SECONDS = 120.0  # no command may take longer


@dataclass(frozen=True)
class Ended:
    """A command that has ended."""

    code: int
    out: str
    err: str


def umbrella(*arguments: object, seconds: float = SECONDS) -> Ended:
    """Run a command from tests/; it fails the test if it takes longer than it may."""
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    done = subprocess.run(
        [sys.executable, "-m", "umbrella", *map(str, arguments)],
        cwd=TESTS,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=seconds,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def client_of(cluster: DevCluster) -> NimbusClient:
    """Return a client of a cluster's Nimbus."""
    return NimbusClient(NimbusSettings(port=cluster.nimbus_port))


def listed(cluster: DevCluster, name: str) -> list[Any]:
    """Return every topology of that name that the cluster has, as soon as Nimbus can say."""

    def look() -> list[Any]:
        with client_of(cluster) as client:
            return [[one for one in client.topologies() if one.name == name]]

    return patiently(look)[0]


def end_all(cluster: DevCluster) -> None:
    """End every topology at once, and wait until none is listed."""

    def ended() -> bool:
        with client_of(cluster) as client:
            found = client.topologies()
            for one in found:
                if one.status != "KILLED":
                    client.kill(one.name, 0)
            return not found

    patiently(ended)


def patiently(ask: Callable[[], Any], seconds: float = SECONDS) -> Any:
    """Return the first answer that is true, asking again while it is not and while Nimbus does not answer."""
    end = time.monotonic() + seconds
    while True:
        answer: Any = None
        try:
            answer = ask()
        except NimbusError as exc:
            answer = None
            last: object = exc
        else:
            last = answer
        if answer:
            return answer
        assert time.monotonic() < end, f"not within {seconds} s; the last answer: {last}"
        time.sleep(0.3)
