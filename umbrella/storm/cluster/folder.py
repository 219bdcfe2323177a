"""The state folder of a development cluster, and where it is by default.

Layout::

    cluster.json          what the cluster is, and the pids of its daemons
    lock                  held while a process starts or stops daemons
    home/                 a Storm: lib, lib-worker, extlib, extlib-daemon, log4j2
    conf/storm.yaml       for clients
    daemons/NAME/         storm.yaml (and zoo.cfg), the daemon's own settings
    daemons/NAME/workers/ storm.yaml of a supervisor's workers
    data/NAME/            what the daemon keeps: blobs, topologies, ZooKeeper's tree
    logs/                 NAME.log; NAME.out, what it printed
    logs/workers/         TOPOLOGY-ID/PORT/worker.log
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from umbrella.storm.distribution import cache_folder

FOLDER_VARIABLE = "UMBRELLA_CLUSTER"


def default_folder() -> Path:
    """Return $UMBRELLA_CLUSTER, or the folder ``cluster`` in the cache."""
    chosen = os.environ.get(FOLDER_VARIABLE)
    return Path(chosen) if chosen else cache_folder() / "cluster"


@dataclass(frozen=True)
class Folder:
    """Paths in the state folder of one cluster."""

    path: Path

    @property
    def state(self) -> Path:
        """What the cluster is, as JSON."""
        return self.path / "cluster.json"

    @property
    def home(self) -> Path:
        """The Storm that the daemons run."""
        return self.path / "home"

    @property
    def client_conf(self) -> Path:
        """The folder with the clients' storm.yaml."""
        return self.path / "conf"

    @property
    def logs(self) -> Path:
        """The daemons' logs."""
        return self.path / "logs"

    @property
    def worker_logs(self) -> Path:
        """Storm's storm.workers.artifacts.dir."""
        return self.logs / "workers"

    def conf(self, daemon: str) -> Path:
        """Return the folder with a daemon's own settings."""
        return self.path / "daemons" / daemon

    def worker_conf(self, daemon: str) -> Path:
        """Return the folder with the storm.yaml of a supervisor's workers."""
        return self.conf(daemon) / "workers"

    def data(self, daemon: str) -> Path:
        """Return the folder a daemon keeps its data in."""
        return self.path / "data" / daemon

    def log(self, daemon: str) -> Path:
        """Return a daemon's log."""
        return self.logs / f"{daemon}.log"

    def output(self, daemon: str) -> Path:
        """Return the file with what a daemon wrote to stdout and stderr."""
        return self.logs / f"{daemon}.out"

    @contextlib.contextmanager
    def locked(self, report: Callable[[str], None]) -> Iterator[None]:
        """Hold the lock of this folder; the system lets go of it even if this process is killed."""
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                report("another process is starting or stopping this cluster; waiting for it")
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def delete_all_but_logs(self) -> None:
        """Delete what is in the folder, except logs."""
        for entry in self.path.iterdir():
            if entry.name == self.logs.name:
                continue
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()
