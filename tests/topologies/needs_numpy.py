"""A bolt that computes with numpy, which its worker's Python does not have; its jar does."""

from __future__ import annotations

import importlib.metadata
import json
import sys
from pathlib import Path

from umbrella import AutoAckBolt, ShuffleGrouping, Spout, Stream, Topology


class Numbers(Spout):
    class Default(Stream):
        fields = "number"

    count: int

    def open(self):
        self.left = list(range(self.count))

    def next_tuple(self):
        if self.left:
            number = self.left.pop()
            self.emit(number, message_id=number)


class Solves(AutoAckBolt):
    """Solves a linear system for each number: numpy's own compiled code, and that of its BLAS."""

    folder: str

    def open(self):
        import numpy

        self.numpy = numpy
        self.file = Path(self.folder, f"{self.context.task_id}.jsonl").open("a", encoding="utf-8")  # noqa: SIM115

    def execute(self, tup):
        found = self.numpy.linalg.solve([[2.0, 1.0], [1.0, 3.0]], [3.0 * tup.number, 4.0 * tup.number])
        line = {
            "number": tup.number,
            "found": [round(float(one), 6) for one in found],
            "numpy": self.numpy.__file__,
            "version": importlib.metadata.version("numpy"),
            "data": Path("cities.csv").read_text("utf-8"),
            "python": sys.executable,
        }
        print(json.dumps(line), file=self.file, flush=True)


def solving(folder: Path, python: str, count: int) -> type[Topology]:
    """Return a topology whose workers run that Python."""

    class Solving(Topology):
        numbers = Numbers(1, count=count)
        solves = Solves(2, folder=str(folder), inputs=[ShuffleGrouping(numbers)])

        class Config:
            workers = 2

    Solving.Config.python = python
    return Solving
