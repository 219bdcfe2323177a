"""The processes of the topologies of a cluster: workers, what starts and logs for them, Python, and its children."""

from __future__ import annotations

from collections.abc import Iterable

import psutil

from umbrella.storm.cluster import DevCluster
from umbrella.storm.cluster.processes import with_descendants


def family_of(cluster: DevCluster) -> list[psutil.Process]:
    """Return every process of a cluster's topologies, also those that do not bear the cluster's mark."""
    daemons = {one.pid for one in cluster.status()}
    return [one for one in with_descendants(cluster.processes()) if one.pid not in daemons and is_alive(one)]


def worker_on(cluster: DevCluster, port: int) -> psutil.Process:
    """Return the worker JVM of a slot."""
    workers = map(psutil.Process, cluster.workers())
    (found,) = [one for one in workers if f"-Dworker.port={port}" in one.cmdline()]
    return found


def orphans_of(cluster: DevCluster) -> list[psutil.Process]:
    """Return the processes that belong to no living worker."""
    workers = [psutil.Process(pid) for pid in cluster.workers()]
    rightful = {one.pid for worker in workers for one in [worker, worker.parent(), *worker.children(recursive=True)]}
    return [one for one in family_of(cluster) if one.pid not in rightful]


def pids(processes: Iterable[psutil.Process]) -> set[tuple[int, float]]:
    """Return the processes as values that no later process is equal to."""
    return {(one.pid, one.create_time()) for one in processes}


def is_alive(process: psutil.Process) -> bool:
    """Tell whether a process has not ended: one that nobody waits for has, though it is still listed."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
