"""Components that carry values and tell what became of them."""

from __future__ import annotations

import datetime
import decimal
import hashlib
import random
import re
import struct
from pathlib import Path

from umbrella import AutoAckBolt, Spout, Stream

from .plain import One


class FromFile(Spout):
    """Emits each value whose Python text is appended to a file, and says which it may not."""

    class Default(Stream):
        fields = "value"

    class Refused(Stream):
        fields = "line", "text"

    path: str

    def open(self):
        self.file = Path(self.path).open(encoding="ascii")  # noqa: SIM115 - closed in close()
        self.line = 0

    def close(self):
        self.file.close()

    def next_tuple(self):
        known = {"nan": float("nan"), "inf": float("inf"), "datetime": datetime, "Decimal": decimal.Decimal}
        for line in self.file:
            try:
                self.emit(value=eval(line, known))
            except ValueError as error:  # EmitError is one
                self.emit(self.line, str(error), stream=self.Refused)
            self.line += 1


class TellText(AutoAckBolt):
    """Tells the Python text of what it gets."""

    Default = One

    def execute(self, tup):
        self.emit(ascii(tup[0]))


def doubles(seed):
    """Return an endless line of finite doubles: random bits, and the decimals that people write."""
    source = random.Random(seed)
    while True:
        value = struct.unpack("<d", source.randbytes(8))[0]
        if value == value and abs(value) != float("inf"):
            yield value
        yield round(source.uniform(-1e6, 1e6), source.randrange(12))


class Doubles(Spout):
    Default = One
    count: int

    def open(self):
        self.values = doubles(1)

    def next_tuple(self):
        for _ in range(100):
            if self.count:
                self.count -= 1
                self.emit(next(self.values))


class CompareDoubles(AutoAckBolt):
    """Counts the doubles that do not arrive as they were sent."""

    class Default(Stream):
        fields = "seen", "different"

    count: int

    def open(self):
        self.values = doubles(1)
        self.seen = self.different = 0

    def execute(self, tup):
        self.seen += 1
        value, sent = tup[0], next(self.values)
        if type(value) is not float or struct.pack("<d", value) != struct.pack("<d", sent):
            self.different += 1
        if self.seen == self.count:
            self.emit(self.seen, self.different)


class Digest(AutoAckBolt):
    """Tells the SHA-256 of each text, and how much memory this process has needed at most."""

    class Default(Stream):
        fields = "sha256", "kilobytes"

    def execute(self, tup):
        digest = hashlib.sha256(tup[0].encode()).hexdigest()
        self.emit(digest, peak_kilobytes())


def peak_kilobytes():
    """Return this program's peak of memory; getrusage's would include the JVM that it was forked from."""
    return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1])


class Large(Spout):
    """Emits one text of a size each time."""

    Default = One
    size: int

    def open(self):
        self.number = 0

    def next_tuple(self):
        self.emit(text_of(self.number, self.size))
        self.number += 1


class TellsLargeList(AutoAckBolt):
    """Emits a list of so many texts of 1 KiB."""

    Default = One

    def execute(self, tup):
        self.emit([1024 * "x"] * tup.value)


def text_of(number, size):
    piece = f'{number} quoted " and \\ and \N{SNOWMAN}\n'
    return (piece * (size // len(piece) + 1))[:size]
