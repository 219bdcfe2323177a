"""What a test does with Kafka beside the spout: topics, records, and the offsets that a group has committed."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, Producer, TopicPartition
from confluent_kafka.admin import (
    AclBinding,
    AclOperation,
    AclPermissionType,
    AdminClient,
    NewTopic,
    ResourcePatternType,
    ResourceType,
)

_SECONDS = 60.0


class Client:
    """Talks to a broker.

    Args:
        address: the broker's, host:port.
    """

    def __init__(self, address: str) -> None:
        # What is said of a broker that a test has killed is no news.
        self._common = {"bootstrap.servers": address, "log_level": 0}
        self._admin = AdminClient(self._common)
        self._producer = Producer({**self._common, "enable.idempotence": True, "linger.ms": 20})

    def create(self, topic: str, partitions: int = 1) -> None:
        """Create a topic and wait until it is there."""
        for done in self._admin.create_topics([NewTopic(topic, partitions, 1)]).values():
            done.result(_SECONDS)

    def reserve(self, group: str, user: str) -> None:
        """Let a user be in a consumer group; with the first one, others no longer may."""
        who, may = (f"User:{user}", "*"), (AclOperation.READ, AclPermissionType.ALLOW)
        rule = AclBinding(ResourceType.GROUP, group, ResourcePatternType.LITERAL, *who, *may)
        for done in self._admin.create_acls([rule]).values():
            done.result(_SECONDS)

    def send(self, topic: str, *values: Any, **rest: Any) -> None:
        """Store records and wait until they are.

        Args:
            topic: where.
            values: of the records: text, bytes or None.
            rest: what else confluent_kafka's ``produce`` takes: key, partition, timestamp, headers.
        """
        for value in values:
            self._producer.produce(topic, value, **rest)
        assert self._producer.flush(_SECONDS) == 0, "Kafka did not take all records"

    def send_numbers(self, topic: str, numbers: Sequence[int], partitions: int) -> None:
        """Store numbers, evenly over the partitions."""
        for number in numbers:
            self._producer.produce(topic, str(number), partition=number % partitions)
            self._producer.poll(0)
        assert self._producer.flush(_SECONDS) == 0, "Kafka did not take all records"

    def abort(self, topic: str, *values: Any) -> None:
        """Store records, each for itself, in a transaction that is then aborted."""
        producer = Producer({**self._common, "transactional.id": "aborting"})
        producer.init_transactions(_SECONDS)
        producer.begin_transaction()
        for value in values:
            producer.produce(topic, value)
            assert producer.flush(_SECONDS) == 0, "Kafka did not take all records"
        producer.abort_transaction(_SECONDS)

    def committed(self, group: str, topic: str) -> Mapping[int, int]:
        """Return the offsets that a group has committed, by partition."""
        request = [ConsumerGroupTopicPartitions(group)]
        found = self._admin.list_consumer_group_offsets(request)[group].result(_SECONDS)
        return {one.partition: one.offset for one in found.topic_partitions if one.topic == topic and one.offset >= 0}

    def commit(self, group: str, topic: str, offset: int, partition: int = 0) -> None:
        """Commit an offset as another consumer of the group would have."""
        consumer = Consumer({**self._common, "group.id": group})
        try:
            consumer.commit(offsets=[TopicPartition(topic, partition, offset)], asynchronous=False)
        finally:
            consumer.close()

    @contextmanager
    def member(self, group: str, topic: str) -> Iterator[None]:
        """Have a consumer that subscribes to a topic in a group, as long as the block runs."""
        consumer = Consumer({**self._common, "group.id": group})
        deadline = time.monotonic() + _SECONDS
        try:
            consumer.subscribe([topic])
            while not consumer.assignment():
                assert time.monotonic() < deadline, "Kafka did not take the consumer into the group"
                consumer.poll(0.1)
            yield
        finally:
            consumer.close()
