"""Real Nimbuses with settings of a test's own: one ZooKeeper, and a Nimbus for each way to reach one."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from umbrella.storm.distribution import Distribution
from umbrella.storm.java import STORM_NEEDS, find_java

START_SECONDS = 120
_OPTIONS = ("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.net.preferIPv4Stack=true")
_ZOOKEEPER = "org.apache.storm.shade.org.apache.zookeeper.server.ZooKeeperServerMain"
_NIMBUS = "org.apache.storm.daemon.nimbus.Nimbus"
_LOG = """<Configuration status="warn"><Appenders><Console name="out" target="SYSTEM_OUT">
<PatternLayout pattern="%p %c{1} %m%n%throwable"/></Console></Appenders>
<Loggers><Logger name="org.apache.storm.shade" level="error"/>
<Root level="info"><AppenderRef ref="out"/></Root></Loggers></Configuration>
"""


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def only_for(user: str) -> dict[str, Any]:
    """Return settings of a Nimbus that logs who calls, and lets one user do everything."""
    package = "org.apache.storm.security.auth.authorizer"
    return {"nimbus.authorizer": f"{package}.SimpleACLAuthorizer", "nimbus.admins": [user], "nimbus.users": [user]}


class Daemon:
    """A JVM that is to listen on a port."""

    def __init__(self, command: Sequence[str], port: int, output: Path) -> None:
        self.port = port
        self.output = output
        with output.open("wb") as file:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT)

    def log(self) -> str:
        return self.output.read_text(errors="replace")

    def wait(self) -> None:
        end = time.monotonic() + START_SECONDS
        while not self._listens():
            assert self.process.poll() is None, f"it ended:\n{self.log()[-4000:]}"
            assert time.monotonic() < end, f"port {self.port} is still closed:\n{self.log()[-4000:]}"
            time.sleep(0.1)

    def close(self) -> None:
        self.process.kill()  # nothing of it is kept
        self.process.wait()

    def _listens(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False


class Nimbuses:
    """A ZooKeeper, and Nimbuses that each have a tree of their own in it."""

    def __init__(self, storm: Distribution, folder: Path) -> None:
        self.storm = storm
        self.folder = folder
        (folder / "log4j2.xml").write_text(_LOG)
        self.zookeeper = self._zookeeper()

    def _zookeeper(self) -> Daemon:
        port = free_port()
        lines = ["tickTime=2000", f"dataDir={self.folder}/zookeeper", f"clientPort={port}", "maxClientCnxns=0"]
        settings = self.folder / "zoo.cfg"
        settings.write_text("\n".join([*lines, "clientPortAddress=127.0.0.1", "admin.enableServer=false", ""]))
        daemon = Daemon(self._java([], [], _ZOOKEEPER, str(settings)), port, self.folder / "zookeeper.out")
        daemon.wait()
        return daemon

    @contextlib.contextmanager
    def nimbus(
        self,
        name: str,
        conf: Mapping[str, Any],
        port: int,
        options: Sequence[str] = (),
        classes: Sequence[Path] = (),
    ) -> Iterator[Daemon]:
        """Run a Nimbus.

        Args:
            name: of its folder.
            conf: its settings, on top of what every Nimbus here has.
            port: the one it will listen on.
            options: for its JVM.
            classes: folders and jars before Storm's own.
        """
        home = self.folder / name
        (home / "conf").mkdir(parents=True)
        whole = {
            "storm.zookeeper.servers": ["127.0.0.1"],
            "storm.zookeeper.port": self.zookeeper.port,
            "storm.zookeeper.root": f"/{name}",
            "nimbus.seeds": ["localhost"],
            "storm.local.hostname": "localhost",
            "storm.local.dir": str(home / "local"),
            "storm.log.dir": str(home / "logs"),
            "storm.metricstore.class": "none",
            **conf,
        }
        (home / "conf" / "storm.yaml").write_text(yaml.safe_dump(whole))
        command = self._java(
            [f"-Dstorm.home={home}", "-Dstorm.conf.file=", "-Dstorm.options=", "-Ddaemon.name=nimbus", *options],
            [home / "conf", *classes],
            _NIMBUS,
        )
        daemon = Daemon(command, port, home / "nimbus.out")
        try:
            daemon.wait()
            yield daemon
        finally:
            daemon.close()

    def _java(self, options: Sequence[str], classes: Sequence[Path], *main: str) -> list[str]:
        classpath = os.pathsep.join(map(str, [*classes, *self.storm.jars]))
        log = f"-Dlog4j.configurationFile={self.folder / 'log4j2.xml'}"
        return [str(find_java(STORM_NEEDS)), *_OPTIONS, log, *options, "-cp", classpath, *main]

    def close(self) -> None:
        self.zookeeper.close()

    def __enter__(self) -> Nimbuses:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def compiled(storm: Distribution, source: Path, folder: Path) -> Path:
    """Compile a Java source against Storm's jars, and return the folder with its classes."""
    javac = find_java(STORM_NEEDS).resolve().with_name("javac")
    if not shutil.which(str(javac)):
        from conftest import missing_storm

        missing_storm("no javac beside java")
    classpath = os.pathsep.join(map(str, storm.jars))
    subprocess.run([str(javac), "-nowarn", "-cp", classpath, "-d", str(folder), str(source)], check=True)
    return folder
