"""Components for the tests of children that die; imported by worker processes too."""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
import time
from pathlib import Path

from bare_jvm.components.plain import One
from umbrella import AutoAckBolt, Bolt, Stream
from umbrella.multilang.component import collector_of


class Mortal(AutoAckBolt):
    """Sends on what it gets, or ends as it is told."""

    Default = One

    def execute(self, tup):
        if isinstance(tup.value, str) and hasattr(self, tup.value):
            getattr(self, tup.value)()
        self.emit(value=tup.value)

    def exit(self):
        os._exit(3)

    def end_in_order(self):
        os._exit(0)

    def segfault(self):
        faulthandler._sigsegv()

    def kill(self):
        os.kill(os.getpid(), signal.SIGKILL)

    def hang(self):
        os.kill(os.getpid(), signal.SIGSTOP)

    def garble(self):
        channel = collector_of(self)._channel
        channel.write_frame(b'{"command": "emit", "tuple": [1, }\nend\n')
        channel.flush()
        time.sleep(600)


class NeverOpens(AutoAckBolt):
    def open(self):
        raise RuntimeError("the database is not there \N{SNOWMAN}")

    def execute(self, tup):
        pass


class OpensAtTheSecondTry(AutoAckBolt):
    """Cannot start until a file is there, which the first try makes."""

    Default = One
    path: str

    def open(self):
        path = Path(self.path)
        if not path.exists():
            path.touch()
            os._exit(9)

    def execute(self, tup):
        self.emit(value=tup.value)


class Surroundings(AutoAckBolt):
    """Tells what its process was given."""

    class Default(Stream):
        fields = "environment", "directory", "options", "group"

    def execute(self, tup):
        environment = {name: os.environ.get(name) for name in ("GREETING", "PATH")}
        self.emit(environment, str(Path.cwd()), sorted(sys._xoptions), os.getpgrp() == os.getpid())


class Holds(Bolt):
    """Holds tuples until a tick comes, and tells how many it held."""

    Default = One
    tick_seconds = 3600  # the tests send the ticks

    def open(self):
        self.held = []

    def execute(self, tup):
        self.held.append(tup)

    def tick(self):
        self.emit(value=len(self.held))
        for tup in self.held:
            self.ack(tup)
        self.held.clear()
