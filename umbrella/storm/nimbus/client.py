"""Nimbus client: calls the current leader of a cluster."""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from umbrella.compile.idl import storm
from umbrella.errors import AuthorizationError, NimbusFailedError, NimbusLostError, NotAliveError, explain
from umbrella.storm.nimbus.connection import Connection
from umbrella.storm.nimbus.describe import describe
from umbrella.storm.nimbus.leader import find_leader
from umbrella.storm.nimbus.settings import NimbusSettings
from umbrella.storm.nimbus.streams import SEND_LIMIT

CHUNK = 256 * 1024  # well below nimbus.thrift.max_buffer_size, which counts the chunks of all clients together
ALL_TIME = ":all-time"

_FRAME_LIMIT = "nimbus.thrift.max_buffer_size"

_log = logging.getLogger("umbrella.nimbus")

Progress = Callable[[int, int], None]


class NimbusClient:
    """A client of a cluster's Nimbus. Use it as a context manager; it connects at the first call.

    The returned structs are those of umbrella/compile/storm.thrift.

    Args:
        settings: how to reach Nimbus.
    """

    def __init__(self, settings: NimbusSettings) -> None:
        self.settings = settings
        self._connection: Connection | None = None

    @property
    def connection(self) -> Connection:
        """The connection to the leader; it is opened if there is none yet.

        Raises:
            NimbusUnreachableError: no leader can be reached.
        """
        if self._connection is None:
            self._connection = find_leader(self.settings)
            _log.info("%s", self.describe())
        return self._connection

    def describe(self) -> str:
        """Return a line on how the leader is reached, and as which user."""
        return describe(self.connection.place, self.settings)

    def topologies(self) -> list[Any]:
        """Return the TopologySummary of each topology that still exists."""
        found: list[Any] = self._ask("getTopologySummaries")
        return found

    def cluster(self) -> Any:
        """Return the ClusterSummary: supervisors, topologies and Nimbuses."""
        return self._ask("getClusterInfo")

    def nimbus_conf(self) -> dict[str, Any]:
        """Return the configuration of the leading Nimbus."""
        return dict(json.loads(self._ask("getNimbusConf")))

    def frame_limit(self) -> int:
        """Return the size limit for messages to the leader in bytes, and enforce it on later calls."""
        if self.settings.tls or self.settings.sasl or self.settings.java:
            return SEND_LIMIT  # only the plain transport enforces nimbus.thrift.max_buffer_size
        with contextlib.suppress(AuthorizationError, NimbusFailedError):  # fall back to the settings
            told = self.nimbus_conf().get(_FRAME_LIMIT)
            if isinstance(told, int) and told != self.settings.frame_limit:
                self.settings = replace(self.settings, frame_limit=told)
                self.drop()
        return self.settings.frame_limit

    def topology_id(self, name: str) -> str:
        """Return the id of the topology with that name.

        Raises:
            NotAliveError: there is no such topology.
        """
        found = self.topologies()
        for one in found:
            if one.name == name:
                return str(one.id)
        names = [one.name for one in found]
        hint = "" if names else "No topology is running there."
        raise NotAliveError(explain(f"there is no topology {name!r}", valid=names, wrong=name, hint=hint))

    def info(self, topology_id: str) -> Any:
        """Return the TopologyInfo: executors with their statistics, and errors."""
        return self._ask("getTopologyInfo", topology_id)

    def page(self, topology_id: str, window: str = ALL_TIME, system: bool = False) -> Any:
        """Return the TopologyPageInfo.

        Args:
            topology_id: Storm's id.
            window: "600", "10800", "86400" (seconds) or ALL_TIME.
            system: whether to include Storm's own components and streams.
        """
        return self._ask("getTopologyPageInfo", topology_id, window, system)

    def component_page(self, topology_id: str, component: str, window: str = ALL_TIME, system: bool = False) -> Any:
        """Return the ComponentPageInfo; for the arguments see ``page``."""
        return self._ask("getComponentPageInfo", topology_id, component, window, system)

    def conf(self, topology_id: str) -> dict[str, Any]:
        """Return the configuration of a topology as Nimbus stores it."""
        return dict(json.loads(self._ask("getTopologyConf", topology_id)))

    def topology(self, topology_id: str) -> Any:
        """Return the StormTopology as it was submitted."""
        return self._ask("getUserTopology", topology_id)

    def kill(self, name: str, wait_seconds: int | None = None) -> None:
        """Ask Nimbus to kill a topology; it ends some time later.

        Args:
            name: the topology.
            wait_seconds: how long its spouts are deactivated first; ``topology.message.timeout.secs`` if not given.
        """
        self._tell("killTopologyWithOpts", name, storm.KillOptions(wait_secs=wait_seconds))

    def activate(self, name: str) -> None:
        """Activate a topology: its spouts emit."""
        self._tell("activate", name)

    def deactivate(self, name: str) -> None:
        """Deactivate a topology: its spouts stop emitting."""
        self._tell("deactivate", name)

    def rebalance(
        self,
        name: str,
        wait_seconds: int | None = None,
        workers: int | None = None,
        executors: Mapping[str, int] | None = None,
    ) -> None:
        """Redistribute a topology among workers.

        Args:
            name: the topology.
            wait_seconds: how long its spouts are deactivated first; ``topology.message.timeout.secs`` if not given.
            workers: the number of worker processes.
            executors: the number of executors, by component.
        """
        options = storm.RebalanceOptions(
            wait_secs=wait_seconds, num_workers=workers, num_executors=dict(executors) if executors else None
        )
        self._tell("rebalance", name, options)

    def log_config(self, topology_id: str) -> Any:
        """Return the LogConfig: log levels by logger."""
        return self._ask("getLogConfig", topology_id)

    def set_log_config(self, topology_id: str, config: Any) -> None:
        """Set log levels by logger."""
        self._ask("setLogConfig", topology_id, config)

    def upload(self, jar: Path, progress: Progress = lambda done, size: None) -> str:
        """Upload a jar to Nimbus, and return its location there.

        Args:
            jar: the file.
            progress: called with the bytes sent and the total.

        Raises:
            NimbusLostError: the connection to the leader was lost; another leader cannot use this upload.
        """
        size = jar.stat().st_size
        with jar.open("rb") as file, self._leading() as connection:
            location = str(connection.call("beginFileUpload"))
            done = 0
            progress(done, size)
            while chunk := file.read(min(CHUNK, self.settings.frame_limit // 2)):
                connection.call("uploadChunk", location, chunk)
                done += len(chunk)
                progress(done, size)
            connection.call("finishFileUpload", location)
        return location

    def submit(self, name: str, location: str, conf: str, topology: Any, active: bool) -> None:
        """Send the call that submits a topology, once; ``submit.submit`` handles a lost answer.

        Args:
            name: the topology's name.
            location: what ``upload`` returned.
            conf: JSON text.
            topology: a StormTopology.
            active: whether its spouts are active from the start.
        """
        status = storm.TopologyInitialStatus.ACTIVE if active else storm.TopologyInitialStatus.INACTIVE
        options = storm.SubmitOptions(initial_status=status)
        with self._leading() as connection:
            connection.call("submitTopologyWithOpts", name, location, conf, topology, options)

    def drop(self) -> None:
        """Close the connection; the next call looks for the leader again."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    close = drop

    def __enter__(self) -> NimbusClient:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    @contextlib.contextmanager
    def _leading(self) -> Any:
        """Yield the connection to the leader, and drop it if it is lost."""
        try:
            yield self.connection
        except NimbusLostError:
            self.drop()
            raise

    def _ask(self, name: str, *arguments: Any) -> Any:
        """Make a read-only call; retry once if the connection was lost after the previous call."""
        known = self._connection is not None
        try:
            with self._leading() as connection:
                return connection.call(name, *arguments)
        except NimbusLostError:
            if not known:
                raise
            with self._leading() as connection:
                return connection.call(name, *arguments)

    def _tell(self, name: str, topology: str, *arguments: Any) -> Any:
        """Make a call that only the leader can execute; retry once if the leader has changed."""
        try:
            return self._tell_once(name, topology, *arguments)
        except NimbusFailedError:
            before = self.connection.place
            self.drop()
            if self.connection.place == before:
                raise
            return self._tell_once(name, topology, *arguments)

    def _tell_once(self, name: str, topology: str, *arguments: Any) -> Any:
        try:
            with self._leading() as connection:
                return connection.call(name, topology, *arguments)
        except NotAliveError as exc:
            found = [one.name for one in self.topologies()]
            if topology not in found:
                raise NotAliveError(explain(f"there is no topology {topology!r}", valid=found, wrong=topology)) from exc
            # A Nimbus that is not the leader knows no names (StormClusterStateImpl.getTopoId), though it lists them.
            what = f"Nimbus at {self.connection.place} lists topology {topology!r} and does not lead yet"
            raise NimbusFailedError(explain(what, given=name, hint="Try again in half a minute.")) from exc
