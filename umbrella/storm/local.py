"""Storm in one JVM on this machine: Storm's own LocalCluster, with Python components as real subprocesses."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil
from py4j.protocol import Py4JError, Py4JJavaError

import umbrella
from umbrella.compile.idl import storm
from umbrella.compile.lower import lower
from umbrella.compile.thrift import deserialize, serialize, to_thrift
from umbrella.errors import LocalClusterError, NimbusError, StormError, StormNotFoundError, explain
from umbrella.spec import TopologySpec
from umbrella.storm.distribution import Distribution, locate
from umbrella.storm.jvm import Jvm
from umbrella.storm.jvm_log import JvmLog
from umbrella.storm.local_metrics import LocalMetric, read_metrics

LOCAL_DRPC = "umbrella.drpc.local"  # DrpcConnection.LOCAL in java/
RUN_MARK = "UMBRELLA_RUN"  # in the environment of every process of a run, to find them

# executor.metrics.frequency.secs is read only from the daemons' conf; at 1 the executors' stats are a second old.
_DAEMON_CONF = {
    "executor.metrics.frequency.secs": 1,
    "topology.enable.message.timeouts": True,  # LocalCluster.Builder turns them off
    "supervisor.worker.shutdown.sleep.secs": 1,
    "supervisor.monitor.frequency.secs": 1,
    "storm.zookeeper.session.timeout": 60000,
}
_END_SECONDS = 8.0
_LAST_WORDS_MS = 3000


class LocalCluster:
    """An embedded Storm. Use it as a context manager.

    Args:
        paths: folders that Python components are imported from.
        jars: more jars for the classpath.
        distribution: Storm's jars; those found by ``locate`` by default.
    """

    def __init__(
        self,
        paths: Sequence[Path] = (),
        jars: Sequence[Path] = (),
        distribution: Distribution | None = None,
    ) -> None:
        self.log = JvmLog()
        self.mark = uuid.uuid4().hex
        self._cluster: Any = None
        self._drpc: Any = None
        environment = {"PYTHONPATH": _python_path(paths), RUN_MARK: self.mark}
        self.jvm = Jvm(distribution or locate(), [*own_jars(), *jars], self.log, environment)
        try:
            builder = self.jvm.classes.org.apache.storm.LocalCluster.Builder()
            self._cluster = builder.withDaemonConf(_DAEMON_CONF).build()
        except BaseException as exc:
            # Before the JVM is closed: Py4J asks it for the text of the exception.
            why = _java_text(exc) if isinstance(exc, Py4JJavaError) else str(exc)
            tail = self.jvm.stderr_tail()
            self.close()
            if isinstance(exc, Py4JError):
                raise LocalClusterError(f"Storm did not start in the JVM: {why}\n{tail}".rstrip()) from None
            raise

    def serve_drpc(self) -> int:
        """Start a DRPC server in the JVM if there is none yet, and return its port on 127.0.0.1.

        Topologies that are submitted later fetch their calls from it.
        """
        if self._drpc is None:
            with self._mapped("start a DRPC server"):
                self._drpc = self.jvm.classes.umbrella.storm.LocalDrpc()
        with self._mapped("ask for the port of the DRPC server"):
            return int(self._drpc.port())

    def submit(self, spec: TopologySpec, conf: Mapping[str, Any] | None = None) -> None:
        """Run a topology; its components use this Python.

        Args:
            spec: the topology.
            conf: settings by dotted key that override the topology's own.

        Raises:
            NimbusError: Storm rejects the topology.
        """
        lowered = lower(spec._replace(python=sys.executable))
        merged = {**lowered.conf, **(conf or {})}
        with self._mapped(f"submit {spec.name}"):
            if self._drpc is not None:
                merged[LOCAL_DRPC] = self._drpc.service()
            utils = self.jvm.classes.org.apache.storm.utils.Utils
            java_class = self.jvm.classes.java.lang.Class.forName("org.apache.storm.generated.StormTopology")
            topology = utils.thriftDeserialize(java_class, serialize(to_thrift(lowered)))
            self._cluster.submitTopology(spec.name, None, json.dumps(merged), topology)

    def topology_info(self, name: str) -> Any:
        """Return Storm's TopologyInfo (umbrella/compile/storm.thrift): executors, their stats, and errors.

        Raises:
            NimbusError: there is no such topology.
        """
        # Sent as bytes through Py4J instead of through Nimbus's own port: Storm binds that port on every address
        # without authentication, and anyone who can reach it can run code.
        with self._mapped(f"info {name}"):
            info = self._cluster.getTopologyInfoByName(name)
            data = bytes(self.jvm.classes.org.apache.storm.utils.Utils.thriftSerialize(info))
        return deserialize(storm.TopologyInfo, data)

    def kill(self, name: str, wait_seconds: int = 0) -> None:
        """Kill a topology and wait until it is gone.

        Args:
            name: the topology.
            wait_seconds: how long its spouts are deactivated before its components end.
        """
        # Storm logs their end as deaths, some of them late. (The processes of other topologies in this JVM are
        # included.)
        self.log.expect_end(process.pid for process in self.children())
        with self._mapped(f"kill {name}"):
            options = self.jvm.classes.org.apache.storm.generated.KillOptions()
            options.set_wait_secs(wait_seconds)
            self._cluster.killTopologyWithOpts(name, options)
            end = time.monotonic() + wait_seconds + _END_SECONDS
            while name in self.topologies() and time.monotonic() < end:
                time.sleep(0.1)

    def topologies(self) -> list[str]:
        """Return the names of the running topologies."""
        with self._mapped("list topologies"):
            return [summary.get_name() for summary in self._cluster.getTopologySummaries()]

    @property
    def alive(self) -> bool:
        """Whether the JVM is running."""
        return self.jvm.alive

    @property
    def ran_out_of_memory(self) -> bool:
        """Whether the JVM has ended because its heap was full."""
        return self.jvm.ran_out_of_memory

    def metrics(self) -> list[LocalMetric]:
        """Return the metrics of the Python components of all topologies."""
        with self._mapped("ask for metrics"):
            return read_metrics(self.jvm)

    def children(self) -> list[psutil.Process]:
        """Return the Python processes of this cluster's components."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                if process.environ().get(RUN_MARK) == self.mark and process.pid != self.jvm.process.pid:
                    found.append(process)
        return found

    def kill_processes(self) -> None:
        """Kill the JVM and its components at once; a call to Storm that is in progress fails."""
        self.jvm.process.kill()
        for process in self.children():
            with contextlib.suppress(psutil.Error):
                process.kill()

    def wait_for_end(self, processes: Sequence[psutil.Process]) -> None:
        """Wait for a while until processes that were asked to end have ended and their last output is in the log."""
        psutil.wait_procs(processes, timeout=_END_SECONDS)
        if not self.alive:
            return
        mark = uuid.uuid4().hex
        with contextlib.suppress(LocalClusterError), self._mapped("read its log to the end"):
            if not self.children():  # of any topology
                self.jvm.classes.umbrella.storm.WorkerEnd.awaitAll(_LAST_WORDS_MS)
            with self.log.awaiting(mark, _END_SECONDS):
                self.jvm.classes.java.lang.System.out.println(mark)

    def close(self) -> None:
        """End every topology, the JVM, and every process that it started."""
        with contextlib.suppress(StormError):
            if self._cluster is not None and self.alive:
                for name in self.topologies():
                    self.kill(name)
                # Components get SIGTERM and run their close(); LocalCluster.close would spend more seconds on ZooKeeper
                # files that are deleted anyway.
                self.wait_for_end(self.children())
        self.jvm.close()
        self._end_children()

    def _end_children(self) -> None:
        children = self.children()
        for process in children:
            with contextlib.suppress(psutil.Error):
                process.terminate()
        _, left = psutil.wait_procs(children, timeout=3)
        for process in left:
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(left, timeout=3)

    def __enter__(self) -> LocalCluster:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    @contextlib.contextmanager
    def _mapped(self, call: str) -> Any:
        """Translate Py4J's errors into Umbrella's."""
        try:
            yield
        except Py4JJavaError as exc:
            raise NimbusError(f"Storm refused to {call}: {_java_text(exc)}") from exc
        except (Py4JError, OSError) as exc:
            raise LocalClusterError(f"Storm's JVM ended during {call}. {self.jvm.stderr_tail()}".rstrip()) from exc


def own_jars() -> list[Path]:
    """Return the jars that ship with Umbrella: the Java classes that run Python components.

    Raises:
        StormNotFoundError: they have not been built.
    """
    jar = Path(umbrella.__file__).parent / "jars" / "umbrella-storm.jar"
    if not jar.exists():
        hint = "Build the Java part with `pip install -e .` in a checkout, or install a released wheel."
        raise StormNotFoundError(explain("Umbrella's own jar is missing", given=str(jar), hint=hint))
    return [jar]


def _python_path(paths: Sequence[Path]) -> str:
    home = Path(umbrella.__file__).parent.parent
    # Components have a different working folder, where a relative entry would mean another place.
    inherited = [os.path.abspath(one) for one in os.environ.get("PYTHONPATH", "").split(os.pathsep) if one]
    return os.pathsep.join([*(str(path.resolve()) for path in paths), str(home), *inherited])


def _java_text(exc: Py4JJavaError) -> str:
    """Return the message of a Java exception; Thrift's own exceptions keep theirs in get_msg()."""
    java = exc.java_exception
    for method in ("get_msg", "getMessage"):
        with contextlib.suppress(Py4JError):
            text = getattr(java, method)()
            if text:
                return str(text)
    return str(java.toString())
