"""Components that are slow."""

from __future__ import annotations

import time

from umbrella import AutoAckBolt, Spout

from .plain import One


class Sleeps(AutoAckBolt):
    """Sleeps as long as it is told, opening included."""

    Default = One
    opening: float = 0.0

    def open(self):
        self.sleep_while_opening()

    def sleep_while_opening(self):
        time.sleep(self.opening)

    def execute(self, tup):
        self.sleep_as_told(tup.value)
        self.emit(tup.value)

    def sleep_as_told(self, seconds):
        time.sleep(seconds)


class SleepsInTick(Sleeps):
    tick_seconds = 3600  # the test sends the tick

    def tick(self):
        self.sleep_as_told(600)


class SleepySpout(Spout):
    """Sleeps in one of its hooks the first time."""

    Default = One
    hook: str
    seconds: float

    def rest(self, hook):
        if hook == self.hook:
            self.hook = ""
            time.sleep(self.seconds)

    def activate(self):
        self.rest("activate")

    def next_tuple(self):
        self.rest("next_tuple")
        time.sleep(0.001)  # the driver's JVM keeps every tuple, and some tests last for half a minute
        self.emit("next", message_id=1)

    def ack(self, message_id):
        self.rest("ack")

    def deactivate(self):
        self.rest("deactivate")
