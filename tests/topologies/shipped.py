"""A topology that tells where its code was imported from, and leaves a process behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import umbrella
from topologies.recording import Numbers
from umbrella import AutoAckBolt, FieldsGrouping, JavaObject, JVMBolt, ShuffleGrouping, Stream, Topology


class Places(AutoAckBolt):
    """Writes each tuple with the files it runs from, to a file of its own task."""

    directory: str

    def open(self):
        name = f"places-{self.context.task_id}-{os.getpid()}.jsonl"
        self.file = Path(self.directory, name).open("a", buffering=1, encoding="utf-8")  # noqa: SIM115
        self.places = {"own": __file__, "umbrella": umbrella.__file__, "python": sys.executable, "cwd": os.getcwd()}

    def execute(self, tup):
        self.file.write(json.dumps({"values": tup.values, **self.places}) + "\n")


class Parent(AutoAckBolt):
    """Starts a process that has nothing of this one's environment."""

    directory: str

    def open(self):
        child = subprocess.Popen(["/bin/sleep", "600"], env={})
        Path(self.directory, "child.part").write_text(str(child.pid))
        Path(self.directory, "child.part").rename(Path(self.directory, "child"))

    def execute(self, tup):
        pass


class Relay(JVMBolt):
    """A bolt of Storm's own in Java, which passes its tuples on; its constructor takes an object."""

    class Default(Stream):
        fields = "number", "key"

    jvm_class = "org.apache.storm.testing.IdentityBolt"
    jvm_args = (JavaObject("org.apache.storm.tuple.Fields", "number", "key"),)


class Shipped(Topology):
    numbers = Numbers(1, count=500)
    relay = Relay(1, inputs=[ShuffleGrouping(numbers)])
    places = Places(2, directory="", inputs=[FieldsGrouping(relay, "number")])

    class Config:
        workers = 2


class WithChild(Topology):
    numbers = Numbers(1, count=10)
    parent = Parent(1, directory="", inputs=[ShuffleGrouping(numbers)])


def shipped(directory: Path) -> type[Topology]:
    """Return the topology with its records in a folder."""
    return type("Shipped", (Shipped,), {"places": Shipped.places.replace(directory=str(directory))})


def with_child(directory: Path) -> type[Topology]:
    """Return the topology that notes its child's pid in a folder."""
    return type("WithChild", (WithChild,), {"parent": WithChild.parent.replace(directory=str(directory))})
