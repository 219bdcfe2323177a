"""Components that are closed."""

from __future__ import annotations

import os
import time
import uuid
from pathlib import Path

from umbrella import AutoAckBolt, Spout

from .plain import One


class Closes(AutoAckBolt):
    """Writes a file when it is closed."""

    Default = One
    directory: str

    def open(self):
        self.file = Path(self.directory, uuid.uuid4().hex)
        self.file.write_text("open")

    def execute(self, tup):
        self.emit(os.getpid())
        while tup.value == "busy":
            time.sleep(0.01)
        if tup.value == "asleep":
            time.sleep(600)

    def close(self):
        time.sleep(0.2)
        self.file.write_text("closed")


class ClosingSpout(Spout):
    Default = One
    directory: str

    def open(self):
        self.file = Path(self.directory, uuid.uuid4().hex)
        self.file.write_text("open")

    def next_tuple(self):
        self.emit(os.getpid())

    def close(self):
        self.file.write_text("closed")


class HangsInClose(Closes):
    def close(self):
        time.sleep(600)
