"""A LocalCluster that runs one measured topology after another, and what Java counts in them."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass

import psutil

from benchmarks.peers import java_classes, say
from benchmarks.subjects import python_paths, thrift_of, topology
from umbrella.compile.conf import topology_conf
from umbrella.compile.thrift import serialize
from umbrella.errors import LocalClusterError
from umbrella.storm import jvm
from umbrella.storm.distribution import Distribution, fetch
from umbrella.storm.jvm_log import DIED, ERROR, LogEvent
from umbrella.storm.local import LocalCluster

SAMPLE_RATE = 0.001  # of Storm's own stats: each sampled tuple costs Java time
MAX_SPOUT_PENDING = 2000

CONF = {
    "topology.workers": 1,
    "topology.acker.executors": 1,
    "topology.max.spout.pending": MAX_SPOUT_PENDING,
    "topology.stats.sample.rate": SAMPLE_RATE,
}
_C1_ONLY = "-XX:TieredStopAtLevel=1"
_START_SECONDS = 90.0
_SILENCE_SECONDS = 15.0


@dataclass(frozen=True)
class Figures:
    """What Java has counted, and the processor seconds used, at one moment.

    Attributes:
        nanos: of the JVM's clock.
        acked: trees acked at the Java source.
        failed: trees failed there.
        sunk: tuples that the sink acked.
        wrong: tuples at the sink whose text was not 100 characters long.
        worker_cpu: seconds of the Python worker.
        jvm_cpu: seconds of the JVM.
    """

    nanos: int
    acked: int
    failed: int
    sunk: int
    wrong: int
    worker_cpu: float
    jvm_cpu: float


class BenchmarkCluster(LocalCluster):
    """An embedded Storm with the classes of the benchmarks.

    Args:
        full_jit: let the JVM use its optimising compiler, which ``umbrella run`` leaves out to start quickly.
    """

    def __init__(self, full_jit: bool = False) -> None:
        distribution: Distribution = fetch(progress=say)
        options = jvm._OPTIONS
        try:
            if full_jit:
                jvm._OPTIONS = tuple(option for option in options if option != _C1_ONLY)  # type: ignore[assignment]
            super().__init__(python_paths(), [java_classes(distribution)], distribution)
        finally:
            jvm._OPTIONS = options
        self.figures_class = self.jvm.classes.umbrella.benchmarks.Figures

    @contextlib.contextmanager
    def running(self, subject: str, role: str, per_second: int = 0) -> Iterator[Running]:
        """Run a topology while the context lasts, entered when its first tuple has reached the sink."""
        self.figures_class.reset()
        spec = topology(subject, role, per_second)
        running = Running(self, spec.name)
        with self.log.heard_by(running.hear):
            try:
                began = time.monotonic()
                conf = {**topology_conf(spec), **CONF}
                self._submit(spec.name, serialize(thrift_of(spec, subject, role)), conf)
                running.wait_for_first_tuple()
                running.start_seconds = time.monotonic() - began
                yield running
            finally:
                running.ending = True
                if self.alive and spec.name in self.topologies():
                    self.kill(spec.name)
                self.wait_for_end(self.children())
                self._wait_for_silence()

    def _wait_for_silence(self) -> None:
        """Wait until nothing is counted any more: a killed topology without Python goes on for a moment."""
        last, end = "", time.monotonic() + _SILENCE_SECONDS
        while self.alive and (now := self._sunk()) != last and time.monotonic() < end:
            last = now
            time.sleep(0.3)

    def _sunk(self) -> str:
        return " ".join(self.figures_class.read().split()[1:])  # the first is the time

    def _submit(self, name: str, data: bytes, conf: dict[str, object]) -> None:
        with self._mapped(f"submit {name}"):
            struct = self.jvm.classes.java.lang.Class.forName("org.apache.storm.generated.StormTopology")
            built = self.jvm.classes.org.apache.storm.utils.Utils.thriftDeserialize(struct, data)
            self._cluster.submitTopology(name, None, json.dumps(conf), built)


class Running:
    """A topology that runs.

    Attributes:
        start_seconds: from the submission to the first tuple at the sink.
    """

    def __init__(self, cluster: BenchmarkCluster, name: str) -> None:
        self._cluster = cluster
        self._name = name
        self._trouble: list[str] = []
        self._workers: list[psutil.Process] = []
        self.start_seconds = 0.0
        self.ending = False

    def hear(self, event: LogEvent) -> None:
        """Keep what goes wrong; called on the thread that reads the JVM's log."""
        if event.kind in (DIED, ERROR) and not self.ending:
            self._trouble.append(event.text)

    def wait_for_first_tuple(self) -> None:
        """Wait until a tuple has reached the sink.

        Raises:
            LocalClusterError: none does.
        """
        end = time.monotonic() + _START_SECONDS
        while self.figures().sunk == 0:
            self.check()
            if time.monotonic() > end:
                raise LocalClusterError(f"{self._name}: no tuple has come through in {_START_SECONDS:.0f} s")
            time.sleep(0.02)
        self._workers = self._cluster.children()

    def check(self) -> None:
        """Raise what went wrong.

        Raises:
            LocalClusterError: a component reported an error or died, or the JVM ended.
        """
        if self._trouble or not self._cluster.alive:
            trouble = "\n".join(self._trouble[:3]) or self._cluster.jvm.stderr_tail() or "the JVM ended"
            raise LocalClusterError(f"{self._name}: {trouble}")

    def rest(self, seconds: float) -> None:
        """Let the topology run for that long."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.check()
            time.sleep(min(0.2, left))

    def figures(self) -> Figures:
        """Return what is counted now."""
        worker, java = sum(map(_cpu, self._workers)), _cpu(psutil.Process(self._cluster.jvm.process.pid))
        counted = [int(word) for word in self._cluster.figures_class.read().split()]
        return Figures(*counted, worker_cpu=worker, jvm_cpu=java)

    def samples(self) -> tuple[list[int], list[int]]:
        """Return the nanoseconds from emit to the sink and to the ack at the source, each sorted."""
        java = self._cluster.figures_class
        return _numbers(java.nanosToSink()), _numbers(java.nanosToAck())

    def forget_samples(self) -> None:
        """Begin to take samples anew."""
        self._cluster.figures_class.forgetSamples()


def _cpu(process: psutil.Process) -> float:
    with contextlib.suppress(psutil.Error):
        times = process.cpu_times()
        return float(times.user + times.system)
    return 0.0


def _numbers(text: str) -> list[int]:
    return [int(word) for word in text.split()]
