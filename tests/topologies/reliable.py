"""A durable source with replays, a bolt that works in batches, and an entry that always fails."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

from umbrella import AutoAckBolt, BatchingBolt, FieldsGrouping, Item, ReliableSpout, ShuffleGrouping, Stream, Topology

COUNT = 2_000
POISON = 13


class Source(ReliableSpout):
    """The numbers up to COUNT, with the position that is done in a file."""

    class Default(Stream):
        fields = "number"

    directory: str

    def open(self):
        self.next = 0
        self.journal = Path(self.directory, "journal.jsonl").open("a", buffering=1)  # noqa: SIM115 - closed in close()

    def close(self):
        self.journal.close()

    def write(self, what, value):
        self.journal.write(json.dumps([what, value, time.time()]) + "\n")

    def fetch(self, count):
        if self.next >= COUNT:
            return None
        first, self.next = self.next, min(COUNT, self.next + count)
        return [Item(number, (number,)) for number in range(first, self.next)]

    def commit(self, position):
        self.write("commit", position)

    def fail(self, message_id):
        self.write("fail", message_id)
        super().fail(message_id)

    def dead_letter(self, item, failures):
        self.write("dead", [item.position, failures])


class Check(AutoAckBolt):
    class Default(Stream):
        fields = "number"

    def execute(self, tup):
        if tup.number == POISON:
            raise ValueError("this one always fails")
        self.emit(tup.number)


class Store(BatchingBolt):
    """Writes batches; the first batch of a task fails whole."""

    directory: str
    failed_once = False

    def execute_batch(self, batch):
        numbers = [tup.number for tup in batch]
        if not self.failed_once:
            self.failed_once = True
            raise RuntimeError(f"a batch of {len(batch)} fails")
        with Path(self.directory, f"batches-{os.getpid()}.jsonl").open("a") as file:
            file.write(json.dumps(numbers) + "\n")


class Reliable(Topology):
    source = Source(1, directory="", max_failures=4, retry_seconds=0.2)
    check = Check(2, inputs=[ShuffleGrouping(source)])
    store = Store(2, directory="", batch_size=64, inputs=[FieldsGrouping(check, "number")])
