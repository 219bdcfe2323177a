"""Bolts that send to each other, and a bolt that emits far more than it is given: more than Storm's queues hold."""

from __future__ import annotations

import time
from typing import ClassVar

from umbrella import AutoAckBolt, LocalOrShuffleGrouping, ShuffleGrouping, Spout, Stream, Topology


class Seeds(Spout):
    """Emits so many seeds, each once."""

    count: int
    depth: int = 5

    class Default(Stream):
        fields = "depth"

    def open(self):
        self.left = self.count

    def next_tuple(self):
        if not self.left:
            self.finish()
            return
        self.emit(self.depth, message_id=self.left)
        self.left -= 1


class Fetch(AutoAckBolt):
    """A crawler: sends on two links of each page, and rests once, while the queues fill."""

    pause: float = 0.0

    class Default(Stream):
        fields = "depth"

    rested: ClassVar[bool] = False

    def execute(self, tup):
        if not self.rested and self.pause:
            self.rested = True
            time.sleep(self.pause)
        if tup.depth > 0:
            self.emit_many([(tup.depth - 1,)] * 2)


class Parse(AutoAckBolt):
    class Default(Stream):
        fields = "depth"

    def execute(self, tup):
        self.emit(tup.depth)


class Crawl(Topology):
    """A tree of 126 tuples for each of 200 seeds, with queues that hold 64."""

    class Config:
        executor_receive_buffer_size = 64
        message_timeout_secs = 120

    seeds = Seeds(1, count=200)
    fetch = Fetch(1, pause=1.0)
    parse = Parse(1, inputs=[ShuffleGrouping(fetch)])
    fetch.inputs = [ShuffleGrouping(seeds), ShuffleGrouping(parse)]


class StockCrawl(Crawl):
    class Config:
        shell = "stock"


class FanOut(AutoAckBolt):
    class Default(Stream):
        fields = "number"

    def execute(self, tup):
        for number in range(5000):
            self.emit(number)


class Slow(AutoAckBolt):
    def execute(self, tup):
        time.sleep(0.002)


class Flood(Topology):
    """Emits 5000 tuples for each seed, to a bolt that takes ten seconds for them."""

    class Config:
        executor_receive_buffer_size = 1024
        message_timeout_secs = 120
        extra: ClassVar = {"umbrella.execute.timeout.secs": 2}

    seeds = Seeds(1, count=900)
    fan_out = FanOut(1, inputs=[ShuffleGrouping(seeds)])
    slow = Slow(1, inputs=[LocalOrShuffleGrouping(fan_out)])


class CrawlOnTwoWorkers(Crawl):
    class Config:
        workers = 2
        stats_sample_rate = 1.0
