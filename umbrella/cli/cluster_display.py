"""The output of ``umbrella cluster``."""

from __future__ import annotations

import contextlib
import os
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from umbrella.storm.cluster import DaemonStatus, DevCluster

_STYLES = {"running": "green", "starting": "yellow", "dead": "red", "stopped": "dim"}
_POLL_SECONDS = 0.3

LOOPBACK_NOTE = (
    "warning: the daemons listen on loopback only, but Storm's workers listen on all addresses of this machine. "
    "If others can reach it, block the ports 20000 to 31999 in its firewall"
)
EVERYWHERE_NOTE = (
    "warning: with a storm.thrift.transport of your own the daemons listen on all addresses of this machine, as Storm "
    "has no setting for the address. If others can reach it, block the ports 20000 to 31999 in its firewall"
)


def ready_lines(cluster: DevCluster) -> list[str]:
    """Return the lines that ``up`` ends with."""
    begun = cluster.begun
    first = f"started {', '.join(begun)}" if begun else "the cluster runs already; nothing was started"
    slots = cluster.shape.supervisors * cluster.shape.slots
    lines = [
        first,
        f"Storm {cluster.storm_version}: Nimbus on {cluster.nimbus_host}:{cluster.nimbus_port}, {slots} worker slots",
        f"settings for clients: {cluster.storm_yaml}",
    ]
    if cluster.drpc_port:
        lines.append(f"DRPC on localhost:{cluster.drpc_port}")
    return [*lines, EVERYWHERE_NOTE if cluster.listens_everywhere else LOOPBACK_NOTE]


def status_data(cluster: DevCluster, daemons: Sequence[DaemonStatus]) -> dict[str, Any]:
    """Return the cluster as plain data for JSON."""
    return {
        "folder": str(cluster.folder),
        "storm": cluster.storm_version,
        "storm_yaml": str(cluster.storm_yaml),
        "nimbus": {"host": cluster.nimbus_host, "port": cluster.nimbus_port},
        "drpc_port": cluster.drpc_port,
        "running": all(one.state == "running" for one in daemons),
        "daemons": [
            {
                "name": one.name,
                "state": one.state,
                "pid": one.pid,
                "address": one.address,
                "uptime_seconds": None if one.uptime_seconds is None else round(one.uptime_seconds, 1),
                "log": str(one.log),
                "reason": one.reason,
            }
            for one in daemons
        ],
        "workers": cluster.workers(),
    }


def status_table(cluster: DevCluster, daemons: Sequence[DaemonStatus]) -> None:
    """Print the daemons as a table."""
    table = Table(title=f"Storm {cluster.storm_version} in {cluster.folder}", title_justify="left")
    for name in ("daemon", "state", "pid", "address", "uptime"):
        table.add_column(name, justify="right" if name in ("pid", "uptime") else "left", no_wrap=True)
    for one in daemons:
        state = Text(one.state, style=_STYLES[one.state])
        table.add_row(one.name, state, str(one.pid or ""), one.address, _duration(one.uptime_seconds))
    console = Console(highlight=False)
    console.print(table)
    for one in daemons:
        if one.reason:
            console.print(f"{one.name}: {one.reason}", markup=False, soft_wrap=True)
    workers = cluster.workers()
    console.print(f"workers: {len(workers)}" + (f", pids {', '.join(map(str, workers))}" if workers else ""))


def last_lines(files: Mapping[str, Sequence[Path]], count: int) -> Iterator[str]:
    """Yield the last lines of each file, with the daemon's name before each line if there are several.

    Args:
        files: the files of each daemon.
        count: the number of lines of each file.
    """
    with contextlib.ExitStack() as stack:
        for daemon, file in _open_all(files):
            stack.enter_context(file)
            yield from (_labelled(files, daemon, line) for line in deque(file, maxlen=count))


def follow_lines(files: Mapping[str, Sequence[Path]], count: int) -> Iterator[str]:
    """Yield the last lines of each file, and then new lines as they are written; files may be rotated."""
    opened: dict[Path, IO[str]] = {}
    with contextlib.ExitStack() as stack:
        stack.callback(lambda: [file.close() for file in opened.values()])
        for daemon, file in _open_all(files):
            opened[Path(file.name)] = file
            yield from [_labelled(files, daemon, line) for line in deque(file, maxlen=count)]
        while True:
            for daemon, path in _flat(files):
                for line in _new_lines(path, opened):
                    yield _labelled(files, daemon, line)
            time.sleep(_POLL_SECONDS)


def _flat(files: Mapping[str, Sequence[Path]]) -> list[tuple[str, Path]]:
    return [(daemon, path) for daemon, paths in files.items() for path in paths]


def _open_all(files: Mapping[str, Sequence[Path]]) -> Iterator[tuple[str, IO[str]]]:
    for daemon, path in _flat(files):
        with contextlib.suppress(FileNotFoundError):
            yield daemon, path.open(encoding="utf-8", errors="replace")


def _new_lines(path: Path, opened: dict[Path, IO[str]]) -> Iterator[str]:
    if not path.exists():
        return
    file = opened.get(path)
    if file is not None:
        yield from file
        if not _replaced(path, file):
            return
        file.close()
    opened[path] = path.open(encoding="utf-8", errors="replace")
    yield from opened[path]


def _replaced(path: Path, file: IO[str]) -> bool:
    """Return whether Storm has started a new file of that name, or the file was truncated."""
    there, ours = path.stat(), os.fstat(file.fileno())
    return there.st_ino != ours.st_ino or there.st_size < file.tell()


def _labelled(files: Mapping[str, Sequence[Path]], daemon: str, line: str) -> str:
    line = line.rstrip("\n")
    return f"{daemon}: {line}" if len(files) > 1 else line


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return ""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h {minutes}m" if hours else f"{minutes}m {rest}s" if minutes else f"{rest}s"
