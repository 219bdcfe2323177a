"""The same jar by ``storm jar`` and by Thrift: from its resources/, on two real workers."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from daemons.running import end, make_jar, nimbus_of, submitted, wait_until
from topologies.shipped import shipped
from umbrella.storm.java import STORM_NEEDS, find_java

pytestmark = pytest.mark.storm

COUNT = 500


def storm_jar(cluster, jar):
    """Run what bin/storm runs for ``storm jar x.jar org.apache.storm.flux.Flux --remote --resource /topology.yaml``."""
    home, conf = cluster.storm_home, cluster.storm_yaml.parent
    command = [
        str(find_java(STORM_NEEDS)),
        "-client",
        "-Dstorm.options=",
        f"-Dstorm.home={home}",
        "-Dstorm.conf.file=",
        f"-Dstorm.jar={jar}",
        "-Dstorm.dependency.jars=",
        "-Dstorm.dependency.artifacts={}",
        "-cp",
        f"{home}/lib/*:{home}/extlib/*:{jar}:{conf}:{home}/bin",
        "org.apache.storm.flux.Flux",
        "--remote",
        "--resource",
        "/topology.yaml",
    ]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def seen(records: Path) -> list[dict]:
    return [json.loads(line) for file in records.glob("*.jsonl") for line in file.read_text("utf-8").splitlines()]


def check_what_ran(cluster, records):
    wait_until(lambda: len(seen(records)) >= COUNT)
    assert sorted(one["values"][0] for one in seen(records)) == list(range(COUNT))
    assert len(cluster.workers()) == 2
    for one in seen(records):
        # Not this checkout: what Storm's supervisor took out of the jar.
        assert Path(one["cwd"]).is_relative_to(cluster.folder)
        assert Path(one["own"]) == Path(one["cwd"], "topologies", "shipped.py")
        assert Path(one["umbrella"]) == Path(one["cwd"], "umbrella", "__init__.py")
    assert len(list(records.glob("*.jsonl"))) == 2  # both tasks had their share


def test_the_same_jar_runs_by_storm_jar_and_by_thrift(daemons, tmp_path):
    records = tmp_path / "records"
    records.mkdir()
    topology = shipped(records)
    jar = make_jar(topology, "topologies.shipped", tmp_path)
    with nimbus_of(daemons) as client:
        try:
            storm_jar(daemons, jar)
            check_what_ran(daemons, records)
            by_jar = client.conf(client.topology_id("Shipped"))
        finally:
            end(client, "Shipped")
    wait_until(lambda: not daemons.workers())
    for file in records.iterdir():
        file.unlink()
    with submitted(daemons, topology, "topologies.shipped", tmp_path) as client:
        check_what_ran(daemons, records)
        by_thrift = client.conf(client.topology_id("Shipped"))
    wait_until(lambda: not daemons.workers())
    assert by_jar["topology.workers"] == 2
    assert set(by_jar) ^ set(by_thrift) == {"umbrella.submit.id"}
    assert {key for key in by_jar if by_jar[key] != by_thrift[key]} == {"storm.id"}
