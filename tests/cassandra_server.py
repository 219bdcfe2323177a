"""A real Cassandra for tests: one node on loopback and free ports, its data in a folder; Maven fetches it once."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

from kafka.broker_jars import fetch_server
from umbrella.storm.cluster.ports import free_ports, is_open
from umbrella.storm.distribution import cache_folder
from umbrella.storm.java import STORM_NEEDS, find_java

VERSION = "5.0.5"
ADDRESS = "127.0.0.1"

_START_SECONDS = 180.0  # on a busy machine
_END_SECONDS = 60.0
# Small, and ready at once: there is no other node to wait for.
_JVM = (
    "-Xms256m",
    "-Xmx512m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-Djava.security.manager=allow",
    "-Djdk.attach.allowAttachSelf=true",
    "-Dcassandra-foreground=yes",
    "-Dcassandra.ring_delay_ms=100",
    "-Dcassandra.skip_wait_for_gossip_to_settle=0",
    "-Dcassandra.superuser_setup_delay_ms=0",
)
# What Cassandra's own scripts open of Java's modules.
_EXPORTS = {
    "java.base": "jdk.internal.misc jdk.internal.ref sun.nio.ch java.lang.ref",
    "java.management.rmi": "com.sun.jmx.remote.internal.rmi",
    "java.rmi": "sun.rmi.registry sun.rmi.server sun.rmi.transport.tcp",
    "java.sql": "java.sql",
    "jdk.unsupported": "sun.misc",
}
_OPENS = {
    "java.base": "java.lang java.lang.module java.lang.reflect java.util java.util.concurrent"
    " java.util.concurrent.atomic java.nio java.io java.net sun.nio.ch jdk.internal.loader jdk.internal.ref"
    " jdk.internal.reflect jdk.internal.math jdk.internal.module jdk.internal.util.jar",
    "jdk.management": "com.sun.management.internal",
    "jdk.compiler": "com.sun.tools.javac.file",
}
_SETTINGS = """\
cluster_name: tests
num_tokens: 1
allocate_tokens_for_local_replication_factor: 1
partitioner: org.apache.cassandra.dht.Murmur3Partitioner
data_file_directories: ["{folder}/data"]
commitlog_directory: "{folder}/commitlog"
saved_caches_directory: "{folder}/caches"
hints_directory: "{folder}/hints"
cdc_raw_directory: "{folder}/cdc"
commitlog_sync: periodic
commitlog_sync_period: 10s
commitlog_segment_size: 8MiB
endpoint_snitch: SimpleSnitch
seed_provider:
  - class_name: org.apache.cassandra.locator.SimpleSeedProvider
    parameters:
      - seeds: "{address}:{storage}"
listen_address: {address}
rpc_address: {address}
storage_port: {storage}
native_transport_port: {native}
auto_snapshot: false
memtable_heap_space: 64MiB
memtable_offheap_space: 64MiB
file_cache_size: 32MiB
"""
_LOGGING = """\
<configuration><appender name="out" class="ch.qos.logback.core.ConsoleAppender">
<encoder><pattern>%-5level %date{HH:mm:ss} %logger{0} %msg%n</pattern></encoder></appender>
<root level="WARN"><appender-ref ref="out"/></root></configuration>
"""


class CassandraServer:
    """One node, without a password.

    Args:
        folder: an empty one, for all its files.

    Attributes:
        port: where it speaks CQL.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, self._storage, self._management = free_ports(3)
        self._process: subprocess.Popen[bytes] | None = None

    def keyspace(self, name: str) -> str:
        """Return the URL of a keyspace."""
        return f"cassandra://{ADDRESS}:{self.port}/{name}"

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        ports = {"storage": self._storage, "native": self.port}
        (self.folder / "cassandra.yaml").write_text(_SETTINGS.format(folder=self.folder, address=ADDRESS, **ports))
        (self.folder / "logback.xml").write_text(_LOGGING)
        with (self.folder / "cassandra.log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command(), cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        deadline = time.monotonic() + _START_SECONDS
        while not is_open(ADDRESS, self.port):
            assert self._process.poll() is None, f"Cassandra ended: {self._log()}"
            assert time.monotonic() < deadline, f"Cassandra did not start: {self._log()}"
            time.sleep(0.1)

    def stop(self) -> None:
        """End it in order, or else as a crash does."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _command(self) -> list[str]:
        jars = fetch_server(f"org.apache.cassandra:cassandra-all:{VERSION}", cache_folder() / "cassandra" / VERSION)
        [agent] = jars.glob("jamm-*.jar")
        return [
            str(find_java(STORM_NEEDS)),
            *_JVM,
            *(f"--add-exports={one}=ALL-UNNAMED" for one in _packages(_EXPORTS)),
            *(f"--add-opens={one}=ALL-UNNAMED" for one in _packages(_OPENS)),
            f"-javaagent:{agent}",
            f"-Dcassandra.config={(self.folder / 'cassandra.yaml').as_uri()}",
            f"-Dcassandra.storagedir={self.folder}",
            f"-Dcassandra.jmx.local.port={self._management}",
            f"-Dlogback.configurationFile={self.folder / 'logback.xml'}",
            "-cp",
            f"{jars}/*",
            "org.apache.cassandra.service.CassandraDaemon",
        ]

    def _log(self) -> str:
        return (self.folder / "cassandra.log").read_text(errors="replace")[-3000:]


def _packages(modules: dict[str, str]) -> list[str]:
    return [f"{module}/{package}" for module, packages in modules.items() for package in packages.split()]
