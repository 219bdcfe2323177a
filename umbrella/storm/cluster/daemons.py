"""The daemons of a cluster: their names (in start order), addresses, ports and commands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from umbrella.storm.cluster.folder import Folder
from umbrella.storm.cluster.state import ClusterState, Shape
from umbrella.storm.java import UTF_8

ZOOKEEPER, NIMBUS, SUPERVISOR, DRPC = "zookeeper", "nimbus", "supervisor", "drpc"

_MAIN_CLASSES = {
    # DevZookeeper of storm-core would listen on every address and lose its data at each start.
    ZOOKEEPER: "org.apache.storm.shade.org.apache.zookeeper.server.ZooKeeperServerMain",
    NIMBUS: "org.apache.storm.daemon.nimbus.Nimbus",
    SUPERVISOR: "org.apache.storm.daemon.supervisor.Supervisor",
    DRPC: "umbrella.storm.DrpcServer",
}
_HEAP_MB = {ZOOKEEPER: 256, NIMBUS: 512, SUPERVISOR: 256, DRPC: 256}
# Quick to start and small: a development cluster shares one machine with its workers.
_JVM = ("-server", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.net.preferIPv4Stack=true")
_SECOND_HOST = "127.0.0.2"  # nimbus.seeds holds only hosts, so a second Nimbus needs its own address


@dataclass(frozen=True)
class Daemon:
    """One daemon of a cluster.

    Args:
        name: such as "nimbus" or "supervisor-2".
        kind: "zookeeper", "nimbus", "supervisor" or "drpc".
        host: its host name in Storm.
        port: the port that is open once the daemon is up.
    """

    name: str
    kind: str
    host: str
    port: int

    @property
    def address(self) -> str:
        """The IPv4 address that it listens on."""
        return "127.0.0.1" if self.host == "localhost" else self.host


def port_names(shape: Shape) -> list[str]:
    """Return the names of all ports that a cluster of that shape needs."""
    names = [ZOOKEEPER, NIMBUS]
    if shape.drpc:
        names += [DRPC, "drpc-invocations"]
    for supervisor in supervisor_names(shape):
        names += [supervisor, *slot_names(supervisor, shape)]
    return names


def supervisor_names(shape: Shape) -> list[str]:
    """Return the supervisors' names."""
    return _numbered(SUPERVISOR, shape.supervisors)


def slot_names(supervisor: str, shape: Shape) -> list[str]:
    """Return the names of the ports of a supervisor's slots."""
    return [f"{supervisor}-slot-{number}" for number in range(1, shape.slots + 1)]


def daemons_of(state: ClusterState) -> list[Daemon]:
    """Return the daemons of a cluster, in start order."""
    ports, shape = state.ports, state.shape
    found = [Daemon(ZOOKEEPER, ZOOKEEPER, "localhost", ports[ZOOKEEPER])]
    hosts = ["localhost", _SECOND_HOST]
    for name, host in zip(_numbered(NIMBUS, shape.nimbuses), hosts):
        found.append(Daemon(name, NIMBUS, host, ports[NIMBUS]))
    found += [Daemon(name, SUPERVISOR, "localhost", ports[name]) for name in supervisor_names(shape)]
    if shape.drpc:
        found.append(Daemon(DRPC, DRPC, "localhost", ports[DRPC]))
    return found


def command(daemon: Daemon, folder: Folder, java: Path) -> list[str]:
    """Return the command that starts a daemon: what Storm's bin/storm would run.

    The daemon's settings folder replaces Storm's conf folder on its classpath.
    """
    home, conf = folder.home, folder.conf(daemon.name)
    classpath = [f"{home}/lib/*", f"{home}/extlib/*", f"{home}/extlib-daemon/*", str(conf)]
    properties = {
        "daemon.name": daemon.name,
        "storm.options": "",
        "storm.conf.file": "",
        "storm.home": home,
        "storm.log.dir": folder.logs,
        "logfile.name": folder.log(daemon.name).name,
        "log4j.configurationFile": home / "log4j2" / "cluster.xml",
        "java.io.tmpdir": folder.data(daemon.name) / "tmp",
    }
    if daemon.kind == NIMBUS:
        properties["java.deserialization.disabled"] = "true"
    return [
        str(java),
        *_JVM,
        *UTF_8,
        f"-Xmx{_HEAP_MB[daemon.kind]}m",
        *(f"-D{name}={value}" for name, value in properties.items()),
        "-cp",
        ":".join(classpath),
        _MAIN_CLASSES[daemon.kind],
        *([str(conf / "zoo.cfg")] if daemon.kind == ZOOKEEPER else []),
    ]


def name_argument(daemon: str) -> str:
    """Return the argument that identifies a daemon's process among those of its cluster."""
    return f"-Ddaemon.name={daemon}"


def _numbered(name: str, count: int) -> list[str]:
    return [name, *(f"{name}-{number}" for number in range(2, count + 1))]
