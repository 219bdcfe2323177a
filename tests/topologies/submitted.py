"""Small topologies to submit to a cluster."""

from __future__ import annotations

from umbrella import AutoAckBolt, Bolt, FieldsGrouping, ShuffleGrouping, Spout, Stream, Topology


class Numbers(Spout):
    class Default(Stream):
        fields = "number"

    def open(self):
        self.next = 0

    def next_tuple(self):
        self.emit(self.next, message_id=self.next)
        self.next += 1


class Twice(AutoAckBolt):
    class Default(Stream):
        fields = "number"

    def execute(self, tup):
        self.emit(2 * tup.number)


class Sink(AutoAckBolt):
    note: str = ""

    def execute(self, tup):
        assert tup.number % 2 == 0


class Small(Topology):
    numbers = Numbers(1)
    twice = Twice(2)
    sink = Sink(1)

    twice.inputs.append(ShuffleGrouping(numbers))
    sink.inputs.append(FieldsGrouping(twice, "number"))

    class Config:
        max_spout_pending = 10
        message_timeout_secs = 3


class Large(Small):
    """More than Nimbus takes in one message."""

    sink = Small.sink.replace(note="x" * 1_100_000)


class Unconnected(Bolt):
    def open(self):
        raise ConnectionError("the database is away")

    def execute(self, tup):
        raise AssertionError("never opened, never executed")


class Failing(Topology):
    numbers = Numbers(1)
    unconnected = Unconnected(1, inputs=[ShuffleGrouping(numbers)])
