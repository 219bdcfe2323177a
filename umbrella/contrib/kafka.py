"""A spout that reads Kafka topics: storm-kafka-client's, declared in Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Union

from umbrella.contrib.kafka_faults import DESERIALIZERS, faults, names_of, parts_of
from umbrella.dsl.components import JVMSpout
from umbrella.dsl.java_values import JavaClass, JavaEnum, JavaObject
from umbrella.dsl.streams import Stream
from umbrella.errors import DeclarationError

_SPOUT = "org.apache.storm.kafka.spout"
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
    """Return KafkaSpoutConfig's DEFAULT_RETRY_SERVICE anew: it is static, all tasks of a worker would share it."""
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
