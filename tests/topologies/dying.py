"""Topologies whose components end in ways of their own."""

from __future__ import annotations

import os
from pathlib import Path

from topologies.recording import Numbers
from umbrella import AutoAckBolt, ShuffleGrouping, Spout, Stream, Topology


class Dies(AutoAckBolt):
    """Ends its process at a number."""

    def execute(self, tup):
        if tup.number == 50:
            os._exit(7)


class DiesOnce(AutoAckBolt):
    """Ends its process at a number, if that is not the second process already."""

    def execute(self, tup):
        died = Path("died")  # in the working folder, which this run has for itself
        if tup.number == 50 and not died.exists():
            died.touch()
            os._exit(7)


class FailsToOpen(AutoAckBolt):
    def open(self):
        raise RuntimeError("the database is not there")

    def execute(self, tup):
        pass


class DyingSpout(Spout):
    class Default(Stream):
        fields = "number", "key"

    def next_tuple(self):
        os._exit(9)


class Endless(Numbers):
    def next_tuple(self):
        self.emit(1, "a")


class Swallows(AutoAckBolt):
    def execute(self, tup):
        pass


class BoltDies(Topology):
    numbers = Numbers(1, count=100)
    dies = Dies(1, inputs=[ShuffleGrouping(numbers)])


class BoltDiesOnce(Topology):
    numbers = Numbers(1, count=100)
    dies = DiesOnce(1, inputs=[ShuffleGrouping(numbers)])


class BoltDoesNotOpen(Topology):
    numbers = Numbers(1, count=100)
    broken = FailsToOpen(1, inputs=[ShuffleGrouping(numbers)])


class SpoutDies(Topology):
    numbers = DyingSpout(1)
    swallows = Swallows(1, inputs=[ShuffleGrouping(numbers)])


class Goes(Topology):
    numbers = Endless(1, count=0)
    swallows = Swallows(1, inputs=[ShuffleGrouping(numbers)])
