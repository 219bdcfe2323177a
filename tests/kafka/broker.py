"""A Kafka broker of its own, in KRaft mode, on loopback and free ports."""

from __future__ import annotations

import base64
import os
import subprocess
import time
from pathlib import Path

from daemons.certificates import PASSWORD, Authority, key_store
from kafka.broker_jars import folder
from umbrella.storm.cluster.ports import free_ports, is_open
from umbrella.storm.java import STORM_NEEDS, find_java

ADDRESS = "127.0.0.1"
USER, USER_PASSWORD = "umbrella", "let me in"

_JVM = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
_START_SECONDS = 120.0  # on a busy machine
_END_SECONDS = 30.0
_LOGIN = "org.apache.kafka.common.security.plain.PlainLoginModule required"
_SETTINGS = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{address}:{controller}
listeners=PLAINTEXT://{address}:{plain},SECURE://{address}:{secure},CONTROLLER://{address}:{controller}
advertised.listeners=PLAINTEXT://{address}:{plain},SECURE://{address}:{secure}
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SECURE:SASL_SSL
inter.broker.listener.name=PLAINTEXT
log.dirs={folder}/data
auto.create.topics.enable=true
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
group.initial.rebalance.delay.ms=0
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
allow.everyone.if.no.acl.found=true
sasl.enabled.mechanisms=PLAIN
listener.name.secure.plain.sasl.jaas.config={login} user_{user}="{user_password}";
ssl.keystore.type=PKCS12
ssl.keystore.location={keys}
ssl.keystore.password={password}
"""


class Broker:
    """One broker, which can be killed and started again with what it has stored.

    Args:
        folder: an empty one, for all its files.

    Attributes:
        plain: where it listens without TLS, host:port.
        secure: where it listens with TLS and SASL's PLAIN.
        trusted: a store of Java's with the authority that vouches for it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        plain, secure, controller = free_ports(3)
        self.plain, self.secure = f"{ADDRESS}:{plain}", f"{ADDRESS}:{secure}"
        self._port = plain
        self._process: subprocess.Popen[bytes] | None = None
        authority = Authority(folder, "kafka")
        self.trusted = authority.trust_store("trusted.p12")
        keys = key_store(*authority.issue("broker", "/CN=broker", f"IP:{ADDRESS}"), folder / "broker.p12")
        self._settings = folder / "broker.properties"
        ports = {"plain": plain, "secure": secure, "controller": controller}
        secrets = {"login": _LOGIN, "user": USER, "user_password": USER_PASSWORD, "password": PASSWORD}
        self._settings.write_text(_SETTINGS.format(address=ADDRESS, folder=folder, keys=keys, **ports, **secrets))
        self._format()

    def start(self) -> None:
        """Start it and wait until it answers."""
        with (self.folder / "broker.log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command("kafka.Kafka", self._settings), stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        deadline = time.monotonic() + _START_SECONDS
        while not is_open(ADDRESS, self._port):
            assert self._process.poll() is None, f"the broker ended: {self._log()}"
            assert time.monotonic() < deadline, f"the broker did not start: {self._log()}"
            time.sleep(0.1)

    def kill(self) -> None:
        """End it as a crash does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """End it in order."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()

    @property
    def login(self) -> str:
        """What ``sasl.jaas.config`` is for its one user."""
        return f'{_LOGIN} username="{USER}" password="{USER_PASSWORD}";'

    def _format(self) -> None:
        identity = base64.urlsafe_b64encode(os.urandom(16)).decode().rstrip("=")
        asked = ["format", f"--cluster-id={identity}", "--config", self._settings]
        tool = self._command("kafka.tools.StorageTool", *asked)
        done = subprocess.run(tool, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr

    def _command(self, main: str, *arguments: object) -> list[str]:
        java = [str(find_java(STORM_NEEDS)), "-Xmx384m", *_JVM, "-cp", f"{folder()}/*"]
        return [*java, main, *map(str, arguments)]

    def _log(self) -> str:
        return (self.folder / "broker.log").read_text(errors="replace")[-3000:]
