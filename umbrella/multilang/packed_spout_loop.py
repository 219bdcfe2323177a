"""Drives a spout on the msgpack wire."""

from __future__ import annotations

from typing import Any

from umbrella.multilang.loop import Loop
from umbrella.multilang.messages import AckedMany, FailedMany, FromStorm, Next, Sync
from umbrella.multilang.spout_loop import SpoutLoop


class PackedSpoutLoop(SpoutLoop):
    """Umbrella's PythonSpout on the other side: it asks ahead, and a sync ends each answer to a next alone.

    Acks and fails may be for tuples of this task's last process: they reach the component all the same.
    """

    answers_ahead = False

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._handlers[AckedMany] = self._acked_many
        self._handlers[FailedMany] = self._failed_many

    def run(self) -> None:
        """Handle messages until Storm closes the pipe."""
        Loop.run(self)

    def handle(self, message: FromStorm) -> None:
        """Handle one message."""
        kind = type(message)
        self._protocol.move(kind)
        self.calls += 1
        self._handlers[kind](message)
        if not self._told_exhausted:
            self._tell_if_exhausted()
        self.calls += 1
        if kind is Next:
            self._protocol.move(Sync)
            self.collector.end_turn()

    def _acked_many(self, message: Any) -> None:
        settle = self.collector.settle
        for id in message.ids:
            settle(id)
            if self._hears_acks:
                self._guard(self.spout.ack, id)
                self.calls += 2  # the watch looks at each call by itself

    def _failed_many(self, message: Any) -> None:
        for id in message.ids:
            self.collector.settle(id)
            self.spout._finished = False
            self._guard(self.spout.fail, id)
            self.calls += 2
