"""The same topology with events out of a Kafka topic: the value of each record is one event."""

from __future__ import annotations

import os

from examples.analytics.topology import Analytics
from umbrella import Stream
from umbrella.contrib.kafka import KafkaSpout

SERVERS = os.environ.get("ANALYTICS_KAFKA", "localhost:9092")
TOPIC = os.environ.get("ANALYTICS_TOPIC", "events")


class EventRecords(KafkaSpout):
    class Default(Stream):
        fields = ("line",)


class AnalyticsFromKafka(Analytics):
    lines = EventRecords(
        1, bootstrap_servers=SERVERS, topics=TOPIC, group="analytics", first_poll="earliest", record={"line": "value"}
    )
