"""Runs one topology on the embedded Storm until its time limit, or until all its work is done."""

from __future__ import annotations

import contextlib
import shlex
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from umbrella.compile.conf import topology_conf
from umbrella.errors import EXIT_FAILED, LocalClusterError
from umbrella.multilang.spout_loop import EXHAUSTED_STREAM
from umbrella.spec import ComponentSpec, PythonCode, StreamSpec, TopologySpec
from umbrella.storm.distribution import DEFAULT_VERSION, locate
from umbrella.storm.drpc.announcement import FUNCTION, Announcement, announce
from umbrella.storm.jvm_log import DIED, ERROR, STORM, LogEvent
from umbrella.storm.local import LocalCluster
from umbrella.storm.local_metrics import LocalMetric
from umbrella.storm.stats import TIMEOUTS, ComponentStats, component_stats, held_line, started, timeout_lines

TIME_OVER = "time"
EXHAUSTED = "exhausted"
UNSETTLED = "unsettled"
INTERRUPTED = "interrupted"
COMPONENT_DIED = "died"
OUT_OF_MEMORY = "memory"

_POLL_SECONDS = 1.0
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_TIMEOUTS = ("topology.message.timeout.secs", "umbrella.execute.timeout.secs")
_QUIET_POLLS = 2  # statistics are at most a second old: if unchanged in two polls, nothing is in progress
_PATIENCE = 10  # seconds without any change, beyond every timeout of the topology: open tuples will stay open

_MEMORY_ADVICE = (
    "Too many tuples were under way at once. Lower max_spout_pending, emit fewer tuples from one call, or give the "
    'bolts that receive them more executors; with shell = "stock" nothing bounds what a bolt emits. '
    "More memory for the JVM: _JAVA_OPTIONS=-Xmx4g umbrella run ..."
)

# Exact counts, not Storm's sample of every twentieth tuple: a local run is there to be watched. And an idle bolt's
# thread sleeps after two polls of its queue instead of a thousand: the cores are for Python.
LOCAL_CONF = {"topology.stats.sample.rate": 1.0, "topology.bolt.wait.progressive.level2.count": 1}


@dataclass(frozen=True)
class RunReport:
    """The result of a run.

    Attributes:
        reason: TIME_OVER, EXHAUSTED, UNSETTLED (exhausted, but tuples stay open), INTERRUPTED, COMPONENT_DIED or
            OUT_OF_MEMORY (of Storm's JVM).
        stats: the last statistics of each component.
        errors: the errors that components reported, oldest first, with tracebacks.
        seconds: from the first statistics to the end.
        signal: the signal that interrupted it, if any.
        metrics: the components' own metrics.
        timeouts: how many tuples of each Python spout timed out; not counted with shell = "stock".
        notes: lines on tuples that were not settled, the reasons, and what to change.
    """

    reason: str
    stats: tuple[ComponentStats, ...]
    errors: tuple[LogEvent, ...]
    seconds: float
    signal: int = 0
    metrics: tuple[LocalMetric, ...] = ()
    timeouts: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def failed(self) -> int:
        """The number of failed tuple trees, or of tuples that bolts failed if the spouts are unreliable."""
        spouts = [one for one in self.stats if one.kind == "spout"]
        reliable = any(one.acked or one.failed for one in spouts)
        return sum(one.failed for one in (spouts if reliable else self.stats))

    @property
    def exit_code(self) -> int:
        """0 only if nothing failed, no component reported an error, and none died; 128 + signal after SIGTERM.

        The same holds for a SIGINT before the topology ran; later, Ctrl-C is a normal way to end a run.
        """
        if self.signal and (self.signal != signal.SIGINT or not self.seconds):
            return 128 + self.signal
        clean = not self.failed and not self.errors and self.reason not in (COMPONENT_DIED, OUT_OF_MEMORY, UNSETTLED)
        return 0 if clean else EXIT_FAILED


class Run:
    """One run of a topology.

    Args:
        spec: the topology.
        paths: folders that its Python is imported from.
        conf: settings by dotted key that override the topology's own.
        jars: more jars for the JVM.
        version: which fetched Storm to use; $STORM_HOME overrides it.
        on_log: called with each log event of components and Storm, on another thread.
        on_stats: called once a second after the components have started, with the statistics and the components' own
            metrics.
        on_step: called with a short text for each step ("starting Storm").
    """

    def __init__(
        self,
        spec: TopologySpec,
        *,
        paths: Sequence[Path] = (),
        conf: Mapping[str, Any] | None = None,
        jars: Sequence[Path] = (),
        version: str = DEFAULT_VERSION,
        on_log: Callable[[LogEvent], None] = lambda event: None,
        on_stats: Callable[[list[ComponentStats], list[LocalMetric]], None] = lambda stats, metrics: None,
        on_step: Callable[[str], None] = lambda step: None,
    ) -> None:
        self._spec = with_exhausted_streams(spec)
        self._paths = paths
        self._conf = {**LOCAL_CONF, **(conf or {})}
        self._jars = jars
        self._version = version
        self._on_log, self._on_stats, self._on_step = on_log, on_stats, on_step
        self._stats: list[ComponentStats] = []
        self._metrics: list[LocalMetric] = []
        self._timeouts: dict[str, int] = {}
        self._errors: list[LogEvent] = []
        self._died: list[LogEvent] = []
        self._ending = False
        self._wake = threading.Event()
        self._signal = 0
        self._cluster: LocalCluster | None = None  # set once Storm is up
        timeouts = [self._conf.get(key, spec.config.get(key, 30)) for key in _TIMEOUTS]
        self._patience = _PATIENCE + max(timeouts)
        self._first = 0.0

    def run(self, seconds: float | None = None) -> RunReport:
        """Start Storm, run the topology to its end, and stop Storm.

        Args:
            seconds: the time limit, from when its components have started; without one, the run lasts until every spout
                has finished, or Ctrl-C.

        Raises:
            StormNotFoundError: Java or Storm's jars are missing.
            LocalClusterError: Storm does not start.
            NimbusError: Storm rejects the topology.
        """
        storm = locate(self._version)
        self._on_step(f"starting Storm {storm.version}")
        with self._interruptible():
            try:
                with LocalCluster(self._paths, self._jars, storm) as self._cluster:
                    return self.run_on(self._cluster, seconds)
            except BaseException:  # Py4J may turn a KeyboardInterrupt into an AttributeError
                if self._cluster is None and self._signal:
                    return RunReport(INTERRUPTED, (), (), 0.0, self._signal)
                raise

    @contextlib.contextmanager
    def _interruptible(self) -> Iterator[None]:
        """End cleanly on Ctrl-C, SIGTERM and SIGHUP; a second signal ends everything at once, and more are ignored.

        Once Storm is up, this does not raise KeyboardInterrupt: Py4J does not survive one in the middle of a call.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {one: signal.signal(one, self._interrupt) for one in _SIGNALS}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        again, self._signal = bool(self._signal), self._signal or number
        self._wake.set()
        if self._cluster is None and not again:
            raise KeyboardInterrupt  # interrupts the start of Storm, which takes seconds
        if self._cluster is not None and again:
            self._cluster.kill_processes()

    def run_on(self, cluster: LocalCluster, seconds: float | None = None) -> RunReport:
        """Run the topology on a Storm that is already up, and kill it there."""
        reason = INTERRUPTED
        announced: Announcement | None = None
        others = {process.pid for process in cluster.children()}
        with cluster.log.heard_by(self._take):
            try:
                announced = self._serve_drpc(cluster)
                self._on_step(f"submitting {self._spec.name}")
                cluster.submit(self._spec, self._conf)
                self._on_step("starting the components")
                reason = self._watch(cluster, seconds)
            except LocalClusterError:
                if not self._signal:
                    raise
            finally:
                took = time.monotonic() - self._first if self._first else 0.0
                self._ending = True
                self._on_step("ending the topology")
                if announced:
                    announced.withdraw()
                with contextlib.suppress(LocalClusterError):  # the death of a spout ends the JVM
                    if self._spec.name in cluster.topologies():
                        cluster.kill(self._spec.name)
                # Wait until they are gone: otherwise the next run would take Storm's log lines about their end for
                # deaths.
                cluster.wait_for_end([process for process in cluster.children() if process.pid not in others])
        errors = tuple(self._errors + self._died)
        return RunReport(
            reason,
            tuple(self._stats),
            errors,
            took,
            self._signal,
            tuple(self._metrics),
            dict(self._timeouts),
            tuple(self._notes(reason)),
        )

    def _notes(self, reason: str) -> Iterator[str]:
        if reason == OUT_OF_MEMORY:
            yield _MEMORY_ADVICE
        held = held_line(self._stats)
        if held and reason in (TIME_OVER, UNSETTLED, INTERRUPTED):
            yield held
        failed = {one.name: one.failed for one in self._stats if one.kind == "spout"}
        by_bolts = sum(one.failed for one in self._stats if one.kind == "bolt")
        yield from timeout_lines(failed, by_bolts, {**topology_conf(self._spec), **self._conf}, self._timeouts)

    def _serve_drpc(self, cluster: LocalCluster) -> Announcement | None:
        """Serve the function of a DRPC topology, and announce it to `umbrella drpc`."""
        function = self._spec.config.get(FUNCTION)
        if function is None:
            return None
        port = cluster.serve_drpc()
        announced = announce(function, port)
        command = f"umbrella drpc {shlex.quote(function)} ARGS"
        self._on_step(f"serving DRPC function {function!r} on localhost:{port}; call it by: {command}")
        return announced

    def _take(self, event: LogEvent) -> None:
        """Handle an event of the JVM's log; called on the thread that reads it."""
        if event.kind == DIED and event.component and self._spec.component(event.component) is None:
            return  # from another topology on the same cluster
        if event.kind in (DIED, STORM) and (self._ending or self._died):
            # Storm ends components abruptly, and repeats a bolt's death until the topology is killed: not news.
            return
        if event.kind == ERROR:
            self._errors.append(event)
        elif event.kind == DIED:
            self._died.append(event)
            self._wake.set()
        self._on_log(event)

    def _watch(self, cluster: LocalCluster, seconds: float | None) -> str:
        quiet = patience = 0
        while True:
            self._wake.wait(_POLL_SECONDS)
            if self._signal:
                return INTERRUPTED
            if cluster.ran_out_of_memory:
                return OUT_OF_MEMORY
            if self._died or not cluster.alive:
                return COMPONENT_DIED
            before, now = self._stats, self._look(cluster)
            if seconds is not None and self._first and time.monotonic() - self._first >= seconds:
                return TIME_OVER
            if not self._all_finished():
                continue
            patience = patience + 1 if now == before else 0
            quiet = quiet + 1 if now == before and self._settled() else 0
            if quiet >= _QUIET_POLLS:
                return EXHAUSTED
            if patience >= self._patience:
                return UNSETTLED

    def _look(self, cluster: LocalCluster) -> list[ComponentStats]:
        try:
            info = cluster.topology_info(self._spec.name)
            metrics = cluster.metrics()
        except LocalClusterError:
            return self._stats  # the death of a spout ends the JVM; the next iteration reports it
        self._metrics = [one for one in metrics if one.name != TIMEOUTS]
        self._timeouts = {one.component: one.count for one in metrics if one.name == TIMEOUTS}
        if not self._first and started(info):
            self._first = time.monotonic()
        self._stats = component_stats(self._spec, info)
        if self._first:
            self._on_stats(self._stats, self._metrics)
        return self._stats

    def _all_finished(self) -> bool:
        tasks = {one.name: one.tasks or one.executors for one in self._spec.components if one.kind == "spout"}
        return bool(self._stats) and all(one.finished >= tasks[one.name] for one in self._stats if one.kind == "spout")

    def _settled(self) -> bool:
        """Whether every bolt has acked or failed all tuples that it received."""
        return all(one.executed == one.acked + one.failed for one in self._stats if one.kind == "bolt")


def with_exhausted_streams(spec: TopologySpec) -> TopologySpec:
    """Return the topology with an extra stream on each Python spout, which signals that it has finished.

    Nobody reads the stream: its tuples are visible as counts in the executor's stats.
    """
    stream = StreamSpec(EXHAUSTED_STREAM, ("task",))

    def extended(component: ComponentSpec) -> ComponentSpec:
        if component.kind != "spout" or not isinstance(component.code, PythonCode):
            return component
        return component._replace(streams=(*component.streams, stream))

    return spec._replace(components=tuple(map(extended, spec.components)))
