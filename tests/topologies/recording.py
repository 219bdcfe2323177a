"""Components that leave on disk what they saw, for a test to compare."""

from __future__ import annotations

import json
import os
from pathlib import Path

from umbrella import AutoAckBolt, Spout, Stream


class Numbers(Spout):
    """Emits the numbers 0 to count - 1, reliably, and each again if it fails."""

    class Default(Stream):
        fields = "number", "key"

    count: int

    def open(self):
        self.left = list(range(self.count - 1, -1, -1))

    def next_tuple(self):
        for _ in range(100):
            if not self.left:
                self.finish()
                return
            number = self.left.pop()
            self.emit(number, f"key{number % 7}", message_id=number)

    def fail(self, message_id):
        self.left.append(message_id)


class Record(AutoAckBolt):
    """Writes every tuple to a file of its own task."""

    directory: str

    def open(self):
        name = f"{self.context.component}-{self.context.task_id}-{os.getpid()}.jsonl"
        self.file = Path(self.directory, name).open("a", buffering=1, encoding="utf-8")  # noqa: SIM115 - closed in close()

    def close(self):
        self.file.close()

    def execute(self, tup):
        record = {
            "task": self.context.task_id,
            "from": tup.component,
            "from_task": tup.task,
            "stream": tup.stream,
            "values": tup.values,
        }
        self.file.write(json.dumps(record, default=repr) + "\n")


def records(directory: Path, component: str) -> list[dict]:
    """Return what the tasks of a Record bolt wrote."""
    lines = [line for file in directory.glob(f"{component}-*.jsonl") for line in file.read_text("utf-8").splitlines()]
    return [json.loads(line) for line in lines]
