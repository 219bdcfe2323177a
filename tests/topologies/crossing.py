"""Values and groupings between two workers."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bare_jvm.components.carrying import CompareDoubles, Doubles, FromFile
from topologies.groupings import recorded_in
from topologies.recording import Record
from umbrella import AllGrouping, AutoAckBolt, ShuffleGrouping, Topology


class KeepText(AutoAckBolt):
    """Writes the Python text of what it gets to a file of its own task."""

    directory: str

    def open(self):
        path = Path(self.directory, f"text-{self.context.task_id}-{os.getpid()}")
        self.file = path.open("a", buffering=1, encoding="ascii")

    def close(self):
        self.file.close()

    def execute(self, tup):
        self.file.write(ascii(tup[0]) + "\n")


class TwoWorkers:
    workers = 2
    stats_sample_rate = 1.0


def values_between_workers(path: Path, directory: Path, doubles: int, settings: Mapping[str, Any]) -> type[Topology]:
    """Return a topology that sends each value to a task of its own worker and to one of another.

    Args:
        path: the file with the Python texts of values.
        directory: takes what arrives.
        doubles: how many random doubles are sent as well.
        settings: of the topology, by dotted key.
    """
    config = type("Config", (TwoWorkers,), {"python": sys.executable, "extra": dict(settings)})

    class Crossing(Topology):
        values = FromFile(1, path=str(path))
        texts = KeepText(2, directory=str(directory), inputs=[AllGrouping(values)])
        doubles_sent = Doubles(1, count=doubles)
        compared = CompareDoubles(2, count=doubles, inputs=[AllGrouping(doubles_sent)])
        told = Record(1, directory=str(directory), inputs=[ShuffleGrouping(compared)])
        Config = config

    return Crossing


def groupings_between_workers(directory: Path) -> type[Topology]:
    """Return the topology with every grouping, on two workers.

    Storm then shuffles in turn: by default it looks at the load, and prefers tasks of the same worker.
    """
    config = type("Config", (TwoWorkers,), {"disable_loadaware_messaging": True})
    return type("GroupingsOnTwo", (recorded_in(directory),), {"Config": config})
