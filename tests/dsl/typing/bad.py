"""Declarations that type checkers have to refuse: one error on each marked line, and no other."""

from __future__ import annotations

from umbrella import (
    AutoAckBolt,
    Counter,
    FieldsGrouping,
    JavaObject,
    JVMSpout,
    ShuffleGrouping,
    Spout,
    Stream,
    Topology,
    Tuple,
)


class Lines(Spout):
    class Default(Stream):
        fields = "line"

    path: str


class Count(AutoAckBolt):
    window: int
    database: str = "counts.db"
    hits = Counter()

    def execute(self, tup: Tuple) -> None:
        self.ack("1")  # error: a tuple is acked, not its id
        self.emit(1, task="3")  # error: a task is a number
        self.emit_many([1])  # error: a row is a list or tuple
        self.hits.inc("1")  # error: a counter counts whole numbers
        self.hits.set(1)  # error: that is a gauge's


class Source(JVMSpout):
    host: str

    def jvm_object(self) -> JavaObject:
        made = JavaObject("com.example.Source", {1, 2})  # error: a set has no form in Java
        return made.call("setHost", object())  # error: nor has any object


class Traffic(Topology):
    lines = Lines(1, path="x")
    no_host = Source(1)  # error: host is missing
    wrong_type = Count(1, window="60")  # error: window is an int
    misspelt = Count(1, windw=60, window=60)  # error: no such option
    missing = Count(1)  # error: window is missing
    positional = Count(1, 60)  # error: options go by name
    executors = Count("2", window=60)  # error: executors is a number
    tasks = Count(1, window=60, tasks="4")  # error: tasks is a number
    source = Count(1, window=60, inputs=[lines])  # error: an input is a grouping
    by_name = Count(1, window=60, inputs=[ShuffleGrouping("lines")])  # error: not by name
    key = Count(1, window=60, inputs=[FieldsGrouping(lines, 1)])  # error: a field is a name
    stream = ShuffleGrouping(lines, stream=3)  # error: a stream is a name or class
