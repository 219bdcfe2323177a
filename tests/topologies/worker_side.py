"""What reaches a component on its worker: options, settings, context, ticks, task ids, Java's tuples."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from topologies.recording import Numbers, Record
from umbrella import (
    AutoAckBolt,
    Bolt,
    FieldsGrouping,
    GlobalGrouping,
    JVMBolt,
    JVMSpout,
    ShuffleGrouping,
    Stream,
    Topology,
)

BIG = 2**70
ROW = [
    1,
    -1,
    2**31,
    2**63,
    BIG,
    0.1 + 0.2,
    1e300,
    -0.0,
    True,
    None,
    "\N{SNOWMAN}\u2028\n\\end\n",
    'a\x7f"b',
    2.1800466615550124e16,
    [1, [2.5, {}]],
    {"a": {"b": []}},
]


class Mode(enum.Enum):
    FAST = 1
    EXACT = 2


@dataclass
class Place:
    file: Path
    mode: Mode


class Opened(AutoAckBolt):
    """Tells what it was opened with."""

    class Default(Stream):
        fields = "what", "value"

    window: int
    names: Optional[list[str]] = None
    limit: float = 0.5
    place: Optional[Place] = None
    pause: dt.timedelta = dt.timedelta(0)
    folder: Path = Path("/default")

    def open(self):
        self.told = False

    def execute(self, tup):
        if not self.told:
            self.told = True
            self.emit("options", [self.window, self.names, self.limit])
            self.emit("types", repr([self.place, self.pause, self.folder]))
            self.emit("conf", [self.conf["my.setting"], self.conf["my.own"], self.conf["topology.debug"]])
            self.emit("context", [self.context.component, self.context.inputs["numbers", "default"]])
            self.emit("values", ROW)
            tasks = self.emit("tasks", [], need_task_ids=True)
            self.emit("asked", [tasks, self.context.tasks("record")])


class TalkStyle(Bolt):
    """The form of the talk that gave Umbrella its name."""

    class Default(Stream):
        fields = "what", "value"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ticks = 0
        self.held = []

    def execute(self, tup):
        self.held.append(tup)

    def tick(self):
        self.ticks += 1
        if self.held:
            self.emit("talk", [self.depth, self.ticks, len(self.held)], anchors=self.held)
        for tup in self.held:
            self.ack(tup)
        self.held = []


class Words(JVMSpout):
    class Default(Stream):
        fields = "word"

    jvm_class = "org.apache.storm.testing.TestWordSpout"


class Counter(JVMBolt):
    class Default(Stream):
        fields = "global-count"

    jvm_class = "org.apache.storm.testing.TestGlobalCount"


class WorkerSide(Topology):
    numbers = Numbers(1, count=40)
    opened = Opened(
        1,
        window=60,
        names=["a", "b"],
        place=Place(Path("/here"), Mode.EXACT),
        pause=dt.timedelta(seconds=1.5),
        config={"topology.debug": False, "my.own": [1, 2]},
    )
    talk = TalkStyle(1, depth=7, tick_seconds=1)
    record = Record(1, directory="")

    opened.inputs.append(ShuffleGrouping(numbers))
    talk.inputs.append(ShuffleGrouping(numbers))
    record.inputs += [ShuffleGrouping(opened), ShuffleGrouping(talk)]

    class Config:
        extra = {"my.setting": {"deep": [1, 2]}}


class WithJava(Topology):
    words = Words(1)
    counter = Counter(1, inputs=[FieldsGrouping(words, "word")])
    record = Record(1, directory="", inputs=[GlobalGrouping(counter), ShuffleGrouping(words)])
