"""What a declaration of the spout comes to, and what is refused; no broker is asked."""

from __future__ import annotations

import pytest

from umbrella import AutoAckBolt, GlobalGrouping, Stream, Topology
from umbrella.compile.java_json import code_json
from umbrella.contrib.kafka import KafkaSpout
from umbrella.dsl import spec_of
from umbrella.dsl.artifacts import artifacts_of
from umbrella.errors import DeclarationError, OptionError, TopologyError

NEEDED = {"bootstrap_servers": "localhost:9092", "group": "g"}


class Sink(AutoAckBolt):
    def execute(self, tup): ...


class Renamed(KafkaSpout):
    class Default(Stream):
        fields = "customer", "order"


class OfTwoStreams(KafkaSpout):
    class Other(Stream):
        fields = "value"


class Older(KafkaSpout):
    artifacts = ("org.apache.storm:storm-kafka-client:2.6.4", "org.apache.kafka:kafka-clients:3.9.1")


def topology(*spouts):
    named = {f"spout{number}": spout for number, spout in enumerate(spouts, 1)}
    sink = Sink(1, inputs=[GlobalGrouping(spout) for spout in spouts])
    return type(Topology)("Reading", (Topology,), {**named, "sink": sink})


def calls(spout):
    """Return what is called on the builder of the spout's configuration, by name."""
    (config,) = code_json(spec_of(topology(spout)).component("spout1").code)["args"]
    return {step["call"]: step["args"] for step in config["steps"]}


def test_what_is_not_said_is_as_storm_kafka_client_has_it_but_for_topics_that_would_be_created():
    made = calls(KafkaSpout(1, topics="orders", **NEEDED))
    assert made["setFirstPollOffsetStrategy"][0]["constant"] == "UNCOMMITTED_EARLIEST"
    assert made["setProcessingGuarantee"][0]["constant"] == "AT_LEAST_ONCE"
    (properties,) = made["setProp"]
    assert ["allow.auto.create.topics", False] in properties["map"]


def test_properties_of_the_consumer_take_the_place_of_ours():
    (properties,) = calls(KafkaSpout(1, topics="a", properties={"request.timeout.ms": 40_000}, **NEEDED))["setProp"]
    named = dict(properties["map"])
    assert named["request.timeout.ms"] == 40_000
    assert "default.api.timeout.ms" not in named  # KafkaAdminClient refuses one that is less


@pytest.mark.parametrize(
    ("component", "options", "text"),
    [
        (KafkaSpout, {}, "KafkaSpout reads either topics by name or those that match a pattern; given: topics=()"),
        (KafkaSpout, {"topics": "a", "topic_pattern": "b"}, "topics='a', topic_pattern='b'"),
        (KafkaSpout, {"topics": "a", "group": ""}, "KafkaSpout: group is empty"),
        (KafkaSpout, {"topics": "a", "value_format": "txt"}, "value_format is no known format; given: 'txt'; valid:"),
        (
            KafkaSpout,
            {"topics": "a", "commit_seconds": 0},
            "commit_seconds is a number from 0.001 to 31536000; given: 0",
        ),
        (KafkaSpout, {"topics": "a", "refresh_seconds": 1e-5}, "refresh_seconds is a number from 0.001 to"),
        (KafkaSpout, {"topics": "a", "commit_seconds": 1e300}, "31536000; given: 1e+300"),
        (KafkaSpout, {"topics": "a", "max_uncommitted": 2**31}, "max_uncommitted is a number from 1 to 2147483647"),
        (KafkaSpout, {"topics": "a,b"}, 'given: \'a,b\'. Give several as a list: topics=["a", "b"].'),
        (KafkaSpout, {"topics": "my topic"}, "a topic's name is 1 to 249 of the characters A-Z a-z 0-9 . _ -"),
        (KafkaSpout, {"topics": ["a", ""]}, "and not . or ..; given: ''"),
        (KafkaSpout, {"topics": ".."}, "and not . or ..; given: '..'"),
        (KafkaSpout, {"topics": ["a" * 250]}, "a topic's name is 1 to 249"),
        (KafkaSpout, {"topics": ""}, "KafkaSpout reads either topics by name or those that match a pattern"),
        (KafkaSpout, {"topic_pattern": "("}, "topic_pattern is no regular expression: missing ), unterminated"),
        (KafkaSpout, {"topic_pattern": "a)"}, "topic_pattern is no regular expression: unbalanced parenthesis"),
        (KafkaSpout, {"topic_pattern": "[a"}, "topic_pattern is no regular expression: unterminated character set"),
        (KafkaSpout, {"topics": "a", "bootstrap_servers": ""}, "bootstrap_servers names brokers as host:port"),
        (KafkaSpout, {"topics": "a", "bootstrap_servers": "a:1,host"}, "Write the port after the host: host:9092."),
        (KafkaSpout, {"topics": "a", "bootstrap_servers": "a:1:2"}, "'a:1:2' is not of that form."),
        (KafkaSpout, {"topics": "a", "bootstrap_servers": "a:65536"}, "'a:65536' is not of that form."),
        (
            KafkaSpout,
            {"topics": "a", "properties": {"enable.auto.commit": True}},
            "the property 'enable.auto.commit' is given by an option; valid: guarantee",
        ),
        (KafkaSpout, {"topics": "a", "record": {"val": "value"}}, "record names a field that the stream has not"),
        (Renamed, {"topics": "a"}, "the field 'customer' is no part of a record"),
        (Renamed, {"topics": "a"}, "Say which part it is: record={'customer': 'value'}."),
        (
            Renamed,
            {"topics": "a", "record": {"customer": "key", "order": "valu"}},
            "given: 'valu'; valid: topic, partition, offset, timestamp, key, value, headers. Did you mean 'value'?",
        ),
        (OfTwoStreams, {"topics": "a"}, "OfTwoStreams emits on its stream Default alone; given: Default, Other"),
    ],
)
def test_options_that_do_not_go_together_are_problems_of_the_topology(component, options, text):
    with pytest.raises(TopologyError) as caught:
        spec_of(topology(component(1, **{**NEEDED, **options})))
    assert text in str(caught.value)


@pytest.mark.parametrize(
    "options",
    [
        {"topics": ["a.b_C-9", "..."]},
        {"topics": ["a" * 249]},
        {"topic_pattern": r"(?<name>\p{L}+)\Q(\E"},  # as Java has it, and Python has not
        {"topic_pattern": "[[a](]b"},
        {"topics": "a", "bootstrap_servers": "PLAINTEXT://kafka-1.example.com:9092, [::1]:9093,10.0.0.1:1,"},
        {"topics": "a", "commit_seconds": 0.001, "refresh_seconds": 86_400, "max_uncommitted": 2**31 - 1},
    ],
)
def test_what_kafka_takes_is_taken(options):
    assert spec_of(topology(KafkaSpout(1, **{**NEEDED, **options})))


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"topics": "a", "first_poll": "first"}, "option 'first_poll'"),
        ({"topics": "a", "guarantee": "exactly_once"}, "option 'guarantee'"),
        ({"topics": "a", "topic": "b"}, "has no option 'topic'"),
        ({"topics": 7}, "option 'topics'"),
    ],
)
def test_wrong_options_are_refused_in_the_line_that_gives_them(options, text):
    with pytest.raises(OptionError, match=text):
        KafkaSpout(1, **NEEDED, **options)


def test_a_topology_brings_the_artifacts_of_its_components_each_once():
    two = KafkaSpout(1, topics="a", **NEEDED), KafkaSpout(1, topics="b", **NEEDED)
    assert artifacts_of(topology(*two)) == KafkaSpout.artifacts
    own = "org.apache.kafka:kafka-clients:3.9.1"
    assert artifacts_of(topology(*two), [own, "a:b:1"]) == (own, "a:b:1", KafkaSpout.artifacts[0])


def test_artifacts_that_differ_between_components_are_refused_unless_one_is_given():
    two = topology(KafkaSpout(1, topics="a", **NEEDED), Older(1, topics="b", **NEEDED))
    with pytest.raises(DeclarationError, match="different versions of org.apache.storm:storm-kafka-client; given: "):
        artifacts_of(two)
    assert artifacts_of(two, Older.artifacts) == Older.artifacts
