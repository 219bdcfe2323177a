"""Components that worker processes of these tests run."""

from __future__ import annotations

import threading
import time

from umbrella import AutoAckBolt, BatchingBolt, Counter, Gauge, Histogram, Item, ReliableSpout, Spout, Stream, Timer


class One(Stream):
    """The default stream with one field."""

    stream_name = "default"
    fields = "value"


class Echo(AutoAckBolt):
    Default = One

    def execute(self, tup):
        self.emit(tup.value)


class Doubled(AutoAckBolt):
    """Emits twice, the second time to a stream of its own; raises where it is told to."""

    Default = One

    class Other(Stream):
        fields = "value"

    def execute(self, tup):
        self.emit(tup.value)
        if tup.value == "raise":
            raise ValueError("as told")
        self.emit(tup.value, stream=self.Other)


class EmitsAndStays(AutoAckBolt):
    """Emits, and stays in its call until a file is there."""

    Default = One
    path: str

    def execute(self, tup):
        self.emit(tup.value)
        while not self.path_is_there():
            time.sleep(0.01)

    def path_is_there(self):
        import os

        return os.path.exists(self.path)


class Changes(AutoAckBolt):
    """Changes what it has emitted."""

    Default = One

    def execute(self, tup):
        row = [tup.value]
        self.emit(row)
        row.append("changed")


class Threads(AutoAckBolt):
    """Emits from its own thread while others emit too; the tuple is acked when all are done."""

    Default = One

    def execute(self, tup):
        def send(number):
            for count in range(50):
                self.emit(number * 1000 + count, anchors=tup)

        threads = [threading.Thread(target=send, args=(number,)) for number in range(1, 5)]
        for thread in threads:
            thread.start()
        send(0)
        for thread in threads:
            thread.join()


class AsksTaskIds(AutoAckBolt):
    Default = One

    def execute(self, tup):
        self.emit(self.emit(tup.value, need_task_ids=True))


class Gathers(BatchingBolt):
    """Sends on a batch in one go."""

    Default = One
    batch_size = 3

    def execute_batch(self, inputs):
        self.emit_many([(tup.value,) for tup in inputs])


class Numbers(Spout):
    """Emits numbers up to a limit, then is idle; says what it is told."""

    Default = One

    class Told(Stream):
        fields = "what", "id"

    limit: int = 1_000_000
    together: int = 1

    def open(self):
        self.number = 0

    def next_tuple(self):
        rows = range(self.number, min(self.number + self.together, self.limit))
        self.number += len(rows)
        if self.together > 1:
            self.emit_many([(number,) for number in rows], message_ids=rows)
        else:
            for number in rows:
                self.emit(number, message_id=number)

    def ack(self, message_id):
        self.emit("ack", message_id, stream=self.Told)

    def fail(self, message_id):
        self.emit("fail", message_id, stream=self.Told)

    def activate(self):
        self.emit("activate", None, stream=self.Told)

    def deactivate(self):
        self.emit("deactivate", None, stream=self.Told)


class Durable(ReliableSpout):
    """Entries 11 to 13 of a source, with 10 as the committed position; tells its commits."""

    class Default(Stream):
        fields = "entry"

    class Committed(Stream):
        fields = "position"

    class Dead(Stream):
        fields = "position", "failures"

    retry_seconds = 0.05

    def open(self):
        self.entries = iter(range(11, 14))

    def dead_letter(self, item, failures):
        self.emit(item.position, failures, stream=self.Dead)

    def fetch(self, count):
        return [Item(entry, (f"entry {entry}",)) for entry, _ in zip(self.entries, range(count))]

    def commit(self, position):
        self.emit(position, stream=self.Committed)


class Finite(Spout):
    """Emits its numbers, each once more when it fails, and says at each end that there is nothing more."""

    Default = One

    class Exhausted(Stream):
        stream_name = "umbrella_exhausted"  # as ``umbrella run`` declares it
        fields = "task"

    limit: int = 2

    def open(self):
        self.due = list(range(self.limit))

    def next_tuple(self):
        if self.due:
            number = self.due.pop(0)
            self.emit(number, message_id=number)
        if not self.due:
            self.finish()

    def fail(self, message_id):
        self.due.append(message_id)


class Ticked(AutoAckBolt):
    """Emits at each tick, and raises at every other."""

    Default = One
    tick_seconds = 1
    ticks = 0

    def execute(self, tup):
        """Only ticks count here."""

    def tick(self):
        self.ticks += 1
        self.emit(self.ticks, anchors=())
        if self.ticks % 2:
            raise ValueError("as told")


class RaisesAsTold(AutoAckBolt):
    Default = One

    def execute(self, tup):
        if tup.value == "raise":
            raise ValueError("as told")
        self.emit(tup.value)


class RaisesWhenAsked(Spout):
    """Raises in ``next_tuple``, and not in ``ack``."""

    Default = One

    def next_tuple(self):
        raise ValueError("as told")

    def ack(self, message_id):
        """Goes well."""


class Measured(AutoAckBolt):
    hits = Counter()
    depth = Gauge("queue.depth")
    size = Histogram()
    took = Timer()

    def execute(self, tup):
        with self.took.time():
            self.hits.inc()
            self.hits.inc(2)
            self.depth.set(tup.value)
            for value in range(tup.value):
                self.size.update(value)
