"""A spout for each option of KafkaSpout, into one bolt that leaves on disk what comes."""

from __future__ import annotations

from topologies.recording import Record
from umbrella import FieldsGrouping, GlobalGrouping, Stream, Topology
from umbrella.contrib.kafka import KafkaSpout


class FailingOnce(Record):
    """Fails the first tuple that holds a certain value, after it is on disk."""

    failed: tuple = ()

    def execute(self, tup):
        super().execute(tup)
        if "fails once" in tup.values and tup.component not in self.failed:
            self.failed += (tup.component,)
            raise ValueError("as it was told to")


class FailingEach(Record):
    """Fails each record when it comes first, after it is on disk."""

    def open(self):
        super().open()
        self.failed = set()

    def execute(self, tup):
        super().execute(tup)
        if tup.value not in self.failed:
            self.failed.add(tup.value)
            raise ValueError("as it was told to")


class Renamed(KafkaSpout):
    class Default(Stream):
        fields = "customer", "order", "timestamp", "extra"


class Values(KafkaSpout):
    class Default(Stream):
        fields = "value"


COMMON = {"bootstrap_servers": "", "commit_seconds": 0.5, "refresh_seconds": 0.5}


class FromKafka(Topology):
    plain = KafkaSpout(1, topics="orders", group="plain", **COMMON)
    renamed = Renamed(
        1,
        topics=["orders"],
        group="renamed",
        record={"customer": "key", "order": "value", "extra": "headers"},
        **COMMON,
    )
    pattern = Values(1, topic_pattern="events-.*", group="pattern", **COMMON)
    committed = Values(1, topics="first", group="half", **COMMON)
    earliest = Values(1, topics="first", group="half-too", first_poll="earliest", **COMMON)
    latest = Values(1, topics="first", group="half-as-well", first_poll="latest", **COMMON)
    new_latest = Values(1, topics="first", group="new", first_poll="uncommitted_latest", **COMMON)
    once = Values(1, topics="failing", group="once", guarantee="at_most_once", tracked=True, **COMMON)
    maybe = Values(1, topics="failing", group="maybe", guarantee="no_guarantee", **COMMON)
    again = Values(1, topics="failing", group="again", **COMMON)
    skipping = Values(
        1,
        topics="aborted",
        group="skipping",
        guarantee="at_most_once",
        properties={"isolation.level": "read_committed", "fetch.max.bytes": 100, "max.partition.fetch.bytes": 100},
        **COMMON,
    )
    numbers = KafkaSpout(1, topics="numbers", group="n", key_format="latin-1", value_format="int64", **COMMON)
    raw = Values(1, topics="raw", group="raw", value_format="bytes", **COMMON)
    secure = Values(1, topics="first", group="secure", **COMMON)
    reading = plain, renamed, pattern, numbers, raw, secure
    beginning = committed, earliest, latest, new_latest
    guaranteed = once, maybe, again, skipping
    record = FailingOnce(1, directory="", inputs=[GlobalGrouping(one) for one in reading + beginning + guaranteed])

    class Config:
        serializer = "msgpack"


class FromAfar(Topology):
    """Spouts that meet a Kafka that is away, has not their topic, does not let them in, or commits nothing."""

    numbers = Values(1, topics="away", group="away", **COMMON)
    missing = Values(1, topics="comming", group="away", **COMMON)
    refused = Values(1, topics="away", group="away", **COMMON)
    forbidden = Values(1, topics="away", group="reserved", **COMMON)
    once = Values(1, topics="away", group="once-away", guarantee="at_most_once", tracked=True, **COMMON)
    shared = Values(1, topics="shared", group="shared", **COMMON)
    spouts = numbers, missing, refused, forbidden, once, shared
    record = Record(1, directory="", inputs=[GlobalGrouping(one) for one in spouts])

    class Config:
        max_spout_pending = 50


class FromTasks(Topology):
    """Several tasks in one JVM, all of whose records fail once."""

    numbers = Values(4, topics="tasks", group="tasks", **COMMON)
    record = FailingEach(2, directory="", inputs=[FieldsGrouping(numbers, "value")])
