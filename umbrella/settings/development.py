"""Finds the development cluster of ``umbrella cluster up``, if one is up."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import NamedTuple

from umbrella.errors import DevClusterError


class Development(NamedTuple):
    """A development cluster that is up.

    Attributes:
        folder: its state folder.
        host: its Nimbus's host.
        port: its Nimbus's port.
        worker_logs: the folder with TOPOLOGY-ID/PORT/worker.log.
        drpc_port: its DRPC server's port, if it has one.
    """

    folder: Path
    host: str
    port: int
    worker_logs: Path
    drpc_port: int | None = None


def development_cluster() -> Development | None:
    """Return this user's development cluster if its Nimbus accepts connections; a broken one counts as none."""
    from umbrella.storm.cluster.dev_cluster import DevCluster
    from umbrella.storm.cluster.folder import default_folder
    from umbrella.storm.cluster.ports import is_open

    folder = default_folder()
    if not folder.is_dir():
        return None
    with contextlib.suppress(DevClusterError):
        cluster = DevCluster.find(folder)
        if is_open(cluster.nimbus_host, cluster.nimbus_port):
            return Development(folder, cluster.nimbus_host, cluster.nimbus_port, cluster.worker_logs, cluster.drpc_port)
    return None
