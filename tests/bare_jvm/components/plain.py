"""Components with nothing special to them."""

from __future__ import annotations

import os
from pathlib import Path

from umbrella import AutoAckBolt, Bolt, Stream


class One(Stream):
    """The default stream with one field."""

    stream_name = "default"
    fields = "value"


class Echo(AutoAckBolt):
    """Sends on what it gets."""

    Default = One

    def execute(self, tup):
        self.emit(value=tup.value)


class Never(Bolt):
    """Acks nothing."""

    def execute(self, tup):
        pass


class TellsPlace(AutoAckBolt):
    """Tells where it runs, and where it may import from."""

    class Default(Stream):
        fields = "directory", "path"

    def execute(self, tup):
        self.emit(str(Path.cwd()), os.environ["PYTHONPATH"].split(os.pathsep))
