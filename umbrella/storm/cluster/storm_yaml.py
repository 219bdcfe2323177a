"""The settings of a development cluster: one storm.yaml for clients, one for each daemon, one for workers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from umbrella.storm.cluster.daemons import (
    DRPC,
    NIMBUS,
    SUPERVISOR,
    ZOOKEEPER,
    Daemon,
    daemons_of,
    slot_names,
)
from umbrella.storm.cluster.folder import Folder
from umbrella.storm.cluster.state import ClusterState
from umbrella.storm.java import UTF_8

TRANSPORT = "storm.thrift.transport"
LOOPBACK_TRANSPORT = "umbrella.storm.LoopbackTransport"

_SMALL = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
_FIXED = {
    "storm.zookeeper.servers": ["127.0.0.1"],
    "storm.local.hostname": "localhost",
    "drpc.servers": ["localhost"],
    # The fetched jars do not contain RocksDB, which only Nimbus's metric store needs.
    "storm.metricstore.class": "none",
    # A worker's heap is the sum over its executors (128 MB each by default), regardless of worker.heap.memory.mb.
    "topology.component.resources.onheap.memory.mb": 64.0,
    "worker.childopts": " ".join(["-Xmx%HEAP-MEM%m", *_SMALL, *UTF_8, "-Djava.net.preferIPv4Stack=true"]),
    "topology.worker.logwriter.childopts": " ".join(["-Xmx64m", *_SMALL, *UTF_8]),
    # Storm's defaults are for clusters of many machines, where each step may wait up to 10 s.
    "nimbus.monitor.freq.secs": 2,
    "supervisor.monitor.frequency.secs": 1,
    "supervisor.worker.shutdown.sleep.secs": 1,
    "executor.metrics.frequency.secs": 1,  # stats are a second old; only the daemons' and workers' setting counts
    "storm.zookeeper.session.timeout": 10000,  # after a Nimbus is killed, there is no leader for this long
}


def write_settings(state: ClusterState, folder: Folder) -> None:
    """Write all settings files of a cluster."""
    _write(folder.client_conf / "storm.yaml", client_conf(state))
    for daemon in daemons_of(state):
        _write(folder.conf(daemon.name) / "storm.yaml", daemon_conf(state, daemon, folder))
        if daemon.kind == ZOOKEEPER:
            (folder.conf(daemon.name) / "zoo.cfg").write_text(_zookeeper_conf(state, folder), encoding="utf-8")
        if daemon.kind == SUPERVISOR:
            workers = worker_conf(state, daemon, folder)
            _write(folder.worker_conf(daemon.name) / "storm.yaml", workers)


def client_conf(state: ClusterState) -> dict[str, Any]:
    """Return the settings that clients, daemons and workers share."""
    ports = state.ports
    conf = {
        **_FIXED,
        "storm.zookeeper.port": ports[ZOOKEEPER],
        "nimbus.seeds": [daemon.host for daemon in daemons_of(state) if daemon.kind == NIMBUS],
        "nimbus.thrift.port": ports[NIMBUS],
    }
    if state.shape.drpc:
        conf.update({"drpc.port": ports[DRPC], "drpc.invocations.port": ports["drpc-invocations"]})
    return {**conf, **state.shape.conf}


def worker_conf(state: ClusterState, supervisor: Daemon, folder: Folder) -> dict[str, Any]:
    """Return the settings of a supervisor's workers."""
    return {
        **client_conf(state),
        "supervisor.thrift.port": supervisor.port,
        "supervisor.slots.ports": [state.ports[slot] for slot in slot_names(supervisor.name, state.shape)],
        "storm.local.dir": str(folder.data(supervisor.name)),
        "storm.workers.artifacts.dir": str(folder.worker_logs),
    }


def daemon_conf(state: ClusterState, daemon: Daemon, folder: Folder) -> dict[str, Any]:
    """Return the settings of a daemon.

    Daemons listen only on loopback, through a transport class of Umbrella's. Workers and clients do not use it, so
    their classpath is the same as on any cluster. A transport that the user chose is kept.
    """
    conf = worker_conf(state, daemon, folder) if daemon.kind == SUPERVISOR else client_conf(state)
    conf["storm.local.dir"] = str(folder.data(daemon.name))
    conf["storm.local.hostname"] = daemon.host
    conf["storm.log4j2.conf.dir"] = str(folder.home / "log4j2")
    if TRANSPORT not in state.shape.conf:
        conf[TRANSPORT] = LOOPBACK_TRANSPORT
        conf["umbrella.cluster.address"] = daemon.address
    return conf


def _zookeeper_conf(state: ClusterState, folder: Folder) -> str:
    settings = {
        "dataDir": folder.data(ZOOKEEPER),
        "clientPort": state.ports[ZOOKEEPER],
        "clientPortAddress": "127.0.0.1",
        "maxClientCnxns": 0,
        "tickTime": 1000,  # session timeouts are 2 to 20 ticks
        "maxSessionTimeout": 600000,
        "admin.enableServer": "false",
        "autopurge.snapRetainCount": 3,
        "autopurge.purgeInterval": 1,  # hours
    }
    return "".join(f"{name}={value}\n" for name, value in settings.items())


def _write(path: Path, conf: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "# Written by `umbrella cluster up`.\n" + yaml.safe_dump(conf, sort_keys=True, width=120)
    path.write_text(text, encoding="utf-8")
