"""Components that raise."""

from __future__ import annotations

import sys

from umbrella import AutoAckBolt, Spout

from .plain import One


class NotAnException(BaseException):
    pass


RAISED = ("ValueError", "SystemExit", "KeyboardInterrupt", "NotAnException", "snowman", "megabyte", "RecursionError")


class Raises(AutoAckBolt):
    """Raises for every hundredth number, in turn what RAISED says."""

    def execute(self, tup):
        if tup.value % 100 == 7:
            self.explode(RAISED[tup.value // 100 % len(RAISED)], tup.value)

    def explode(self, how, number):
        if how == "SystemExit":
            sys.exit(number)
        if how == "KeyboardInterrupt":
            raise KeyboardInterrupt
        if how == "NotAnException":
            raise NotAnException(f"number {number}")
        if how == "snowman":
            raise ValueError(f"\N{SNOWMAN} \ud83d {number}")
        if how == "megabyte":
            raise ValueError("m" * (1 << 20))
        if how == "RecursionError":
            self.explode(how, number)
        raise ValueError(f"number {number}")


class RaisingSpout(Spout):
    """Raises in every hook now and then, and goes on."""

    Default = One

    def open(self):
        self.calls = 0

    def next_tuple(self):
        self.calls += 1
        if self.calls % 2:
            raise ValueError(f"call {self.calls}")
        self.emit(self.calls, message_id=self.calls)

    def ack(self, message_id):
        sys.exit(message_id)

    def fail(self, message_id):
        raise NotAnException(message_id)

    def activate(self):
        raise KeyboardInterrupt

    def deactivate(self):
        raise ValueError("\N{SNOWMAN}")


class DoesNotOpen(AutoAckBolt):
    def open(self):
        raise RuntimeError("the database is not there \N{SNOWMAN}")

    def execute(self, tup):
        pass


class SpoutDoesNotOpen(Spout):
    def open(self):
        raise RuntimeError("the database is not there \N{SNOWMAN}")

    def next_tuple(self):
        pass
