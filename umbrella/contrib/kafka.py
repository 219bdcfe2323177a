"""A spout that reads Kafka topics: storm-kafka-client's, declared in Python."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Union

from umbrella.dsl.components import JVMSpout
from umbrella.dsl.java_values import JavaClass, JavaEnum, JavaObject
from umbrella.dsl.streams import Stream, stream_spec, streams_of
from umbrella.errors import DeclarationError, explain

PARTS = ("topic", "partition", "offset", "timestamp", "key", "value", "headers")

_SPOUT = "org.apache.storm.kafka.spout"
_DESERIALIZERS = {
    "text": "StringDeserializer",
    "latin-1": "StringDeserializer",
    "bytes": "ByteArrayDeserializer",
    "int32": "IntegerDeserializer",
    "int64": "LongDeserializer",
    "double": "DoubleDeserializer",
}
# Consumer properties that options of the spout stand for, or that KafkaSpoutConfig refuses.
_TAKEN = {
    "bootstrap.servers": "bootstrap_servers",
    "group.id": "group",
    "key.deserializer": "key_format",
    "value.deserializer": "value_format",
    "enable.auto.commit": "guarantee",
}
# Kafka's own limits would show a broker that is away only after a minute. KafkaAdminClient wants the second to be no
# more than the first.
_LIMITS = {"default.api.timeout.ms": 15_000, "request.timeout.ms": 15_000}


class KafkaSpout(JVMSpout):
    """Reads topics of Kafka, each record at least once: storm-kafka-client's KafkaSpout, which outlives the brokers.

    The fields of a tuple are those of the stream ``Default``, each the part of a record that bears its name: topic,
    partition, offset, timestamp (milliseconds), key, value or headers (a list of [name, text]).

    Args:
        bootstrap_servers: host:port of brokers, several with commas between.
        group: the consumer group that offsets are committed for.
        topics: the topics' names.
        topic_pattern: instead of them, a regular expression (of Java) that whole names match, later ones too.
        record: the part of a record by field, for fields of other names.
        key_format: "text" (UTF-8), "latin-1" (a character for each byte), "bytes" (needs ``Config.serializer =
            "msgpack"``), "int32", "int64", "double", or the class of a Deserializer.
        value_format: likewise.
        first_poll: where to begin: at what the group has committed, else at the earliest or the latest record; or
            there in any case when the topology is new (FirstPollOffsetStrategy).
        guarantee: when a record's offset is committed: once its tuple is acked, before it is emitted, or some time
            after it was polled (KafkaSpoutConfig.ProcessingGuarantee).
        tracked: whether tuples are tracked (``Config.max_spout_pending`` counts them) with the last two as well.
        commit_seconds: how often offsets are committed.
        refresh_seconds: how often new topics and partitions are looked for.
        max_uncommitted: how many records of a partition may be emitted and not committed.
        properties: more settings of Kafka's consumer by their own names, as for TLS and SASL.

    Attributes:
        artifacts: what of Maven goes into the topology's jar; another storm-kafka-client for another Storm.
    """

    class Default(Stream):
        fields = "topic", "partition", "offset", "key", "value"

    artifacts: ClassVar[Sequence[str]] = (
        "org.apache.storm:storm-kafka-client:2.8.3",
        "org.apache.kafka:kafka-clients:4.1.1",
    )

    bootstrap_servers: str
    group: str
    topics: Union[str, Sequence[str]] = ()
    topic_pattern: str = ""
    record: Mapping[str, str] = {}
    key_format: str = "text"
    value_format: str = "text"
    first_poll: Literal["uncommitted_earliest", "uncommitted_latest", "earliest", "latest"] = "uncommitted_earliest"
    guarantee: Literal["at_least_once", "at_most_once", "no_guarantee"] = "at_least_once"
    tracked: bool = False
    commit_seconds: float = 5.0
    refresh_seconds: float = 2.0
    max_uncommitted: int = 10_000_000
    properties: Mapping[str, Union[str, int, float, bool]] = {}

    if not TYPE_CHECKING:

        def jvm_object(self) -> JavaObject:
            """Return the spout, built as storm-kafka-client's is.

            Raises:
                DeclarationError: options do not go together.
            """
            return JavaObject("umbrella.storm.kafka.LastingKafkaSpout", _config(self))


def _config(spout: Any) -> JavaObject:
    fault = next(_faults(spout), "")
    if fault:
        raise DeclarationError(fault)
    parts, topics = _parts(spout), _topics(spout)
    partitioner = JavaObject(f"{_SPOUT}.subscription.RoundRobinManualPartitioner")
    builder = JavaObject(f"{_SPOUT}.KafkaSpoutConfig$Builder", spout.bootstrap_servers, topics, partitioner)
    if spout.first_poll.endswith("latest"):
        first = JavaObject("umbrella.storm.kafka.FirstPositions", topics, _guarantee(spout.guarantee))
        builder = builder.call("setTupleListener", first)
    return (
        builder.call("setGroupId", spout.group)
        .call("setFirstPollOffsetStrategy", JavaEnum(f"{_SPOUT}.FirstPollOffsetStrategy", spout.first_poll.upper()))
        .call("setProcessingGuarantee", _guarantee(spout.guarantee))
        .call("setTupleTrackingEnforced", spout.tracked)
        .call("setOffsetCommitPeriodMs", round(spout.commit_seconds * 1000))
        .call("setPartitionRefreshPeriodMs", round(spout.refresh_seconds * 1000))
        .call("setMaxUncommittedOffsets", spout.max_uncommitted)
        .call("setRetry", _retries())
        .call("setRecordTranslator", JavaObject("umbrella.storm.kafka.RecordFields", list(parts), list(parts.values())))
        .call("setProp", _properties(spout))
        .call("build")
    )


def _retries() -> JavaObject:
    """Return KafkaSpoutConfig's DEFAULT_RETRY_SERVICE anew: it is static, all tasks of a worker would share it."""
    retries = f"{_SPOUT}.KafkaSpoutRetryExponentialBackoff"
    first, period, longest = (JavaClass(f"{retries}.TimeInterval").call("milliSeconds", ms) for ms in (0, 2, 10_000))
    return JavaObject(retries, first, period, 2**31 - 1, longest)


def _topics(spout: Any) -> JavaObject:
    topics = JavaClass("umbrella.storm.kafka.Topics")
    if spout.topic_pattern:
        return topics.call("matching", spout.topic_pattern)
    return topics.call("named", _names(spout))


def _names(spout: Any) -> list[str]:
    return [spout.topics] if isinstance(spout.topics, str) else list(spout.topics)


def _guarantee(name: str) -> JavaEnum:
    return JavaEnum(f"{_SPOUT}.KafkaSpoutConfig$ProcessingGuarantee", name.upper())


def _parts(spout: Any) -> dict[str, str]:
    """Return the part of a record by field, in the order of the fields."""
    fields = stream_spec(streams_of(type(spout))["Default"]).fields
    return {field: spout.record.get(field, field) for field in fields}


def _properties(spout: Any) -> dict[str, Any]:
    limits = {} if _LIMITS.keys() & spout.properties.keys() else _LIMITS
    made: dict[str, Any] = {"allow.auto.create.topics": False, **limits}
    for side, form in (("key", spout.key_format), ("value", spout.value_format)):
        known = _DESERIALIZERS.get(form)
        made[f"{side}.deserializer"] = f"org.apache.kafka.common.serialization.{known}" if known else form
        if form == "latin-1":
            made[f"{side}.deserializer.encoding"] = "ISO-8859-1"
    return {**made, **spout.properties}


def _faults(spout: Any) -> Iterator[str]:
    name = type(spout).__name__
    for option in ("bootstrap_servers", "group"):
        if not getattr(spout, option):
            yield explain(f"{name}: {option} is empty", valid=["localhost:9092" if option != "group" else "traffic"])
    if bool(_names(spout)) == bool(spout.topic_pattern):
        given = f"topics={spout.topics!r}, topic_pattern={spout.topic_pattern!r}"
        what = f"{name} reads either topics by name or those that match a pattern"
        yield explain(what, given=given, valid=['topics=["orders"]', 'topic_pattern="orders-.*"'])
    for option in ("key_format", "value_format"):
        form = getattr(spout, option)
        if form not in _DESERIALIZERS and "." not in form:
            valid = [*_DESERIALIZERS, "the full name of a Deserializer"]
            yield explain(f"{name}: {option} is no known format", given=repr(form), valid=valid, wrong=form)
    for option in ("commit_seconds", "refresh_seconds", "max_uncommitted"):
        if getattr(spout, option) <= 0:
            yield explain(f"{name}: {option} is more than 0", given=repr(getattr(spout, option)))
    for key in spout.properties.keys() & _TAKEN.keys():
        yield explain(f"{name}: the property {key!r} is given by an option", valid=[_TAKEN[key]])
    yield from _field_faults(spout)


def _field_faults(spout: Any) -> Iterator[str]:
    name, streams = type(spout).__name__, streams_of(type(spout))
    if list(streams) != ["Default"]:
        yield explain(f"{name} emits on its stream Default alone", given=", ".join(streams) or "no stream")
        return
    parts = _parts(spout)
    for field, part in parts.items():
        if part not in PARTS:
            hint = f"Say which part it is: record={{{field!r}: 'value'}}." if field == part else ""
            what = f"{name}: the field {field!r} is no part of a record"
            yield explain(what, given=repr(part), valid=PARTS, wrong=part, hint=hint)
    for field in spout.record.keys() - parts.keys():
        yield explain(f"{name}: record names a field that the stream has not", given=repr(field), valid=list(parts))
