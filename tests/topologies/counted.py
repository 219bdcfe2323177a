"""Numbered lines of a file, through two bolts, to append-only files of (number, attempt).

daemons/oracle.py writes the one and counts the others.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from umbrella import AutoAckBolt, FieldsGrouping, Item, ReliableSpout, Stream, Topology

SOURCE, POSITION, OPENINGS, STORED, WORKING = "source", "position", "openings", "stored", "working"
COMPONENTS = "source", "halves", "quarters", "store"
END = "end"  # the last line of a source to which nothing will be added


class NumberedLines(ReliableSpout):
    """Follows a file, a number in each line, from the committed position on.

    An attempt is named by how often this spout has been opened, and how often the number has failed since then.
    """

    class Default(Stream):
        fields = "number", "attempt"

    folder: str

    def open(self):
        done = Path(self.folder, POSITION)
        self.position = done.open("r+b" if done.exists() else "w+b", buffering=0)
        self.next = int(self.position.read() or -1) + 1
        with Path(self.folder, OPENINGS).open("a") as file:
            print(os.getpid(), file=file)
            self.opening = file.tell()
        self.lines = Path(self.folder, SOURCE).open()  # noqa: SIM115 - closed in close()
        for _ in range(self.next):
            self.lines.readline()
        self.begun = ""  # of a line whose end is not written yet
        self.failures: dict[int, int] = {}
        self.sent: dict[int, list] = {}

    def close(self):
        self.position.close()
        self.lines.close()

    def fetch(self, count):
        items = []
        while len(items) < count:
            line = self.begun + self.lines.readline()
            if not line.endswith("\n"):
                self.begun = line
                break
            self.begun = ""
            if line.strip() == END:
                return items or None
            number = int(line)
            values = self.sent[number] = [number, self.attempt(number)]
            items.append(Item(number, values))
        return items

    def attempt(self, number):
        return f"{self.opening}.{self.failures.get(number, 0)}"

    def fail(self, message_id):
        self.failures[message_id] = self.failures.get(message_id, 0) + 1
        self.sent[message_id][1] = self.attempt(message_id)  # of the replay
        super().fail(message_id)

    def ack(self, message_id):
        self.failures.pop(message_id, None)
        self.sent.pop(message_id, None)
        super().ack(message_id)

    def commit(self, position):
        os.pwrite(self.position.fileno(), b"%020d\n" % position, 0)


class Telling(AutoAckBolt):
    """Makes a file with its first tuple, whose name says which component, task and process that is."""

    folder: str

    def tell(self):
        if self.folder:
            Path(self.folder, f"{WORKING}-{self.context.component}-{self.context.task_id}-{os.getpid()}").touch()
            self.folder = ""


class Halves(Telling):
    class Default(Stream):
        fields = "number", "attempt", "half"

    def execute(self, tup):
        self.tell()
        self.emit(tup.number, tup.attempt, tup.number // 2)


class Quarters(Telling):
    class Default(Stream):
        fields = "number", "attempt", "quarter"

    with_child: bool = False

    def open(self):
        if self.with_child:  # which has nothing of this process's environment
            self.child = subprocess.Popen(["/bin/sleep", "3600"], env={})

    def execute(self, tup):
        self.tell()
        self.emit(tup.number, tup.attempt, tup.half // 2)


class Store(Telling):
    """Appends what it gets to a file of its own process, whose name says which task and process that is."""

    def open(self):
        path = Path(self.folder, f"{STORED}-{self.context.task_id}-{os.getpid()}")
        self.file = path.open("ab", buffering=0)

    def close(self):
        self.file.close()

    def execute(self, tup):
        self.tell()
        self.file.write(b"%d %s\n" % (tup.number, tup.attempt.encode()))


class Counted(Topology):
    """With two tasks of each bolt, one number goes one of eight ways: every pair of tasks that follow is used."""

    source = NumberedLines(1, folder="")
    halves = Halves(2, folder="", inputs=[FieldsGrouping(source, "number")])
    quarters = Quarters(2, folder="", inputs=[FieldsGrouping(halves, "half")])
    store = Store(2, folder="", inputs=[FieldsGrouping(quarters, "quarter")])

    class Config:
        workers = 2
        message_timeout_secs = 10
        max_spout_pending = 500
        stats_sample_rate = 1.0


def counted_in(folder: Path, with_child: bool = False, **config: object) -> type[Topology]:
    """Return the topology with its files in a folder.

    Args:
        folder: holds the source.
        with_child: whether the tasks of one bolt start a process of their own each.
        config: attributes of Config on top.
    """
    changed = {name: vars(Counted)[name].replace(folder=str(folder)) for name in COMPONENTS}
    changed["quarters"] = changed["quarters"].replace(with_child=with_child)
    return type("Counted", (Counted,), {**changed, "Config": type("Config", (Counted.Config,), config)})
