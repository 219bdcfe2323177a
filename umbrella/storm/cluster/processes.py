"""Starts and ends the processes of a cluster, and finds them by a mark in their environment.

A pid in a file may by now belong to an unrelated process, but an environment with the cluster's id does not. Workers
and their Python processes inherit the environment, so they are found too, even after their parent has ended.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import psutil

from umbrella.storm.cluster.daemons import name_argument

MARK = "UMBRELLA_CLUSTER_ID"

_WORKER = "org.apache.storm.daemon.worker.Worker"
_LOG_WRITER = "org.apache.storm.LogWriter"  # the parent of each worker; its command line contains the worker's
# Variables of the user's shell that would give Storm's JVMs or the workers' Python something that they do not have on a
# real cluster.
_NOT_INHERITED = ("PYTHONPATH", "PYTHONHOME", "CLASSPATH", "STORM_CONF_DIR", "STORM_EXT_CLASSPATH", "STORM_HOME")

# Daemons that this very process started and therefore has to reap when they end.
_own: dict[int, subprocess.Popen[bytes]] = {}


def spawn(command: Sequence[str], cluster_id: str, output: Path, environment: Mapping[str, str]) -> psutil.Process:
    """Start a daemon that outlives this process, and return its process.

    Args:
        command: its command line.
        cluster_id: the id in the mark that it and all its descendants carry.
        output: the file for its stdout and stderr.
        environment: variables to add to this process's environment.
    """
    inherited = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
    with output.open("ab") as file:
        started = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            cwd=output.parent,
            env={**inherited, **environment, MARK: cluster_id},
            start_new_session=True,  # Ctrl-C and a closed terminal do not affect it
        )
    _own[started.pid] = started
    return psutil.Process(started.pid)


def marked(cluster_id: str) -> list[psutil.Process]:
    """Return every living process of a cluster."""
    _reap()
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            # A zombie process has no environment.
            if process.environ().get(MARK) == cluster_id and process.pid != os.getpid():
                found.append(process)
    return found


def daemon_process(processes: Iterable[psutil.Process], daemon: str) -> psutil.Process | None:
    """Return the process of a daemon among those of its cluster."""
    wanted = name_argument(daemon)
    for process in processes:
        with contextlib.suppress(psutil.Error):
            if wanted in process.cmdline():
                return process
    return None


def worker_processes(processes: Iterable[psutil.Process]) -> list[psutil.Process]:
    """Return the workers' JVMs among the processes of a cluster."""
    found = []
    for process in processes:
        with contextlib.suppress(psutil.Error):
            arguments = process.cmdline()
            if _WORKER in arguments and _LOG_WRITER not in arguments:
                found.append(process)
    return found


def with_descendants(processes: Iterable[psutil.Process]) -> list[psutil.Process]:
    """Return the processes and all their descendants, including those started with an environment without the mark."""
    found = {process.pid: process for process in processes}
    for process in list(found.values()):
        with contextlib.suppress(psutil.Error):
            found.update((child.pid, child) for child in process.children(recursive=True))
    return list(found.values())


def end(processes: Sequence[psutil.Process], seconds: float) -> None:
    """Ask processes to end, and kill those that do not end in time.

    psutil compares start times before it sends a signal, so a process with a reused pid gets none.
    """
    _send(processes, signal.SIGTERM)
    _, left = psutil.wait_procs(processes, timeout=seconds)
    kill(left)


def kill(processes: Sequence[psutil.Process]) -> None:
    """Kill processes and wait until they are gone."""
    _send(processes, signal.SIGKILL)
    psutil.wait_procs(processes, timeout=5)
    _reap()


def end_all(cluster_id: str, seconds: float) -> None:
    """End every process of a cluster, whoever started it, until none is left.

    Args:
        cluster_id: the id in their mark.
        seconds: the grace period before they are killed.
    """
    end(with_descendants(marked(cluster_id)), seconds)
    deadline = time.monotonic() + seconds
    while True:  # a process may have just started another one
        left = with_descendants(marked(cluster_id))
        if not left or time.monotonic() > deadline:
            return
        kill(left)


def _send(processes: Iterable[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.send_signal(number)


def _reap() -> None:
    for pid, process in list(_own.items()):
        if process.poll() is not None:
            del _own[pid]
