"""RedisSpout and storm-redis's bolts on the real Storm, with a real Redis that goes away and comes back."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from contrib.redis.gate import Gate

from redis_server import RedisServer
from topologies.redis_sources import Bolts, Gated, Held, Sources
from umbrella.dsl import spec_of
from umbrella.storm.jvm_log import DIED, ERROR, LogEvent
from umbrella.storm.local import LocalCluster

pytestmark = pytest.mark.storm

PATIENCE = 60  # seconds


class Running(NamedTuple):
    """A running topology: the folder that it writes into, and what it has logged."""

    folder: Path
    events: list[LogEvent]

    def written(self, component: str) -> list:
        files = sorted(self.folder.glob(f"{component}-*.jsonl"))
        return [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]

    def texts(self, component: str) -> set[str]:
        return {values[-1] for values in self.written(component)}

    def error(self, component: str, text: str) -> str:
        """Return the error of a component that has the text, or nothing."""
        return next((one.text for one in self.events if one.component == component and text in one.text), "")


@contextmanager
def running(cluster: LocalCluster, topology: type, url: str, folder: Path, **urls: str) -> Iterator[Running]:
    """Run a topology whose spouts and bolts speak to that Redis, or to their own, and write into that folder."""
    changed = {}
    for name, declared in vars(topology).items():
        component = getattr(declared, "component", None)
        if hasattr(component, "jvm_object"):
            changed[name] = declared.replace(url=urls.get(name, url))
        elif "directory" in getattr(component, "__annotations__", {}):
            changed[name] = declared.replace(directory=str(folder))
    spec = spec_of(type(topology.__name__, (topology,), changed))
    events: list[LogEvent] = []
    with cluster.log.heard_by(events.append):
        cluster.submit(spec)
        try:
            yield Running(folder, events)
        finally:
            cluster.kill(spec.name, wait_seconds=1)


def eventually(condition: Callable[[], object], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.1)


@pytest.fixture(scope="module")
def sources(redis_cluster, redis_server, tmp_path_factory) -> Iterator[Running]:
    redis_server.client.flushall()
    redis_server.client.set("wrong", "no list")
    with running(redis_cluster, Sources, redis_server.url, tmp_path_factory.mktemp("sources")) as run:
        yield run


@pytest.fixture
def client(redis_server: RedisServer):
    return redis_server.client


def test_entries_of_a_list_arrive_in_order_with_the_name_of_the_list(sources: Running, client):
    texts = [f"entry {number} \N{UMBRELLA}" for number in range(500)]
    client.lpush("right", *texts)
    eventually(lambda: len(sources.written("from_right")) >= 500, "not all entries came")
    assert sources.written("from_right") == [["right", text] for text in texts]


def test_what_is_acked_is_held_no_longer_and_each_entry_comes_once(sources: Running, client):
    client.rpush("left", *(f"number {number}" for number in range(2000)))
    eventually(lambda: len(sources.written("from_left")) >= 2000, "not all entries came")
    eventually(lambda: not client.exists(*held(client, "left")), "entries are still held")
    assert Counter(text for [text] in sources.written("from_left")) == Counter(f"number {n}" for n in range(2000))
    assert client.llen("left") == 0


def test_an_entry_that_fails_comes_again_and_at_last_is_a_dead_letter(sources: Running, client):
    client.lpush("right", "fail 2", "fail", "sound")
    eventually(lambda: client.llen("right:dead"), "there is no dead letter")
    eventually(lambda: not client.exists(*held(client, "right")), "entries are still held")
    counts = Counter(text for _, text in sources.written("from_right") if not text.startswith("entry"))
    assert counts == {"fail 2": 3, "fail": 3, "sound": 1}
    assert client.lrange("right:dead", 0, -1) == ["fail"]
    told = "an entry failed 3 times; it goes to the list 'right:dead': fail"
    eventually(lambda: sources.error("right", told), "the error was not reported")


def test_bytes_that_are_no_text_arrive_one_by_one_as_latin_1_and_are_settled(sources: Running, client):
    client.rpush("left", bytes(range(256)))
    eventually(lambda: bytes(range(256)).decode("latin-1") in sources.texts("from_left"), "the bytes did not come")
    eventually(lambda: not client.exists(*held(client, "left")), "they are still held")


def test_messages_of_channels_and_patterns_arrive_once_with_the_name_of_the_channel(sources: Running, client):
    eventually(lambda: client.pubsub_numsub("news", "sport") == [("news", 1), ("sport", 1)], "nobody listens")
    eventually(lambda: client.pubsub_numpat() == 1, "nobody listens to the pattern")
    for number in range(100):
        client.publish("news", f"news {number}")
        client.publish("sport", f"sport {number}")
        client.publish("log.web", f"log {number}")
        client.publish("other", "unheard")
    expected = [[name, f"{text} {number}"] for name, text in CHANNELS for number in range(100)]
    eventually(lambda: len(sources.written("from_channels")) >= 300, "not all messages came")
    assert sorted(sources.written("from_channels")) == sorted(expected)


CHANNELS = (("news", "news"), ("sport", "sport"), ("log.web", "log"))


def test_a_key_of_another_type_is_told_and_waited_for(sources: Running, client):
    eventually(lambda: sources.error("wrong", "WRONGTYPE"), "the error was not reported")
    told = sources.error("wrong", "WRONGTYPE")
    assert "does not give list 'wrong'" in told
    assert "The key, or the one of its dead letters, holds something else: name another." in told
    client.delete("wrong")
    client.lpush("wrong", "right at last")
    eventually(lambda: ["wrong", "right at last"] in sources.written("from_right"), "it did not come")


def test_two_spouts_of_one_group_do_not_share_what_they_hold(sources: Running, client):
    client.lpush("twins", *(f"twin {number}" for number in range(100)))
    eventually(lambda: len(sources.texts("from_twins")) == 100, "not all entries came")
    told = "another spout holds the entries of list 'twins'"
    eventually(lambda: sources.error("twin", told) or sources.error("other_twin", told), "the error was not reported")
    eventually(lambda: not client.exists("twins:umbrella:twins:0"), "entries are still held")


def test_a_place_that_is_free_again_is_taken(sources: Running, client):
    state = "right:umbrella:Sources.right:0:state"
    client.hset(state, "owner", "another topology of this name")
    eventually(lambda: sources.error("right", "this one takes none"), "the error was not reported")
    client.lpush("right", "waits")
    client.delete(state)
    eventually(lambda: ["right", "waits"] in sources.written("from_right"), "the entry did not come")


def test_nothing_of_a_list_is_lost_when_redis_is_killed_in_mid_stream(sources: Running, redis_server: RedisServer):
    client = redis_server.client
    texts = {f"{number} of many" for number in range(8000)}
    client.rpush("left", *texts)
    eventually(lambda: len(sources.texts("from_left") & texts) > 200, "nothing came")
    redis_server.kill()
    left = texts - sources.texts("from_left")
    assert left, "all came before Redis was killed"
    eventually(lambda: sources.error("left", "no connection to Redis"), "the error was not reported")
    told = sources.error("left", "no connection to Redis")
    assert f"at 127.0.0.1:{redis_server.port} for list 'left'" in told
    assert "trying again until it works, and nothing is lost" in told
    redis_server.start()
    eventually(lambda: texts <= sources.texts("from_left"), "entries were lost")
    eventually(lambda: not client.exists(*held(client, "left")), "entries are still held")
    assert client.llen("left") == 0


def test_channels_are_listened_to_again_when_redis_is_back(sources: Running, redis_server: RedisServer):
    client = redis_server.client
    eventually(lambda: client.pubsub_numsub("news") == [("news", 1)], "nobody listens")
    redis_server.kill()
    eventually(lambda: sources.error("channels", "what is published meanwhile is not seen"), "no error was reported")
    redis_server.start()
    eventually(lambda: client.pubsub_numsub("news") == [("news", 1)], "nobody listens again")
    client.publish("news", "back")
    eventually(lambda: ["news", "back"] in sources.written("from_channels"), "the message did not come")


def test_a_redis_that_was_emptied_is_read_on(sources: Running, client):
    client.flushall()
    client.rpush("left", "after the flood")
    eventually(lambda: "after the flood" in sources.texts("from_left"), "the entry did not come")
    eventually(lambda: not client.exists(*held(client, "left")), "it is still held")


def test_nothing_is_taken_while_the_topology_is_inactive(sources: Running, redis_cluster: LocalCluster, client):
    def stays() -> bool:
        client.rpush("left", "stays")
        time.sleep(0.5)
        return client.llen("left") > 0

    nimbus = redis_cluster._cluster
    nimbus.deactivate("Sources")
    eventually(lambda: client.pubsub_numsub("news") == [("news", 0)], "the channel is still listened to")
    eventually(stays, "entries are still taken")
    nimbus.activate("Sources")
    eventually(lambda: not client.llen("left"), "nothing is taken again")
    eventually(lambda: client.pubsub_numsub("news") == [("news", 1)], "nobody listens again")


def held(client, name: str) -> list[str]:
    """Return the keys of the lists that hold what a spout of Sources has taken."""
    return [f"{name}:umbrella:Sources.{name}:{task}" for task in range(2)]


def test_a_spout_waits_for_redis_takes_over_what_was_held_and_gives_back(redis_cluster, redis_server, tmp_path: Path):
    client = redis_server.client
    client.flushall()
    client.sadd("jobs:umbrella:Held.jobs", 0, 5)  # what workers that were killed have left; one ran more tasks
    client.lpush("jobs:umbrella:Held.jobs:0", "held by the first")
    client.lpush("jobs:umbrella:Held.jobs:5", "held by the sixth")
    client.lpush("jobs", "fail", "sound")
    redis_server.kill()
    with running(redis_cluster, Held, redis_server.url, tmp_path) as run:
        eventually(lambda: run.error("jobs", "no connection to Redis"), "the error was not reported")
        assert run.error("jobs", "If it never worked: is url right, and that server reachable from the workers?")
        redis_server.start()
        expected = {"held by the first", "held by the sixth", "fail", "sound"}
        eventually(lambda: run.texts("done") == expected, "not all entries came")
    eventually(lambda: client.lrange("jobs", 0, -1) == ["fail"], "what failed was not given back")
    eventually(lambda: not client.keys("jobs:umbrella:Held.jobs:[0-4]*"), "something is left in Redis")


def test_a_password_that_redis_does_not_want_is_told_in_one_line(redis_cluster, redis_server, tmp_path: Path):
    url = redis_server.url.replace("//", "//:secret@")
    with running(redis_cluster, Held, url, tmp_path) as run:
        eventually(lambda: run.error("jobs", "trying again until it works"), "the error was not reported")
        told = run.error("jobs", "trying again until it works")
    assert "does not give list 'jobs': ERR AUTH" in told
    assert "That Redis has no password: leave the one in url out" in told
    assert "secret" not in told
    assert len(told.splitlines()) == 1, told


def test_a_spout_that_connects_while_it_is_deactivated_does_not_listen(redis_cluster, redis_server, tmp_path: Path):
    client = redis_server.client
    gated, plain = "behind the gate", "in the open"
    with Gate(redis_server.port) as gate, running(redis_cluster, Gated, redis_server.url, tmp_path, gated=gate.url):
        eventually(lambda: gate.held, "nobody came to the gate")
        redis_cluster._cluster.deactivate("Gated")
        eventually(lambda: client.pubsub_numsub(plain) == [(plain, 0)], "the other channel is still listened to")
        gate.open()
        eventually(lambda: not gate.held, "the connection was not ended")
        assert client.pubsub_numsub(gated) == [(gated, 0)]
        redis_cluster._cluster.activate("Gated")
        eventually(lambda: client.pubsub_numsub(gated) == [(gated, 1)], "nobody listens again")


def test_storm_redis_stores_and_looks_up(redis_cluster, redis_server, tmp_path: Path):
    client = redis_server.client
    client.flushall()
    with running(redis_cluster, Bolts, redis_server.url, tmp_path) as run:
        client.rpush("words", '["umbrella", 3]', '["storm", 4]', '["umbrella", 5]')
        eventually(lambda: client.hgetall("numbers") == {"umbrella": "5", "storm": "4"}, "not all was stored")
        client.rpush("asked", '["umbrella", 0]', '["unknown", 0]')
        eventually(lambda: len(run.written("answers")) >= 2, "not all was looked up")
        assert run.written("answers") == [["umbrella", "5"], ["unknown", None]]
        assert [one for one in run.events if one.kind in (ERROR, DIED)] == [], "of a tick?"


def test_lists_and_dicts_are_stored_as_json_and_what_has_no_text_fails(redis_cluster, redis_server, tmp_path: Path):
    client = redis_server.client
    client.flushall()
    sound = {"list": [1, "a/\N{UMBRELLA}", None, {"b": []}], "dict": {"a": 1.5}, "truth": True, "text": "x", "7": 1}
    wrong = ['["none", null]', "[null, 1]", '["bytes", {"bytes": [255]}]']
    with running(redis_cluster, Bolts, redis_server.url, tmp_path) as run:
        client.rpush("words", *wrong, *(json.dumps(item) for item in sound.items()))
        eventually(lambda: len(client.hgetall("numbers")) >= len(sound), "not all was stored")
        stored = client.hgetall("numbers")
        assert stored.pop("text") == "x"
        assert {"text": "x", **{word: json.loads(value) for word, value in stored.items()}} == sound
        eventually(lambda: client.llen("words:dead") == len(wrong), "not all that is wrong has failed")
        eventually(lambda: run.error("store", "Redis is given text"), "the error was not reported")
        told = run.error("store", "Redis is given text")
        assert "field 'number' of the tuple is None (null)" in told
        client.rpush("asked", "[null, 0]", '["list", 0]')
        eventually(lambda: client.lrange("asked:dead", 0, -1) == ["[null, 0]"], "the key None has not failed")
        eventually(lambda: run.written("answers"), "the list was not looked up")
        [[_, found]] = run.written("answers")
        assert json.loads(found) == sound["list"]
