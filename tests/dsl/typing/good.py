"""Declarations that type checkers have to accept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Optional

from umbrella import (
    AllGrouping,
    AutoAckBolt,
    Bolt,
    Counter,
    CustomGrouping,
    DirectGrouping,
    FieldsGrouping,
    Gauge,
    GlobalGrouping,
    Histogram,
    Item,
    JavaClass,
    JavaEnum,
    JavaObject,
    JVMBolt,
    JVMSpout,
    LocalOrShuffleGrouping,
    NoneGrouping,
    PartialKeyGrouping,
    ReliableSpout,
    ShuffleGrouping,
    Spout,
    Stream,
    Timer,
    Topology,
    Tuple,
    testing,
)


class AccessLog(JVMSpout):
    class Default(Stream):
        fields = "line"

    jvm_class = "com.example.RedisListSpout"
    jvm_args = ("localhost", 6379, "access-log")


class Lines(Spout):
    class Default(Stream):
        fields = "line"

    path: str
    hits = Counter()
    depth = Gauge("queue.depth")
    size = Histogram()
    took = Timer()

    def next_tuple(self) -> None:
        with self.took.time():
            self.emit("line", message_id=1)
        self.emit_many([("line",), ["line"]], message_ids=range(2, 4))
        self.hits.inc()
        self.hits.inc(2)
        self.depth.set(3)
        self.size.update(1.5)
        self.finish()


class Orders(ReliableSpout):
    class Default(Stream):
        fields = "order"

    def fetch(self, count: int) -> Iterable[Item] | None:
        return [Item(position, (f"order {position}",)) for position in range(count)]

    def commit(self, position: int) -> None:
        self.log.info("done up to %d", position)

    def dead_letter(self, item: Item, failures: int) -> None:
        self.log.warning("%s failed %d times", item.values, failures)


class ParseLine(AutoAckBolt):
    class Default(Stream):
        fields = "ip", "path"

    class Malformed(Stream):
        fields = "line", "reason"

    class Routed(Stream):
        fields = ("ip",)
        direct = True

    def execute(self, tup: Tuple) -> None:
        self.emit("127.0.0.1", tup.line)
        self.emit(("127.0.0.1", tup["line"]))
        self.emit(ip=tup[0], path="/")
        self.emit(tup.line, "reason", stream=self.Malformed)
        self.emit("127.0.0.1", stream="routed", task=self.context.tasks("count")[0])


class CountByIp(AutoAckBolt):
    window: int
    database: str = "counts.db"
    places: Optional[list[str]] = None
    tick_seconds = 5
    limit: ClassVar[int] = 10

    def open(self) -> None:
        self.store: dict[str, int] = {}
        self.log.info("window %d of %s", self.window, self.database)

    def tick(self) -> None:
        self.store.clear()

    def execute(self, tup: Tuple) -> None:
        pass


class TalkStyle(Bolt):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seen = 0

    def execute(self, tup: Tuple) -> None:
        self.seen += 1
        self.ack(tup)


class Store(JVMBolt):
    jvm_class = "com.example.StoreBolt"


class Events(JVMSpout):
    class Default(Stream):
        fields = "key", "value"

    topics: Sequence[str]
    limit: int = 100

    def jvm_object(self) -> JavaObject:
        first = JavaEnum("com.example.First", "EARLIEST")
        made = JavaClass("com.example.Settings").call("builder", list(self.topics)).set(limit=self.limit, first=first)
        props = {"a": 1, "nested": {"b": [JavaClass("com.example.Part"), None, True, 0.5]}}
        return JavaObject("com.example.Spout", made.also("setProps", props).call("build"), {first: 1, "x": ["y"]})


class Traffic(Topology):
    log = AccessLog(1)
    lines = Lines(path="access.log")
    parse = ParseLine(3, tasks=6, config={"topology.debug": True})
    count = CountByIp(2, window=60, tick_seconds=10)
    talk = TalkStyle(1)
    store = Store(1, jvm_args=("table",))
    events = Events(1, topics=["a", "b"])

    parse.inputs.append(ShuffleGrouping(log))
    parse.inputs.append(LocalOrShuffleGrouping(lines))
    count.inputs.append(FieldsGrouping(parse, "ip"))
    talk.inputs += [AllGrouping(parse), ShuffleGrouping(parse.Malformed), NoneGrouping(lines), GlobalGrouping(log)]
    store.inputs.append(ShuffleGrouping(events))
    store.inputs.append(PartialKeyGrouping(parse, "ip", "path"))
    store.inputs.append(DirectGrouping(parse, stream="routed"))
    store.inputs.append(CustomGrouping(log, "com.example.Grouping", 3, stream="default"))

    class Config:
        workers = 2
        max_spout_pending = 1000


class Bigger(Traffic):
    count = Traffic.count.replace(executors=4, add_inputs=[AllGrouping(Traffic.lines)])


window: int = Traffic.count.window


def test_with_fixtures(open_component: testing.OpenComponent, run_topology: testing.RunTopology) -> None:
    count = open_component(CountByIp, window=60)
    count.feed(ip="192.0.2.1")
    assert count.component.store == {}
    assert open_component(Orders).next_tuple().emits[0].order == "order 0"
    assert run_topology(Traffic, seconds=5, conf={"topology.debug": True}).exit_code == 0
