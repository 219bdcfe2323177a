"""The state folder of a development cluster, and its default location.

Layout::

    cluster.json          the cluster's configuration, and the pids of its daemons
    lock                  held while a process starts or stops daemons
    home/                 a Storm home: lib, lib-worker, extlib, extlib-daemon, log4j2
    conf/storm.yaml       for clients
    daemons/NAME/         storm.yaml (and zoo.cfg), the daemon's settings
    daemons/NAME/workers/ storm.yaml of a supervisor's workers
    data/NAME/            the daemon's data: blobs, topologies, ZooKeeper's tree
    logs/                 NAME.log, and NAME.out with its output
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
    """Return $UMBRELLA_CLUSTER, or else the folder ``cluster`` in the cache."""
    chosen = os.environ.get(FOLDER_VARIABLE)
    return Path(chosen) if chosen else cache_folder() / "cluster"


@dataclass(frozen=True)
class Folder:
    """Paths in the state folder of one cluster."""

    path: Path

    @property
    def state(self) -> Path:
        """The file with the cluster's state, as JSON."""
        return self.path / "cluster.json"

    @property
    def home(self) -> Path:
        """The Storm home of the daemons."""
        return self.path / "home"

    @property
    def client_conf(self) -> Path:
        """The folder with the clients' storm.yaml."""
        return self.path / "conf"

    @property
    def logs(self) -> Path:
        """The folder of the daemons' logs."""
        return self.path / "logs"

    @property
    def worker_logs(self) -> Path:
        """The folder for Storm's storm.workers.artifacts.dir."""
        return self.logs / "workers"

    def conf(self, daemon: str) -> Path:
        """Return the folder with a daemon's settings."""
        return self.path / "daemons" / daemon

    def worker_conf(self, daemon: str) -> Path:
        """Return the folder with the storm.yaml of a supervisor's workers."""
        return self.conf(daemon) / "workers"

    def data(self, daemon: str) -> Path:
        """Return a daemon's data folder."""
        return self.path / "data" / daemon

    def log(self, daemon: str) -> Path:
        """Return a daemon's log file."""
        return self.logs / f"{daemon}.log"

    def output(self, daemon: str) -> Path:
        """Return the file with a daemon's stdout and stderr."""
        return self.logs / f"{daemon}.out"

    @contextlib.contextmanager
    def locked(self, report: Callable[[str], None]) -> Iterator[None]:
        """Hold the lock of this folder; the operating system releases it even if this process is killed."""
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                report("another process is starting or stopping this cluster; waiting for it")
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def delete_all_but_logs(self) -> None:
        """Delete the content of the folder, except logs."""
        for entry in self.path.iterdir():
            if entry.name == self.logs.name:
                continue
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()
