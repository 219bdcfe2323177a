"""Components in Java (tests/jvm/java) made by all means: a builder, a bean, an enum, lists, maps, a shared object."""

import os

from topologies.recording import Record
from umbrella import JavaClass, JavaEnum, JavaObject, JVMBolt, JVMSpout, ShuffleGrouping, Stream, Topology


class Rows(JVMSpout):
    class Default(Stream):
        fields = "word"

    class Calls(Stream):
        fields = "call"

    count: int

    def jvm_object(self):
        settings = JavaClass("parts.Settings").call("builder", "h", ["a", "b"]).set(mode="SLOW").call("build")
        pool = JavaObject("parts.Pool").set(host="localhost", port=6379, label="!")
        fast = JavaEnum("parts.Mode", "FAST")
        return JavaObject("parts.Rows", settings, pool, pool, fast, [1, 2], {"a": 1}, self.count)


class Upper(JVMBolt):
    class Default(Stream):
        fields = "upper"

    failing: str = ""

    def jvm_object(self):
        return JavaObject("parts.Upper").call("failing", self.failing)


class Pairs(JVMBolt):
    class Default(Stream):
        fields = "pair"

    def jvm_object(self):
        two = JavaObject("org.apache.storm.topology.base.BaseWindowedBolt.Count", 2)
        return JavaObject("parts.Pairing").call("withTumblingWindow", two)


class JavaParts(Topology):
    rows = Rows(1, count=5, config={"my.own": "of Python"})
    upper = Upper(1, failing="word3", inputs=[ShuffleGrouping(rows)])
    pairs = Pairs(1, inputs=[ShuffleGrouping(upper)])
    record = Record(1, directory=os.environ.get("PARTS_RECORDS", ""))

    record.inputs += [ShuffleGrouping(rows.Calls), ShuffleGrouping(upper), ShuffleGrouping(pairs)]


class Simple(JVMBolt):
    """By class and arguments alone; what they are is said where it is declared."""


class Rejected(JVMBolt):
    class Rejected(Stream):
        fields = "word", "why"


class Swapped(JVMBolt):
    class Default(Stream):
        fields = "UPPER"
        direct = True


class WrongStreams(Topology):
    rows = Rows(1, count=4)
    none = Simple(1, jvm_class="parts.Upper", inputs=[ShuffleGrouping(rows)])
    more = Rejected(1, jvm_class="parts.Upper", inputs=[ShuffleGrouping(rows)])
    other = Swapped(1, jvm_class="parts.Upper", inputs=[ShuffleGrouping(rows)])


class Misspelt(JVMBolt):
    def jvm_object(self):
        return JavaObject("parts.Upper").call("faling", "x")


class Null(JVMBolt):
    def jvm_object(self):
        return JavaClass("parts.Unruly").call("none")


class NoSpout(JVMSpout):
    class Default(Stream):
        fields = "upper"

    jvm_class = "parts.Upper"


class WrongClasses(Topology):
    rows = Rows(1, count=4)
    class_name = Simple(1, jvm_class="parts.Uper", inputs=[ShuffleGrouping(rows)])
    arguments = Simple(1, jvm_class="parts.Connects", jvm_args=("x", "y", 1), inputs=[ShuffleGrouping(rows)])
    method = Misspelt(1, inputs=[ShuffleGrouping(rows)])
    spout = Simple(1, jvm_class="org.apache.storm.testing.TestWordSpout", inputs=[ShuffleGrouping(rows)])
    stateful = Simple(1, jvm_class="parts.Keeping", inputs=[ShuffleGrouping(rows)])
    lacking = Simple(1, jvm_class="parts.Lacking", jvm_args=(None,), inputs=[ShuffleGrouping(rows)])
    null = Null(1, inputs=[ShuffleGrouping(rows)])
    bolt = NoSpout(1)


class Late(JVMBolt):
    class Default(Stream):
        fields = "pair"

    class Late(Stream):
        fields = "late_tuple"

    def jvm_object(self):
        second = JavaClass("org.apache.storm.topology.base.BaseWindowedBolt.Duration").call("seconds", 1)
        made = JavaObject("parts.Pairing").call("withTumblingWindow", second).call("withTimestampField", "word")
        return made.call("withLateTupleStream", "late")


class LateTuples(Topology):
    rows = Rows(1, count=4)
    late = Late(1, inputs=[ShuffleGrouping(rows)])


class Ticking(JVMBolt):
    class Default(Stream):
        fields = "upper"

    jvm_class = "parts.Ticking"


class Odd(Topology):
    """Sound, with something to say of it."""

    rows = Rows(1, count=4)
    ticking = Ticking(1, inputs=[ShuffleGrouping(rows)])
