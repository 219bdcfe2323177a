"""The development cluster as a whole: up, status, down, and control of single daemons for tests that kill them."""

from __future__ import annotations

import contextlib
import dataclasses
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from umbrella.errors import DevClusterError, explain, naming, nearest
from umbrella.storm.cluster import processes, ready
from umbrella.storm.cluster.daemons import (
    NIMBUS,
    SUPERVISOR,
    ZOOKEEPER,
    Daemon,
    command,
    daemons_of,
    port_names,
)
from umbrella.storm.cluster.folder import Folder
from umbrella.storm.cluster.home import java_environment, make_home, storm_for_cluster
from umbrella.storm.cluster.ports import free_ports, is_free, is_open
from umbrella.storm.cluster.state import ClusterState, Shape, Started, read_state, write_state
from umbrella.storm.cluster.storm_yaml import TRANSPORT, write_settings
from umbrella.storm.distribution import Distribution
from umbrella.storm.java import STORM_NEEDS, find_java, utf_8_locale

RUNNING, STARTING, DEAD, STOPPED = "running", "starting", "dead", "stopped"

_START_SECONDS = 120.0  # for one daemon, on a busy machine
_END_SECONDS = 5.0  # grace period before a process is killed

Progress = Callable[[str], None]


@dataclass(frozen=True)
class DaemonStatus:
    """The current status of one daemon.

    Args:
        name: such as "nimbus" or "supervisor-2".
        state: "running"; "starting": its port is not open yet; "dead": it has ended unexpectedly; "stopped".
        pid: its process id, if it runs.
        address: its listening address, as host:port.
        uptime_seconds: how long it has been running, if it runs.
        log: its log file.
        reason: for a dead daemon, the last error in its log, if there is one.
    """

    name: str
    state: str
    pid: int | None
    address: str
    uptime_seconds: float | None
    log: Path
    reason: str = ""


class DevCluster:
    """ZooKeeper, Nimbus, supervisors and a DRPC server on this machine, each in a separate process.

    Create one with ``up``, or open an existing one with ``find``. The cluster outlives this object and this process:
    its state is in its folder, and any process can stop it with ``down``.
    """

    def __init__(self, folder: Folder, state: ClusterState) -> None:
        self._folder = folder
        self._state = state
        self.begun: list[str] = []  # the daemons that ``up`` has started; empty if all were running

    @classmethod
    def up(
        cls,
        folder: Path,
        supervisors: int | None = None,
        slots: int | None = None,
        nimbuses: int | None = None,
        drpc: bool | None = None,
        conf: Mapping[str, Any] | None = None,
        progress: Progress | None = None,
        distribution: Distribution | None = None,
    ) -> DevCluster:
        """Start those daemons of a cluster that are not running, and return when all of them are ready.

        Omitted arguments keep their values from the last ``up`` of this folder. The defaults are 1 supervisor with 4
        slots, 1 Nimbus, a DRPC server, no settings, and the Storm that ``locate`` finds.

        Args:
            folder: the state folder of the cluster; created if missing.
            supervisors: 1 to 16.
            slots: worker slots of each supervisor.
            nimbuses: 1 or 2.
            drpc: whether a DRPC server runs.
            conf: Storm's settings by dotted key, for daemons, workers and clients.
            progress: called with a short line for each step.
            distribution: Storm's jars.

        Raises:
            StormNotFoundError: Java, Storm's jars or ps are missing.
            DevClusterError: a daemon did not start (then everything that this call has started is stopped again), or
                the cluster is already running with different arguments.
        """
        report = progress or (lambda line: None)
        place = Folder(folder.absolute())
        with place.locked(report):
            given = {"supervisors": supervisors, "slots": slots, "nimbuses": nimbuses, "drpc": drpc, "conf": conf}
            state = _state_for(place, given, distribution)
            cluster = cls(place, state)
            cluster._prepare()
            cluster._start_missing(report)
        return cluster

    @classmethod
    def find(cls, folder: Path) -> DevCluster:
        """Return the cluster in a folder, running or not.

        Raises:
            DevClusterError: there is no cluster in the folder.
        """
        place = Folder(folder.absolute())
        state = read_state(place.state)
        if state is None:
            raise DevClusterError(
                explain("there is no development cluster", given=str(folder), hint="Run `umbrella cluster up`")
            )
        return cls(place, state)

    @property
    def folder(self) -> Path:
        """Its state folder."""
        return self._folder.path

    @property
    def storm_version(self) -> str:
        """Its version of Storm."""
        return self._state.storm

    @property
    def storm_home(self) -> Path:
        """The Storm home that the daemons use, with lib, lib-worker and log4j2."""
        return self._folder.home

    @property
    def storm_yaml(self) -> Path:
        """The storm.yaml for clients."""
        return self._folder.client_conf / "storm.yaml"

    @property
    def mark(self) -> tuple[str, str]:
        """The environment variable, and its value, that mark each process of this cluster."""
        return processes.MARK, self._state.id

    @property
    def nimbus_host(self) -> str:
        """The first Nimbus's host."""
        return "localhost"

    @property
    def nimbus_port(self) -> int:
        """The port of Nimbus; two Nimbuses share the same port number."""
        return self._state.ports[NIMBUS]

    @property
    def zookeeper_port(self) -> int:
        """ZooKeeper's port."""
        return self._state.ports[ZOOKEEPER]

    @property
    def drpc_port(self) -> int | None:
        """The port of the DRPC server, or None without one."""
        return self._state.ports["drpc"] if self._state.shape.drpc else None

    @property
    def listens_everywhere(self) -> bool:
        """Whether the daemons listen on all addresses (the user chose a transport) instead of only on loopback."""
        return TRANSPORT in self._state.shape.conf

    @property
    def shape(self) -> Shape:
        """The shape of the cluster."""
        return self._state.shape

    @property
    def running(self) -> bool:
        """Whether all of its daemons run."""
        return all(one.state == RUNNING for one in self.status())

    def status(self) -> list[DaemonStatus]:
        """Return the status of each daemon, in start order."""
        self._refresh()
        found = self.processes()
        return [self._status(daemon, found) for daemon in daemons_of(self._state)]

    def processes(self) -> list[psutil.Process]:
        """Return every living process of this cluster: daemons, workers and their children."""
        return processes.marked(self._state.id)

    def workers(self) -> list[int]:
        """Return the pids of the workers' JVMs."""
        return [process.pid for process in processes.worker_processes(self.processes())]

    @property
    def worker_logs(self) -> Path:
        """The folder with TOPOLOGY-ID/PORT/worker.log."""
        return self._folder.worker_logs

    def log_files(self, name: str | None = None) -> dict[str, list[Path]]:
        """Return the log files of each daemon, or of one daemon: its log and its output.

        Raises:
            DevClusterError: there is no such daemon.
        """
        names = [self._daemon(name).name] if name else [daemon.name for daemon in daemons_of(self._state)]
        return {name: [self._folder.log(name), self._folder.output(name)] for name in names}

    def start(self, name: str, progress: Progress | None = None) -> None:
        """Start one daemon and wait until it is ready; do nothing if it is running.

        Raises:
            DevClusterError: there is no such daemon, or it did not start.
        """
        report = progress or (lambda line: None)
        daemon = self._daemon(name)
        with self._folder.locked(report):
            self._refresh()
            if processes.daemon_process(self.processes(), name) is None:
                self._wait(daemon, self._spawn(daemon), report)

    def kill(self, name: str, number: int = signal.SIGKILL) -> None:
        """Send a signal to one daemon; after SIGKILL, wait until its process has ended.

        Raises:
            DevClusterError: there is no such daemon.
        """
        process = processes.daemon_process(self.processes(), self._daemon(name).name)
        if process is None:
            return
        if number == signal.SIGKILL:
            processes.kill([process])
        else:
            process.send_signal(number)

    def down(self, progress: Progress | None = None, delete: bool = False) -> None:
        """Stop every process of this cluster.

        Unless the data is deleted, topologies restart with the next ``up`` of the same folder, as on any cluster.

        Args:
            progress: called with a short line for each step.
            delete: whether to delete the folder's content too, except logs.

        Raises:
            DevClusterError: a process did not end.
        """
        report = progress or (lambda line: None)
        with self._folder.locked(report):
            self._refresh()
            self._end_everything(report)
            try:
                self._save(daemons={})
            except OSError as exc:  # such as a full disk; the processes have ended anyway
                report(f"`umbrella cluster status` will call the daemons dead: {exc}")
            if delete:
                report("deleting its data")
                self._folder.delete_all_but_logs()

    def _end_everything(self, report: Progress) -> None:
        found = self.processes()
        kinds = {daemon.name: daemon.kind for daemon in daemons_of(self._state)}
        by_name = {name: processes.daemon_process(found, name) for name in kinds}
        supervisors = [one for name, one in by_name.items() if one and kinds[name] == SUPERVISOR]
        daemons = [one for one in by_name.values() if one]
        workers = [one for one in processes.with_descendants(found) if one not in daemons]
        if supervisors:
            report("ending supervisors")  # supervisors first, or they would restart workers
            processes.end(supervisors, _END_SECONDS)
        if workers:
            report("ending workers")
            processes.end(workers, _END_SECONDS)
        if daemons:
            report("ending the other daemons")
        processes.end([one for name, one in by_name.items() if one and kinds[name] != ZOOKEEPER], _END_SECONDS)
        processes.end_all(self._state.id, _END_SECONDS)
        left = self.processes()
        if left:
            raise DevClusterError(f"these processes do not end: {', '.join(str(one.pid) for one in left)}")

    def _prepare(self) -> None:
        write_state(self._folder.state, self._state)  # before anything starts: every process is found by this id
        self._folder.worker_logs.mkdir(parents=True, exist_ok=True)
        with naming(self._folder.path):
            make_home(self._folder.home, Path(self._state.storm_home))
            write_settings(self._state, self._folder)

    def _start_missing(self, report: Progress) -> None:
        found = self.processes()
        missing = [one for one in daemons_of(self._state) if processes.daemon_process(found, one.name) is None]
        nimbus_runs = any(one.kind == NIMBUS and one not in missing for one in daemons_of(self._state))
        for daemon in missing:
            shared = daemon.kind == NIMBUS and nimbus_runs  # two Nimbuses share a port number, on different addresses
            if not shared and not is_free(daemon.port):
                raise ready.not_free(daemon.name, daemon.port)
        begun: list[psutil.Process] = []
        with _ended_on_failure(begun, self._state.id, whole=not found):
            waiting = []
            for daemon in daemons_of(self._state):
                process = processes.daemon_process(found, daemon.name)
                if process is None:
                    report(f"starting {daemon.name} on {daemon.host}:{daemon.port}")
                    process = self._spawn(daemon)
                    begun.append(process)
                    self.begun.append(daemon.name)
                waiting.append((daemon, process))
                if daemon.kind == ZOOKEEPER:
                    self._wait(daemon, process, report)
            for daemon, process in waiting:
                self._wait(daemon, process, report)

    def _spawn(self, daemon: Daemon) -> psutil.Process:
        java = find_java(STORM_NEEDS)
        (self._folder.data(daemon.name) / "tmp").mkdir(parents=True, exist_ok=True)
        environment = {**java_environment(java), **utf_8_locale()}
        if daemon.kind == SUPERVISOR:  # workers read their storm.yaml from there (BasicContainer.frameworkClasspath)
            environment["STORM_CONF_DIR"] = str(self._folder.worker_conf(daemon.name))
        self._folder.output(daemon.name).write_bytes(b"")
        words = command(daemon, self._folder, java)
        process = processes.spawn(words, self._state.id, self._folder.output(daemon.name), environment)
        started = Started(process.pid, process.create_time())
        self._save(daemons={**self._state.daemons, daemon.name: started})
        return process

    def _wait(self, daemon: Daemon, process: psutil.Process, report: Progress) -> None:
        nimbuses = [one for one in daemons_of(self._state) if one.kind == NIMBUS]
        what: str
        check: Callable[[], bool]
        if self.listens_everywhere or daemon.kind not in (NIMBUS, SUPERVISOR):
            what, check = "its port is open", lambda: is_open(daemon.address, daemon.port)
        elif daemon.kind == NIMBUS:
            what, check = "a Nimbus leads", lambda: _answers(daemon) and any(map(ready.leads, nimbuses))
        else:
            number = 1 + [one.name for one in daemons_of(self._state) if one.kind == SUPERVISOR].index(daemon.name)
            since = process.create_time() if number == 1 else 0.0
            what = "it is registered with Nimbus"

            def check() -> bool:
                return is_open(daemon.address, daemon.port) and ready.registered(nimbuses, number, since)

        if check():
            return
        report(f"waiting until {daemon.name} serves")
        logs = [self._folder.log(daemon.name), self._folder.output(daemon.name)]
        try:
            ready.wait_until(what, check, process, logs, _START_SECONDS)
        except DevClusterError as exc:
            raise DevClusterError(f"{daemon.name} did not start: {exc}") from None

    def _status(self, daemon: Daemon, found: list[psutil.Process]) -> DaemonStatus:
        process = processes.daemon_process(found, daemon.name)
        if process is None:
            state = DEAD if daemon.name in self._state.daemons else STOPPED
            since = None
        else:
            state = RUNNING if is_open(daemon.address, daemon.port) else STARTING
            since = _seconds_since(process)
        address = f"{daemon.host}:{daemon.port}"
        pid = process.pid if process else None
        log = self._folder.log(daemon.name)
        logs = [log, self._folder.output(daemon.name)]
        reason = ready.last_error(logs, self._state.daemons[daemon.name].time) if state == DEAD else ""
        return DaemonStatus(daemon.name, state, pid, address, since, log, reason)

    def _daemon(self, name: str) -> Daemon:
        daemons = {daemon.name: daemon for daemon in daemons_of(self._state)}
        if name not in daemons:
            text = f"this cluster has no daemon {name!r}"
            raise DevClusterError(explain(text, valid=list(daemons), wrong=name if nearest(name, daemons) else ""))
        return daemons[name]

    def _refresh(self) -> None:
        """Reload the state, which another process may have changed."""
        self._state = read_state(self._folder.state) or self._state

    def _save(self, **changes: Any) -> None:
        self._state = dataclasses.replace(self._state, **changes)
        write_state(self._folder.state, self._state)


def _state_for(folder: Folder, given: Mapping[str, Any], distribution: Distribution | None) -> ClusterState:
    """Return the state of the cluster that is to be started.

    Raises:
        DevClusterError: the cluster is already running with different arguments.
    """
    before = read_state(folder.state)
    shape = (before.shape if before else Shape()).changed(**given)
    if before and processes.marked(before.id):
        wanted = shape.difference(before.shape)
        if distribution and str(distribution.home) != before.storm_home:
            wanted.append(f"Storm {distribution.version}")
        if wanted:
            text = f"the cluster in {folder.path} runs, and not with what is asked for"
            hint = "Run `umbrella cluster down` first"
            raise DevClusterError(explain(text, given=", ".join(wanted), hint=hint))
        return before
    storm = storm_for_cluster(distribution)
    state = ClusterState(storm.version, str(storm.home), shape) if before is None else before
    ports = dict(state.ports)  # keep the last ports: Nimbus's stored data contains its address
    lacking = [name for name in port_names(shape) if name not in ports]
    ports.update(zip(lacking, free_ports(len(lacking), taken=ports.values())))
    return dataclasses.replace(
        state, storm=storm.version, storm_home=str(storm.home), shape=shape, ports=ports, daemons={}
    )


@contextlib.contextmanager
def _ended_on_failure(begun: list[psutil.Process], cluster_id: str, whole: bool) -> Iterator[None]:
    """Stop what was started if the block fails; ``whole``: the cluster was not running at all before."""
    try:
        yield
    except BaseException:
        processes.end(begun, _END_SECONDS)
        if whole:
            processes.end_all(cluster_id, _END_SECONDS)
        raise


def _answers(nimbus: Daemon) -> bool:
    return ready.cluster_summary(nimbus) is not None


def _seconds_since(process: psutil.Process) -> float | None:
    with contextlib.suppress(psutil.Error):
        return max(0.0, time.time() - process.create_time())
    return None
