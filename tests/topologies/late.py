"""A spout whose tuples are not acked in time, beside one that a bolt fails."""

from __future__ import annotations

import time
from typing import ClassVar

from umbrella import AutoAckBolt, Bolt, ShuffleGrouping, Spout, Stream, Topology


class Few(Spout):
    """Emits so many numbers once."""

    count: int

    class Default(Stream):
        fields = "number"

    def open(self):
        self.left = self.count

    def next_tuple(self):
        if not self.left:
            self.finish()
            return
        self.left -= 1
        self.emit(self.left, message_id=self.left)


class Forget(Bolt):
    """Acks even numbers, and never settles the others."""

    def execute(self, tup):
        if tup.number % 2 == 0:
            self.ack(tup)


class Refuse(AutoAckBolt):
    def execute(self, tup):
        raise ValueError(f"not {tup.number}")


class Late(Topology):
    forgotten = Few(1, count=10)
    refused = Few(1, count=3)
    forget = Forget(1, inputs=[ShuffleGrouping(forgotten)])
    refuse = Refuse(1, inputs=[ShuffleGrouping(refused)])

    class Config:
        message_timeout_secs = 2
        extra: ClassVar = {"umbrella.execute.timeout.secs": 2}  # how long a run waits for what is unsettled


class Pour(AutoAckBolt):
    class Default(Stream):
        fields = "text"

    def execute(self, tup):
        for _ in range(2000):
            self.emit("x" * 10_000)


class Wait(AutoAckBolt):
    def execute(self, tup):
        time.sleep(1)


class Poured(Topology):
    """Fills the memory of a small JVM: Storm's own bolts hold whatever a Python process emits."""

    few = Few(1, count=100)
    pour = Pour(1, inputs=[ShuffleGrouping(few)])
    wait = Wait(1, inputs=[ShuffleGrouping(pour)])

    class Config:
        shell = "stock"
