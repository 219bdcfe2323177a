"""RedisSpout and storm-redis's bolts on the real Storm, with a real Redis that goes away and comes back."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from redis_server import RedisServer
from topologies.redis_sources import Bolts, Sources
from umbrella.dsl import spec_of
from umbrella.storm.local import LocalCluster

pytestmark = pytest.mark.storm

PATIENCE = 20  # seconds


@contextmanager
def running(cluster: LocalCluster, topology: type, url: str, directory: Path) -> Iterator[None]:
    """Run a topology whose spouts and bolts speak to that Redis and write into that folder."""
    changed = {}
    for name, declared in vars(topology).items():
        options = getattr(getattr(declared, "component", None), "__annotations__", {})
        if "directory" in options:
            changed[name] = declared.replace(directory=str(directory))
        elif hasattr(getattr(declared, "component", None), "jvm_object"):
            changed[name] = declared.replace(url=url)
    spec = spec_of(type(topology.__name__, (topology,), changed))
    with cluster.log.heard_by(print):
        cluster.submit(spec)
        try:
            yield
        finally:
            cluster.kill(spec.name, wait_seconds=1)


def eventually(condition: Callable[[], object], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.1)


def written(directory: Path, component: str) -> list:
    lines = [line for file in directory.glob(f"{component}-*.jsonl") for line in file.read_text("utf-8").splitlines()]
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def sources(redis_cluster, redis_server, tmp_path_factory) -> Iterator[Path]:
    """The topology Sources, with the folder that it writes into."""
    redis_server.client.flushall()
    folder = tmp_path_factory.mktemp("sources")
    with running(redis_cluster, Sources, redis_server.url, folder):
        yield folder


def test_entries_of_a_list_arrive_in_order_with_the_name_of_the_list(sources: Path, redis_server: RedisServer):
    texts = [f"entry {number} \N{UMBRELLA}" for number in range(500)]
    redis_server.client.lpush("right", *texts)
    eventually(lambda: len(written(sources, "from_right")) >= 500, "not all entries came")
    assert written(sources, "from_right") == [["right", text] for text in texts]


def test_what_is_acked_is_held_no_longer(sources: Path, redis_server: RedisServer):
    client = redis_server.client
    client.rpush("left", *(f"number {number}" for number in range(2000)))
    eventually(lambda: len(written(sources, "from_left")) >= 2000, "not all entries came")
    assert Counter(text for [text] in written(sources, "from_left")) == Counter(f"number {n}" for n in range(2000))
    eventually(lambda: not client.exists("left:umbrella:Sources.left:0", "left:umbrella:Sources.left:1"), "still held")
    assert client.llen("left") == 0
