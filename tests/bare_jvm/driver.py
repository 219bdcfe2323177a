"""A bare JVM with single tasks of Storm in it, as seen from a test.

``java/bare`` is its Java half: World (conf, context, task numbers), BoltTask and SpoutTask (what Storm makes of a
component's code, with a collector that takes notes), Output (every emitted tuple goes through Kryo as between two
workers). A Python component is in one of the forms of forms.py.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import subprocess
import sys
import threading
import time
import uuid
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable

import psutil
from py4j.protocol import Py4JError

import umbrella
from bare_jvm.driver_mark import MARK
from forms import STOCK, in_form
from umbrella import DirectGrouping, JVMBolt, JVMSpout, ShuffleGrouping, Stream, Topology
from umbrella.compile.conf import topology_conf
from umbrella.compile.lower import lower
from umbrella.compile.thrift import serialize, to_thrift
from umbrella.dsl import spec_of
from umbrella.dsl.streams import streams_of
from umbrella.multilang.spout import Spout
from umbrella.storm.distribution import Distribution
from umbrella.storm.java import STORM_NEEDS, find_java
from umbrella.storm.jvm import Jvm
from umbrella.storm.jvm_log import JvmLog, LogEvent
from umbrella.storm.local import own_jars

TESTS = Path(__file__).parents[1]
SOURCES = Path(__file__).parent / "java" / "bare"

PATIENCE = 60.0  # seconds that anything may take on a busy machine, where no promise says less
EXITED = (11, 20)  # ShellBolt's System.exit, and the halt of Storm's worker when that exit waits for itself


def javac() -> str:
    """Return the compiler that belongs to the Java of Storm."""
    return str(find_java(STORM_NEEDS).with_name("javac"))


def compiled(storm: Distribution, folder: Path) -> Path:
    """Compile the driver's Java half into a folder."""
    classpath = os.pathsep.join(map(str, storm.jars))
    sources = map(str, sorted(SOURCES.glob("*.java")))
    command = [javac(), "--release", "17", "-proc:none", "-nowarn", "-cp", classpath, "-d", str(folder), *sources]
    subprocess.run(command, check=True)
    return folder


class Source(JVMSpout):
    """Where the tuples of a bolt come from: declared, never started."""

    class Default(Stream):
        fields = "value"

    class Pairs(Stream):
        fields = "first", "second"

    jvm_class = "bare.NeverStarted"


class Sink(JVMBolt):
    """Reads what the component under test emits: declared, never started."""

    jvm_class = "bare.NeverStarted"


def topology_of(component: type, reader: Callable[..., Any] | None = None, **given: Any) -> type[Topology]:
    """Return a topology ``source -> task -> sink``; the sink is a Python bolt if ``reader`` is given.

    Args:
        component: what is tested.
        reader: a bolt's class, or a function that declares one.
        given: the options of the component.
    """
    is_spout = issubclass(component, Spout)
    body: dict[str, Any] = {"__module__": __name__}
    if not is_spout:
        source = body["source"] = Source(1)
        given["inputs"] = [ShuffleGrouping(source), ShuffleGrouping(source.Pairs)]
    task = body["task"] = component(1, **given)
    readers = []
    for stream in streams_of(component).values():
        grouping = DirectGrouping if stream.direct else ShuffleGrouping
        readers.append(grouping(task, stream=stream.stream_name))
    if readers:
        body["sink"] = reader(1, inputs=readers) if reader else Sink(2, inputs=readers)
    return type(component.__name__, (Topology,), body)


@dataclass
class Notes:
    """What a task told Storm, as its collector noted it."""

    acked: int
    failed: list[int]
    settled: int
    emitted: dict[str, int]
    changed: int
    errors: list[str]
    tuples: list[dict[str, Any]]
    fault: str

    @property
    def rows(self) -> list[list[Any]]:
        """The values of the tuples on the default stream."""
        return [one["values"] for one in self.tuples if one["stream"] == "default"]


class Task:
    """One task in the JVM; what is not here is a method of its Java object."""

    def __init__(self, java: Any) -> None:
        self.java = java

    def __getattr__(self, name: str) -> Any:
        return getattr(self.java, name)

    @property
    def notes(self) -> Notes:
        """What it told Storm so far."""
        return Notes(**json.loads(self.java.notes().asJson()))

    def take(self) -> Notes:
        """What it told Storm so far, with the tuples since the last call alone."""
        return Notes(**json.loads(self.java.notes().take()))

    def rows(self, *rows: list[Any]) -> None:
        """Give a bolt tuples."""
        stream = "default" if len(rows[0]) == 1 else "pairs"
        self.java.giveRows("source", stream, json.dumps(rows))

    def numbers(self, count: int) -> None:
        """Give a bolt the numbers from 0 on."""
        self.java.giveNumbers("source", "default", count)

    def emitted(self, count: int, seconds: float = PATIENCE) -> Notes:
        """Ask a spout for tuples until it has emitted so many."""
        assert self.java.untilEmitted(count, float(seconds)), self.notes
        return self.notes

    def finished(self, count: int, seconds: float = PATIENCE) -> Notes:
        """Ask a spout for tuples until so many are acked or failed, and it knows."""
        assert self.java.untilSettled(count, float(seconds)), self.notes
        return self.notes

    def settled(self, count: int, seconds: float = PATIENCE) -> Notes:
        """Wait until so many tuples are acked or failed."""
        assert self.java.notes().awaitSettled(count, float(seconds)), self.notes
        return self.notes

    def reported(self, count: int = 1, seconds: float = PATIENCE) -> list[str]:
        """Wait until so many errors are reported to Storm."""
        assert self.java.notes().awaitErrors(count, float(seconds)), self.notes
        return self.notes.errors


class BareJvm:
    """A JVM with Storm's classes and the driver's; closing it ends all that it started."""

    def __init__(self, storm: Distribution, classes: Path, environment: Mapping[str, str] | None = None) -> None:
        self.log = JvmLog()
        self.events: list[LogEvent] = []
        self._listening = self.log.heard_by(self.events.append)
        self._listening.__enter__()
        self.mark = uuid.uuid4().hex
        self.form = STOCK
        home = Path(umbrella.__file__).parents[1]
        given = {
            MARK: self.mark,
            "PYTHONPATH": os.pathsep.join([str(TESTS), str(home)]),
            "_JAVA_OPTIONS": "-Xmx448m",
            **(environment or {}),
        }
        self.jvm = Jvm(storm, [classes, *own_jars()], self.log, given)
        self._tasks: list[Task] = []
        self.pids = Path(self.jvm.folder, "world", "pids")
        self.pids.mkdir(parents=True)

    @property
    def alive(self) -> bool:
        """Whether the JVM is running: Storm has seen no reason to restart the worker."""
        return self.jvm.alive

    def world(self, topology: type[Topology], conf: Mapping[str, Any] | None = None) -> Any:
        """Return a topology, ready for its tasks to be started."""
        spec = spec_of(topology)
        counted = tuple(one._replace(tasks=one.tasks or one.executors) for one in spec.components)  # as Nimbus does
        spec = in_form(spec._replace(python=sys.executable, components=counted), self.form)
        merged = {**topology_conf(spec), **(conf or {})}
        data = serialize(to_thrift(lower(spec)))
        return self.jvm.classes.bare.World(data, json.dumps(merged), str(self.jvm.folder / "world"))

    def bolt(self, component: type, conf: Mapping[str, Any] | None = None, keep: bool = True, **options: Any) -> Task:
        """Start a bolt; ``keep=False`` counts what it emits instead of keeping it."""
        return self.start_bolt(self.world(topology_of(component, **options), conf), keep=keep)

    def start_bolt(self, world: Any, name: str = "task", keep: bool = True) -> Task:
        """Start a bolt of a topology."""
        return self._started(self.jvm.classes.bare.BoltTask(world, name), keep)

    def spout(self, component: type, conf: Mapping[str, Any] | None = None, keep: bool = True, **options: Any) -> Task:
        """Start a spout, and activate it."""
        return self.start_spout(self.world(topology_of(component, **options), conf), keep=keep)

    def start_spout(self, world: Any, name: str = "task", keep: bool = True) -> Task:
        """Start a spout of a topology, and activate it."""
        task = self._started(self.jvm.classes.bare.SpoutTask(world, name), keep)
        task.activate()
        return task

    def _started(self, java: Any, keep: bool) -> Task:
        task = Task(java)
        self._tasks.append(task)
        if keep:
            java.notes().keepTuples()
        java.start()
        return task

    def stop_tasks(self) -> None:
        """Stop every task, as Storm does when a topology ends, and wait for the end of their processes."""
        for task in self._tasks:
            if self.alive:
                with contextlib.suppress(Py4JError):  # it may end just now
                    task.stop()
        self._tasks.clear()
        self.events.clear()

    def children(self) -> list[psutil.Process]:
        """Return the living processes that the components of this JVM are, or have started."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                if process.pid != self.jvm.process.pid and process.environ().get(MARK) == self.mark:
                    found.append(process)
        return found

    def left_over(self, seconds: float) -> list[psutil.Process]:
        """Return the children that still live after that time, having killed them by their ids."""
        end = time.monotonic() + seconds
        while (left := self.children()) and time.monotonic() < end:
            time.sleep(0.05)
        for process in left:
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(left, timeout=5)
        return left

    def logged(self, *, kind: str = "", text: str = "") -> list[LogEvent]:
        """Return the lines of the worker's log of that kind that hold a text."""
        return [one for one in tuple(self.events) if kind in ("", one.kind) and text in one.text]

    def await_logged(self, text: str, count: int = 1, seconds: float = PATIENCE) -> list[LogEvent]:
        """Wait until so many lines of the worker's log hold a text, and return them."""
        end = time.monotonic() + seconds
        while len(found := self.logged(text=text)) < count and time.monotonic() < end:
            time.sleep(0.05)
        return found

    def exit_code(self, seconds: float = PATIENCE) -> int:
        """Wait for the JVM to end."""
        return self.jvm.process.wait(seconds)

    def close(self) -> list[psutil.Process]:
        """End the JVM and its children, and return those that had to be killed."""
        self.stop_tasks()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # Py4J leaves the sockets of a JVM that is gone open
            self.jvm.close()
            gc.collect()
        self._listening.__exit__(None, None, None)
        return self.left_over(10)

    @contextlib.contextmanager
    def no_longer_than(self, seconds: float) -> Iterator[None]:
        """Kill the JVM if the block takes longer: no call into it then waits for ever."""
        timer = threading.Timer(seconds, self.jvm.process.kill)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
