"""A spout that reads Kafka topics: the spout of storm-kafka-client, declared in Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Union

from umbrella.contrib.kafka_faults import DESERIALIZERS, faults, names_of, parts_of
from umbrella.dsl.components import JVMSpout
from umbrella.dsl.java_values import JavaClass, JavaEnum, JavaObject
from umbrella.dsl.streams import Stream
from umbrella.errors import DeclarationError

_SPOUT = "org.apache.storm.kafka.spout"
# With Kafka's own timeouts an unreachable broker is reported only after a minute. KafkaAdminClient requires the second
# to be at most the first.
_LIMITS = {"default.api.timeout.ms": 15_000, "request.timeout.ms": 15_000}


class KafkaSpout(JVMSpout):
    """Reads Kafka topics, each record at least once: storm-kafka-client's KafkaSpout; survives restarts of the brokers.

    The fields of a tuple are those of the stream ``Default``. Each holds the part of a record with the same name:
    topic, partition, offset, timestamp (milliseconds), key, value or headers (a list of [name, text]).

    Args:
        bootstrap_servers: host:port of one or more brokers, separated by commas.
        group: the consumer group that offsets are committed for.
        topics: the topic names.
        topic_pattern: instead of topics, a (Java) regular expression that must match whole topic names, also of topics
            created later.
        record: maps a field to the part of a record, for fields with other names.
        key_format: "text" (UTF-8), "latin-1" (one character per byte), "bytes" (needs ``Config.serializer =
            "msgpack"``), "int32", "int64", "double", or the class of a Deserializer.
        value_format: the same for values.
        first_poll: where to start: at the committed offset, or if there is none at the earliest or latest record; or
            always at the earliest or latest when the topology is new (FirstPollOffsetStrategy).
        guarantee: when a record's offset is committed: after its tuple is acked, before it is emitted, or some time
            after it was polled (KafkaSpoutConfig.ProcessingGuarantee).
        tracked: track tuples also with the last two guarantees, so that ``Config.max_spout_pending`` counts them.
        commit_seconds: the interval between commits of offsets.
        refresh_seconds: the interval between look-ups of new topics and partitions.
        max_uncommitted: the largest number of emitted, uncommitted records per partition.
        properties: more settings of Kafka's consumer by their Kafka names, for example for TLS and SASL.

    Attributes:
        artifacts: the Maven artifacts that go into the topology's jar; override for another version of Storm.
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
            """Return the spout, built as storm-kafka-client does.

            Raises:
                DeclarationError: the options conflict.
            """
            return JavaObject("umbrella.storm.kafka.LastingKafkaSpout", _config(self))


def _config(spout: Any) -> JavaObject:
    fault = next(faults(spout), "")
    if fault:
        raise DeclarationError(fault)
    parts, topics = parts_of(spout), _topics(spout)
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
    """Return a new DEFAULT_RETRY_SERVICE of KafkaSpoutConfig: it is static, so a worker's tasks would share it."""
    retries = f"{_SPOUT}.KafkaSpoutRetryExponentialBackoff"
    first, period, longest = (JavaClass(f"{retries}.TimeInterval").call("milliSeconds", ms) for ms in (0, 2, 10_000))
    return JavaObject(retries, first, period, 2**31 - 1, longest)


def _topics(spout: Any) -> JavaObject:
    topics = JavaClass("umbrella.storm.kafka.Topics")
    if spout.topic_pattern:
        return topics.call("matching", spout.topic_pattern)
    return topics.call("named", names_of(spout))


def _guarantee(name: str) -> JavaEnum:
    return JavaEnum(f"{_SPOUT}.KafkaSpoutConfig$ProcessingGuarantee", name.upper())


def _properties(spout: Any) -> dict[str, Any]:
    limits = {} if _LIMITS.keys() & spout.properties.keys() else _LIMITS
    made: dict[str, Any] = {"allow.auto.create.topics": False, **limits}
    for side, form in (("key", spout.key_format), ("value", spout.value_format)):
        known = DESERIALIZERS.get(form)
        made[f"{side}.deserializer"] = f"org.apache.kafka.common.serialization.{known}" if known else form
        if form == "latin-1":
            made[f"{side}.deserializer.encoding"] = "ISO-8859-1"
    return {**made, **spout.properties}
