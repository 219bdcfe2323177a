"""Spouts that never run dry, and bolts that take their time."""

from __future__ import annotations

import time

from umbrella import AutoAckBolt, ShuffleGrouping, Spout, Stream, Topology

TEXT = "x" * 80


class Numbers(Spout):
    """Emits as many tuples as it is asked for, or so many a second."""

    class Default(Stream):
        fields = "number", "text"

    per_second: int = 0

    def open(self):
        self.number = 0
        self.began = time.monotonic()

    def next_tuple(self):
        if self.per_second and self.number > (time.monotonic() - self.began) * self.per_second:
            return
        for _ in range(10):
            self.emit(self.number, TEXT, message_id=self.number)
            self.number += 1


class Slow(AutoAckBolt):
    """Takes a tenth of a second for each tuple."""

    def execute(self, tup):
        time.sleep(0.1)


class PassOn(AutoAckBolt):
    class Default(Stream):
        fields = "number", "text"

    def execute(self, tup):
        self.emit(tup.number, tup.text)


class Swallow(AutoAckBolt):
    def execute(self, tup):
        pass


class Flooded(Topology):
    """A spout without a limit of its own before a bolt that takes ten tuples a second."""

    numbers = Numbers()
    slow = Slow(inputs=[ShuffleGrouping(numbers)])

    class Config:
        max_spout_pending = 100
        message_timeout_secs = 60
        stats_sample_rate = 1.0


class Steady(Topology):
    """The same pace for hours."""

    numbers = Numbers(per_second=1000)
    pass_on = PassOn(inputs=[ShuffleGrouping(numbers)])
    swallow = Swallow(inputs=[ShuffleGrouping(pass_on)])

    class Config:
        message_timeout_secs = 60
        stats_sample_rate = 1.0
