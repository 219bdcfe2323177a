"""What RedisSpout and the bolts of storm-redis take in Python, and what is refused."""

from __future__ import annotations

import pytest

from umbrella import ShuffleGrouping, Stream, Topology
from umbrella.compile.java_json import code_json
from umbrella.contrib.redis import RedisLookupBolt, RedisSpout, RedisStoreBolt
from umbrella.dsl import spec_of
from umbrella.errors import TopologyError


def code_of(spout, **bolts):
    spec = spec_of(type("T", (Topology,), {"spout": spout, **bolts}))
    return code_json(spec.components[-1].code)


def refused(spout, **bolts) -> str:
    with pytest.raises(TopologyError) as caught:
        code_of(spout, **bolts)
    return str(caught.value)


def test_a_spout_is_one_java_object_made_from_its_settings():
    made = code_of(RedisSpout(1, url="redis://ann:secret@example.org/2", list="jobs", end="left"))
    assert made["new"] == "umbrella.storm.redis.RedisSpout"
    settings = dict(made["args"][0]["map"])
    assert settings["url"] == "redis://ann:secret@example.org:6379/2"
    assert settings["fields"] == ["value"]
    assert (settings["list"], settings["end"], settings["max_failures"]) == ("jobs", "left", 0)


def test_the_fields_are_those_of_the_stream():
    class Named(RedisSpout):
        class Default(Stream):
            fields = "channel", "text"

    settings = dict(code_of(Named(1, channels="news"))["args"][0]["map"])
    assert (settings["fields"], settings["channels"]) == (["channel", "text"], ["news"])


class Three(RedisSpout):
    class Default(Stream):
        fields = "a", "b", "c"


class Second(RedisSpout):
    class More(Stream):
        fields = "a"


@pytest.mark.parametrize(
    ("spout", "text"),
    [
        (RedisSpout(1), "RedisSpout reads a list, or channels, or channels by patterns; given: none of them"),
        (RedisSpout(1, list="a", channels=["b"]), "given: list='a', channels=['b']"),
        (RedisSpout(1, list="a", url="http://:pass@h:1"), "no URL of a Redis server; given: 'http://h:1'"),
        (RedisSpout(1, list="a", url="redis://"), "no URL of a Redis server"),
        (RedisSpout(1, list="a", url="redis://h:x"), "url is malformed"),
        (RedisSpout(1, list="a", url="redis://h/db"), "no URL of a Redis server"),
        (RedisSpout(1, list="a", encoding="utf-nine"), "there is no such encoding; given: 'utf-nine'"),
        (RedisSpout(1, list="a", max_failures=0), "max_failures is 1 or more, or None; given: 0"),
        (RedisSpout(1, list="a", max_pending=0), "max_pending is more than 0; given: 0"),
        (RedisSpout(1, list="a", retry_seconds=-1.0), "retry_seconds is 0 or more; given: -1.0"),
        (Three(1, list="a"), "emits on its stream Default alone, one field or two"),
        (Second(1, list="a"), "emits on its stream Default alone, one field or two"),
    ],
)
def test_a_spout_that_cannot_work_is_refused(spout, text: str):
    told = refused(spout)
    assert text in told
    assert "pass@" not in told


def bolt(made):
    lines = RedisSpout(1, list="lines")
    made.inputs.append(ShuffleGrouping(lines))
    return {"spout": lines, "bolt": made}


def test_a_store_bolt_is_built_of_storm_redis_s_parts():
    url = "redis://:a%2Fb@example.org:6380/3"
    made = code_of(**bolt(RedisStoreBolt(1, url=url, type="hash", container="counts", key="word", value="count")))
    assert made["new"] == "org.apache.storm.redis.bolt.RedisStoreBolt"
    pool, mapper = made["args"]
    steps = [(step["call"], *step["args"]) for step in pool["steps"]]
    assert ("setHost", "example.org") in steps
    assert ("setPort", 6380) in steps
    assert ("setDatabase", 3) in steps
    assert ("setPassword", "a/b") in steps
    assert mapper["args"][1:] == ["counts", "word", "count"]
    assert mapper["args"][0]["constant"] == "HASH"


def test_a_look_up_emits_the_fields_of_its_stream():
    class CountOf(RedisLookupBolt):
        class Default(Stream):
            fields = "word", "count"

    _, mapper = code_of(**bolt(CountOf(1, key="word")))["args"]
    assert mapper["args"][1:] == [None, "word", ["word", "count"]]


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (RedisStoreBolt(1, type="hash"), "a hash has a key of its own; given: no container"),
        (RedisStoreBolt(1, type="set", container="x"), "a set has no container; given: 'x'"),
        (RedisStoreBolt(1, url="rediss://h"), "no URL of a Redis server; given: 'rediss://h'"),
        (RedisStoreBolt(1, url="redis://ann:secret@h"), "storm-redis knows no user names"),
        (RedisStoreBolt(1, timeout_seconds=0.0), "timeout_seconds is more than 0"),
        (RedisLookupBolt(1), "RedisLookupBolt emits on a stream Default alone; given: no stream"),
    ],
)
def test_a_bolt_that_cannot_work_is_refused(made, text: str):
    told = refused(**bolt(made))
    assert text in told
    assert "secret" not in told
