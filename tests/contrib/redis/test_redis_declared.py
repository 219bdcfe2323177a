"""What RedisSpout and the bolts of storm-redis take in Python, and what is refused."""

from __future__ import annotations

import codecs
import encodings.aliases
import subprocess
from pathlib import Path

import pytest

from umbrella import ShuffleGrouping, Stream, Topology
from umbrella.compile.java_json import code_json
from umbrella.contrib.redis import RedisLookupBolt, RedisSpout, RedisStoreBolt
from umbrella.contrib.redis_faults import ENCODINGS
from umbrella.dsl import spec_of
from umbrella.errors import TopologyError
from umbrella.storm.java import STORM_NEEDS, find_java


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
        (RedisSpout(1, list="a", url="http://:pass@h:1"), "no URL of a Redis server; given: 'http://***@h:1'"),
        (RedisSpout(1, list="a", url="redis://"), "no URL of a Redis server"),
        (RedisSpout(1, list="a", url="redis://h:x"), "no URL of a Redis server; given: 'redis://h:x'"),
        (RedisSpout(1, list="a", url="redis://[h"), "no URL of a Redis server; given: 'redis://[h'"),
        (RedisSpout(1, list="a", url="redis://:pa#pass@h:6379/0"), "given: 'redis://***@h:6379/0'; valid: "),
        (
            RedisSpout(1, list="a", url="redis://:pa#pass@h:6379/0"),
            "A # / or ? in a password is written %23, %2F or %3F",
        ),
        (RedisSpout(1, list="a", url="redis://ann:12/pass@h"), "given: 'redis://***@h'; valid: "),
        (RedisSpout(1, list="a", url="redis://ann:12?pass@h"), "given: 'redis://***@h'; valid: "),
        (RedisSpout(1, list="a", url="ann:pass@h"), "given: '***@h'; valid: "),
        (RedisSpout(1, list="a", url="redis://h?db=3"), "given: '?db=3'; valid: redis://host:6379/3"),
        (RedisSpout(1, list="a", url="rediss://h/1?db=3"), "given: '?db=3'; valid: rediss://host:6379/3"),
        (RedisSpout(1, list="a", url="redis://h/1?password=mypass@&x=1"), "given: 'redis://***@&x=1'"),
        (RedisSpout(1, list="a", url="redis://h/1?password=mypass&x=1"), "given: '?password=***&x=1'"),
        (
            RedisSpout(1, list="a", url="redis://:mypass@my_host"),
            "takes no such host, but letters, digits and -; given: 'my_host'",
        ),
        (RedisSpout(1, list="a", url="redis://h/1#2"), "given: '#2'"),
        (RedisSpout(1, list="a", url="redis://h/db"), "no URL of a Redis server"),
        (RedisSpout(1, list="a", encoding="utf-nine"), "there is no such encoding; given: 'utf-nine'"),
        (RedisSpout(1, list="a", encoding="a\0b"), "there is no such encoding; given: 'a\\x00b'"),
        (RedisSpout(1, list="a", encoding="utf-8-sig"), "Java has no such encoding; given: 'utf-8-sig'; valid: utf-8"),
        (RedisSpout(1, list="a", encoding="rot13"), "Java has no such encoding; given: 'rot13'"),
        (RedisSpout(1, channels="a", end="left"), "channels have no options of a list; given: end='left'"),
        (RedisSpout(1, channels="a", group="g"), "channels have no options of a list; given: group='g'"),
        (RedisSpout(1, patterns="a", max_pending=5), "patterns have no options of a list; given: max_pending=5"),
        (RedisSpout(1, patterns="a", dead_letters="b"), "no options of a list; given: dead_letters='b'"),
        (
            RedisSpout(1, list="a", dead_letters="a"),
            "dead_letters is another list than the one that is read; given: 'a'",
        ),
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
    assert "mypass" not in told


def test_all_that_is_wrong_is_told_at_once():
    told = refused(RedisSpout(1, url="redis://[h", list="a", max_pending=0, max_failures=0))
    assert "topology T has 1 problem" in told
    assert "RedisSpout: this is no URL of a Redis server; given: 'redis://[h'" in told
    assert "RedisSpout: max_pending is more than 0; given: 0. RedisSpout: max_failures is 1 or more" in told
    assert "redis_faults.py" not in told
    told = refused(**bolt(RedisLookupBolt(1, url="redis://[h", type="hash")))
    assert "this is no URL of a Redis server" in told
    assert "a hash has a key of its own" in told
    assert "RedisLookupBolt emits on a stream Default alone" in told


def test_a_password_keeps_what_a_url_of_java_has_percent_encoded():
    settings = dict(code_of(RedisSpout(1, url="redis://ann:a b@c%2Fd@h/1", list="a"))["args"][0]["map"])
    assert settings["url"] == "redis://ann:a%20b%40c%2Fd@h:6379/1"


def is_known(name: str) -> bool:
    try:
        return bool(codecs.lookup(name))
    except LookupError:  # mbcs and oem are Windows's alone
        return False


@pytest.mark.storm
def test_java_has_the_encodings_that_are_taken(tmp_path: Path, storm_jars):
    known = {codecs.lookup(name).name for name in encodings.aliases.aliases.values() if is_known(name)} | {"koi8-u"}
    names = sorted(filter(ENCODINGS.fullmatch, known))
    assert {"utf-8", "iso8859-1", "iso8859-15", "cp858", "cp866", "cp1252", "koi8-u", "gb18030"} <= {*names}
    source = tmp_path / "Names.java"
    source.write_text(
        "class Names { public static void main(String[] names) {"
        " for (String name : names) java.nio.charset.Charset.forName(name); } }"
    )
    done = subprocess.run([find_java(STORM_NEEDS), source, *names], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


class Lines(RedisSpout):
    class Default(Stream):
        fields = "key", "value"


def bolt(made):
    lines = Lines(1, list="lines")
    made.inputs.append(ShuffleGrouping(lines))
    return {"spout": lines, "bolt": made}


def test_a_store_bolt_is_built_of_storm_redis_s_parts():
    url = "redis://:a%2Fb@example.org:6380/3"
    made = code_of(**bolt(RedisStoreBolt(1, url=url, type="hash", container="counts", key="key", value="value")))
    assert made["new"] == "umbrella.storm.redis.StoreBolt"
    pool, mapper = made["args"]
    steps = [(step["call"], *step["args"]) for step in pool["steps"]]
    assert ("setHost", "example.org") in steps
    assert ("setPort", 6380) in steps
    assert ("setDatabase", 3) in steps
    assert ("setPassword", "a/b") in steps
    assert mapper["args"][1:] == ["counts", "key", "value"]
    assert mapper["args"][0]["constant"] == "HASH"


def test_a_look_up_emits_the_fields_of_its_stream():
    class CountOf(RedisLookupBolt):
        class Default(Stream):
            fields = "value", "count"

    _, mapper = code_of(**bolt(CountOf(1)))["args"]
    assert mapper["args"][1:] == [None, "key", ["value", "count"]]


class Passes(RedisLookupBolt):
    class Default(Stream):
        fields = "word", "found"


@pytest.mark.parametrize(
    ("made", "lacking"),
    [
        (RedisStoreBolt(1, key="word"), ["word"]),
        (RedisStoreBolt(1, key="word", value="count"), ["word", "count"]),
        (Passes(1), ["word"]),
        (Passes(1, key="count"), ["count", "word"]),
    ],
)
def test_a_field_that_an_input_lacks_is_told_with_those_it_has(made, lacking: list[str]):
    told = refused(**bolt(made))
    assert [f"has no field {name!r}, which bolt reads" in told for name in lacking] == [True] * len(lacking)
    assert f"has {len(lacking)} problem" in told
    assert "T.bolt: stream 'default' of 'spout' has no field" in told
    assert "valid: key, value" in told


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
