"""The calls that each way to Nimbus is tried with."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

from examples.wordcount.topology import WordCount
from umbrella.compile.conf import topology_conf
from umbrella.compile.lower import lower
from umbrella.compile.thrift import to_thrift
from umbrella.dsl import spec_of
from umbrella.storm.nimbus.client import NimbusClient
from umbrella.storm.nimbus.settings import NimbusSettings
from umbrella.storm.nimbus.submit import submit

_GONE_SECONDS = 60


def make_all_calls(settings: NimbusSettings, folder: Path) -> str:
    """Ask, upload more than 1 MiB in chunks, submit, kill; return how the client describes itself."""
    jar = folder / "topology.jar"
    jar.write_bytes(os.urandom(1024 * 1024 + 12345))
    progress: list[tuple[int, int]] = []
    with NimbusClient(settings) as client:
        described = client.describe()
        assert [(one.host, one.isLeader) for one in client.cluster().nimbuses] == [("localhost", True)]
        location = client.upload(jar, lambda done, size: progress.append((done, size)))
        assert len(progress) > 4
        assert progress[-1] == (jar.stat().st_size, jar.stat().st_size)
        spec = spec_of(WordCount)
        client.submit(spec.name, location, json.dumps(topology_conf(spec)), to_thrift(lower(spec)), active=False)
        assert [(one.name, one.status) for one in client.topologies()] == [(spec.name, "INACTIVE")]
        names = set(client.topology(client.topology_id(spec.name)).bolts)
        assert names <= {component.name for component in spec.components}
        assert names
        client.kill(spec.name, wait_seconds=0)
        _wait_until_gone(client)
    return described


def _wait_until_gone(client: Any) -> None:
    end = time.monotonic() + _GONE_SECONDS
    while client.topologies():
        assert time.monotonic() < end
        time.sleep(0.2)


def submit_large_topology(settings: NimbusSettings, folder: Path) -> None:
    """Submit, as ``umbrella submit`` does, a topology with 3 MiB of conf: three times what a plain Nimbus takes."""
    jar = folder / "topology.jar"
    jar.write_bytes(b"x")
    spec = spec_of(WordCount)
    spec = spec._replace(config={**spec.config, "ballast": "x" * 3 * 1024 * 1024})
    with NimbusClient(settings) as client:
        submit(client, lower(spec), jar)
        assert client.conf(client.topology_id(spec.name))["ballast"] == spec.config["ballast"]
        client.kill(spec.name, wait_seconds=0)
        _wait_until_gone(client)
