"""A small topology that runs until it is killed, and whose bolt fails some tuples."""

from __future__ import annotations

import time

from umbrella import AutoAckBolt, ShuffleGrouping, Spout, Stream, Topology

EVERY = 10  # so often a tuple fails


class Ticking(Spout):
    class Default(Stream):
        fields = "number"

    def open(self):
        self.number = 0

    def activate(self):
        self.log.info("ticking on")

    def next_tuple(self):
        time.sleep(0.02)
        self.number += 1
        self.emit(self.number, message_id=self.number)


class Picky(AutoAckBolt):
    def execute(self, tup):
        self.log.debug("a close look at %d", tup.number)
        if tup.number % 100 == 1:
            self.log.info("looked at %d", tup.number)
        if tup.number % EVERY == 0:
            raise ValueError(f"{tup.number} is too round")

    def close(self):
        self.log.info("looked at the last one")
        print("closing the eyes")
        raise OSError("cannot write what was seen")


class Operated(Topology):
    numbers = Ticking(1)
    picky = Picky(1, tasks=2, inputs=[ShuffleGrouping(numbers)])

    class Config:
        workers = 1
        stats_sample_rate = 1.0
        message_timeout_secs = 10
        extra = {"worker.log.level.reset.poll.secs": 1}
