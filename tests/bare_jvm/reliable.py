"""A spout over a durable source: a file of numbered lines, with the progress in a file beside it."""

from __future__ import annotations

import os
from pathlib import Path

from umbrella import ReliableSpout, Stream


class FileLines(ReliableSpout):
    """Reads a file from the committed position on; notes what it commits and what it gives up."""

    class Default(Stream):
        fields = "line"

    directory: str

    def open(self):
        self.commits = Path(self.directory, "commits").open("a+", buffering=1)  # noqa: SIM115 - closed in close()
        self.dead = Path(self.directory, "dead").open("a", buffering=1)  # noqa: SIM115 - closed in close()
        self.commits.seek(0)
        done = self.commits.read().split()
        self.next = int(done[-1]) + 1 if done else 0
        self.lines = Path(self.directory, "lines").read_text().split()

    def close(self):
        self.commits.close()
        self.dead.close()

    def fetch(self, count):
        first, self.next = self.next, min(self.next + count, len(self.lines))
        items = [(number, (self.lines[number],)) for number in range(first, self.next)]
        return items or None

    def commit(self, position):
        self.commits.write(f"{position}\n")

    def dead_letter(self, item, failures):
        self.dead.write(f"{item.values[0]} {failures}\n")

    def fail(self, message_id):
        super().fail(message_id)
        died = Path(self.directory, "died")
        if self.lines[message_id] == "deadly" and not died.exists():  # the next process is told of it too
            died.touch()
            os._exit(9)
