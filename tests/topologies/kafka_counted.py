"""Numbers out of Kafka, over two workers, to files of those that store them; where all is, the environment says."""

from __future__ import annotations

import os
import time
from pathlib import Path

from umbrella import AutoAckBolt, FieldsGrouping, Stream, Topology
from umbrella.contrib.kafka import KafkaSpout

TOPIC, GROUP, PARTITIONS = "counted", "counted", 4


class Numbers(KafkaSpout):
    class Default(Stream):
        fields = "number", "partition", "offset"


class Store(AutoAckBolt):
    """Appends partition and offset of each number to a file of its own process, not too fast."""

    folder: str

    def open(self):
        path = Path(self.folder, f"stored-{self.context.task_id}-{os.getpid()}")
        self.file = path.open("ab", buffering=0)

    def close(self):
        self.file.close()

    def execute(self, tup):
        assert int(tup.number) == tup.offset * PARTITIONS + tup.partition
        self.file.write(b"%d %d\n" % (tup.partition, tup.offset))
        time.sleep(0.002)


class KafkaCounted(Topology):
    numbers = Numbers(
        2,
        bootstrap_servers=os.environ.get("KAFKA_BROKER", "localhost:9092"),
        topics=TOPIC,
        group=GROUP,
        record={"number": "value"},
        commit_seconds=0.5,
    )
    store = Store(2, folder=os.environ.get("KAFKA_FOLDER", ""), inputs=[FieldsGrouping(numbers, "number")])

    class Config:
        workers = 2
        message_timeout_secs = 10
        max_spout_pending = 100
