"""A bolt that does everything a worker's stdout must survive, and fails some tuples."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import warnings

from topologies.recording import Numbers, Record
from umbrella import AutoAckBolt, ShuffleGrouping, Stream, Topology

print("printed while importing")
C = ctypes.CDLL(None)


class FailingNumbers(Numbers):
    """Does not replay: what fails stays failed."""

    def fail(self, message_id):
        pass


class Noisy(AutoAckBolt):
    class Default(Stream):
        fields = "number"

    def open(self):
        print("printed in open")

    def execute(self, tup):
        number = tup.number
        print(f"printed {number}")
        print('{"command":"ack","id":"1"}\nend', flush=True)
        os.write(1, b"written to fd 1\n")
        C.puts(b"written by C")
        C.fflush(None)
        print("on stderr", file=sys.stderr)
        if number % 50 == 0:
            subprocess.run(["echo", "echoed by a child"], check=True)
            warnings.warn("a warning", stacklevel=1)
            self.log.warning("logged %d", number)
        if number % 10 == 3:
            raise ValueError(f"no threes: {number} \N{SNOWMAN}")
        if number % 100 == 7:
            sys.exit(3)
        self.emit(number)


class NoisyTopology(Topology):
    numbers = FailingNumbers(1, count=300)
    noisy = Noisy(2, inputs=[ShuffleGrouping(numbers)])
    record = Record(1, directory="", inputs=[ShuffleGrouping(noisy)])
