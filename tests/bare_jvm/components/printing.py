"""Components that write to stdout and stderr."""

from __future__ import annotations

import ctypes
import os
import pdb
import subprocess
import sys

from umbrella import AutoAckBolt, Spout, Stream

from .plain import One

C = ctypes.CDLL(None)


class Prints(AutoAckBolt):
    """Writes lines in one of many ways, with tuples in between."""

    class Default(Stream):
        fields = "how", "number"

    lines: int

    def execute(self, tup):
        how = tup.value
        for number in range(10):
            getattr(self, how)(self.lines // 10, number)
            self.emit(how, number)

    def by_print(self, count, part):
        for number in range(count):
            print(f"by print {part} {number}")

    def by_write(self, count, part):
        for number in range(count):
            os.write(1, f"by write {part} {number}\n".encode())

    def by_c(self, count, part):
        for number in range(count):
            C.puts(f"by C {part} {number}".encode())
        C.fflush(None)

    def by_child(self, count, part):
        subprocess.run(["seq", "-f", f"by child {part} %g", str(count)], check=True)

    def by_stderr(self, count, part):
        for number in range(count):
            print(f"by stderr {part} {number}", file=sys.stderr)

    def like_frames(self, count, part):
        for number in range(count):
            print(f'{{"command":"ack","id":"{number}"}}')
            print("end" if number % 2 else '{"command":"emit","tuple":["like a frame",1]}\nend')


class Floods(AutoAckBolt):
    """Writes a lot to stderr wherever it is told to; see flooding.py for the time of the import."""

    Default = One
    where: str
    size: int

    def open(self):
        if self.where == "open":
            flood(self.size)

    def execute(self, tup):
        if self.where == "execute":
            flood(self.size)
        self.emit(tup.value)


class FloodingSpout(Spout):
    Default = One
    size: int

    def next_tuple(self):
        flood(self.size)
        self.emit("done")


def flood(size):
    """Write lines, and one that is very long."""
    line = "stderr " * 14 + "\n"
    for _ in range(size // 2 // len(line)):
        sys.stderr.write(line)
    os.write(2, b"x" * (size // 2))


class LogsAtLevels(AutoAckBolt):
    """Logs its tuples at three levels."""

    Default = One

    def execute(self, tup):
        self.log.debug("debug %s", tup.value)
        self.log.info("info %s", tup.value)
        self.log.error("error %s", tup.value)


class Stops(AutoAckBolt):
    """Calls a debugger."""

    Default = One

    def execute(self, tup):
        if tup.value == "pdb":
            pdb.set_trace()
            return
        breakpoint()


def stop():
    """Stand for a remote debugger."""
    print("stopped by the debugger of PYTHONBREAKPOINT")
