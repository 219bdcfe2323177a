"""A real Redis for tests: loopback, a free port, its data in a folder, written before each answer."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

import redis

from umbrella.storm.cluster.ports import free_ports


class RedisServer:
    """A redis-server that can be killed and started again on the same port with what it had."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        [self.port] = free_ports(1)
        self.url = f"redis://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None
        self.client = redis.Redis(port=self.port, decode_responses=True)

    def start(self) -> None:
        program = shutil.which("redis-server")
        assert program, "there is no redis-server; scripts/setup installs it on Debian"
        settings = {
            "port": self.port,
            "bind": "127.0.0.1",
            "daemonize": "no",
            "dir": self.folder,
            "save": '""',
            "appendonly": "yes",
            "appendfsync": "always",
        }
        path = self.folder / "redis.conf"
        path.write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
        with (self.folder / "redis.log").open("ab") as log:
            self.process = subprocess.Popen([program, str(path)], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        end = time.monotonic() + 20
        while True:
            try:
                self.client.ping()
                return
            except redis.ConnectionError:
                assert self.process.poll() is None, (self.folder / "redis.log").read_text()
                assert time.monotonic() < end, "redis-server does not answer"
                time.sleep(0.02)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
        self.client.connection_pool.disconnect()

    def close(self) -> None:
        self.kill()
        self.client.close()
