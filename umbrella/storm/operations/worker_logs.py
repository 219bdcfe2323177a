"""The logs of a topology's workers: their locations, and their lines if the files are on this machine."""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from umbrella.storm.nimbus.client import NimbusClient
from umbrella.storm.operations.names import checked_component, components
from umbrella.storm.operations.statistics import WorkerRow, worker_rows

_FILE = "worker.log"
_POLL_SECONDS = 0.5
_TAIL_BYTES = 1024 * 1024  # bytes at the end of a file that are searched for its last lines
# Storm's log4j2/worker.xml: a line that does not begin with the time belongs to the previous one, as in a traceback.
_BEGINNING = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
# Components log through ShellLog; a thread is named after the component's executor, or by umbrella.storm.
_OF_COMPONENT = r"name:{name} |Thread-\d+-{name}-executor\[|\[{name}[\[\]:]| {name}\[\d+\]-\w+ \["


@dataclass(frozen=True)
class WorkerLog:
    """The log of one worker.

    Attributes:
        host: the worker's.
        port: the worker's.
        path: the file, on that host.
        local: whether that file is on this machine.
        components: the components that run in that worker.
    """

    host: str
    port: int
    path: str
    local: bool
    components: tuple[str, ...]


@dataclass(frozen=True)
class LogLine:
    """One line of a worker's log."""

    port: int
    text: str


def worker_logs(
    client: NimbusClient, name: str, component: str | None = None, folders: Sequence[Path] = ()
) -> list[WorkerLog]:
    """Return the locations of the logs of a topology's workers.

    Args:
        client: a client of its cluster.
        name: the topology.
        component: only workers that run this component.
        folders: folders on this machine to search, in addition to the one in Nimbus's configuration.

    Raises:
        NotAliveError: there is no such topology.
        UnknownNameError: the topology has no such component.
    """
    topology_id = client.topology_id(name)
    if component is not None:
        checked_component(component, name, list(components(client, topology_id)))
    places = [artifacts_folder(client.nimbus_conf()), *map(str, folders)]
    rows = worker_rows(client.page(topology_id))
    return [_log(row, places, topology_id) for row in rows if component is None or component in row.tasks]


def ended_logs(client: NimbusClient, name: str, folders: Sequence[Path]) -> list[WorkerLog]:
    """Return the logs on this machine of the last run of a topology that has ended.

    Args:
        client: a client of its cluster.
        name: the topology.
        folders: as for ``worker_logs``.
    """
    is_of_it = re.compile(rf"{re.escape(name)}-\d+-\d+").fullmatch  # Nimbus's format of ids: NAME-COUNT-SECONDS
    places = [Path(artifacts_folder(client.nimbus_conf())), *folders]
    files = [file for place in places for file in place.glob(f"*/*/{_FILE}") if is_of_it(file.parts[-3])]
    if not files:
        return []
    last = max((file.parts[-3] for file in files), key=lambda one: int(one.rpartition("-")[2]))
    found = {file.parts[-2]: file for file in files if file.parts[-3] == last}
    return [WorkerLog("localhost", int(port), str(file), True, ()) for port, file in sorted(found.items())]


def artifacts_folder(conf: Mapping[str, Any]) -> str:
    """Return the folder of the workers' logs according to Nimbus's configuration (ConfigUtils.workerArtifactsRoot)."""
    logs = PurePosixPath(str(conf.get("storm.log.dir") or "$STORM_HOME/logs"))
    return str(logs / str(conf.get("storm.workers.artifacts.dir") or "workers-artifacts"))


def _log(row: WorkerRow, places: Sequence[str], topology_id: str) -> WorkerLog:
    paths = [str(PurePosixPath(place, topology_id, str(row.port), _FILE)) for place in places]
    # The id contains the time of the submit, so such a file here is that worker's, whatever the host is called.
    here = [path for path in paths if Path(path).is_file()]
    return WorkerLog(row.host, row.port, (here or paths)[0], bool(here), tuple(row.tasks))


def last_lines(log: WorkerLog, count: int, component: str | None = None) -> list[LogLine]:
    """Return the last lines of a log that is on this machine.

    Args:
        log: a worker's log.
        count: the maximum number of lines.
        component: only this component's lines.
    """
    with Path(log.path).open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _TAIL_BYTES))
        lines = file.read().decode("utf-8", "replace").splitlines()
    if size > _TAIL_BYTES:
        del lines[0]  # a partial line
    chosen = deque(_Filter(component).chosen(lines), maxlen=count)
    return [LogLine(log.port, line) for line in chosen]


def follow(logs: list[WorkerLog], component: str | None = None) -> Iterator[LogLine]:
    """Yield new lines of logs on this machine as they are written; never ends."""
    readers = [LogReader(log, component) for log in logs]
    while True:
        for reader in readers:
            yield from reader.read()
        time.sleep(_POLL_SECONDS)


class _Filter:
    """Filters the lines of one component, with their continuation lines."""

    def __init__(self, component: str | None) -> None:
        self._pattern = re.compile(_OF_COMPONENT.format(name=re.escape(component))) if component else None
        self._inside = False

    def chosen(self, lines: list[str]) -> list[str]:
        if self._pattern is None:
            return lines
        found = []
        for line in lines:
            if _BEGINNING.match(line):
                self._inside = bool(self._pattern.search(line))
            if self._inside:
                found.append(line)
        return found


class LogReader:
    """Reads what is appended to a file, even after Storm has started a new one."""

    def __init__(self, log: WorkerLog, component: str | None = None) -> None:
        self._log, self._filter = log, _Filter(component)
        self._path = Path(log.path)
        self._position = self._path.stat().st_size
        self._rest = b""

    def read(self) -> list[LogLine]:
        """Return the complete lines written since the previous call, or since this reader was created."""
        try:
            size = self._path.stat().st_size
            if size < self._position:
                self._position, self._rest = 0, b""
            with self._path.open("rb") as file:
                file.seek(self._position)
                data = self._rest + file.read()
                self._position = file.tell()
        except FileNotFoundError:
            return []  # rotated just now, or the topology is gone
        *lines, self._rest = data.split(b"\n")
        texts = [line.decode("utf-8", "replace").rstrip("\r") for line in lines]
        return [LogLine(self._log.port, text) for text in self._filter.chosen(texts)]
