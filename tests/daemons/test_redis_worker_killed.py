"""A worker with a RedisSpout is killed in mid-stream: every entry of the list comes at least once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from daemons.commands import end_all
from daemons.family import worker_on
from daemons.running import end, nimbus_of, placed, wait_until
from redis_server import RedisServer
from topologies.redis_sources import Killed
from umbrella.compile.jar import Extras, build_jar, collect_sources
from umbrella.compile.lower import lower
from umbrella.contrib.redis import JEDIS
from umbrella.dsl import spec_of
from umbrella.storm.artifacts import resolve
from umbrella.storm.cluster import DevCluster
from umbrella.storm.nimbus.submit import submit

pytestmark = pytest.mark.storm

COUNT = 5_000
TESTS = Path(__file__).parents[1]


def test_no_entry_is_lost_with_a_killed_worker(daemons: DevCluster, redis_server: RedisServer, tmp_path: Path):
    client = redis_server.client
    client.flushall()
    end_all(daemons)
    folder = tmp_path / "done"
    folder.mkdir()
    changed = {
        "jobs": Killed.jobs.replace(url=redis_server.url),
        "done": Killed.done.replace(directory=str(folder)),
    }
    topology = type("Killed", (Killed,), changed)
    spec, jar = spec_of(topology), tmp_path / "killed.jar"
    extras = Extras(jars=resolve([JEDIS], print))
    build_jar(spec, collect_sources("topologies.redis_sources", TESTS), jar, extras)

    def done() -> set[str]:
        lines = [line for file in folder.glob("*") for line in file.read_text("utf-8").split("\n")[:-1]]
        return {json.loads(line)[0] for line in lines}

    expected = {f"job {number}" for number in range(COUNT)}
    with nimbus_of(daemons) as nimbus:
        submit(nimbus, lower(spec), jar)
        try:
            client.rpush("jobs", "first")
            wait_until(lambda: "first" in done())
            client.rpush("jobs", *expected)
            wait_until(lambda: len(done()) > 500)
            [port] = placed(nimbus, topology)["jobs"].values()
            worker_on(daemons, port).kill()
            assert expected - done(), "all came before the worker was killed"
            held = client.llen("jobs:umbrella:Killed.jobs:0")
            assert held, "nothing was held when the worker was killed"
            wait_until(lambda: expected <= done())
            wait_until(lambda: not client.exists("jobs:umbrella:Killed.jobs:0", "jobs"))
        finally:
            end(nimbus, spec.name)
