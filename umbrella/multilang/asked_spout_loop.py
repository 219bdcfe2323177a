"""Drives a spout under Umbrella's Java half."""

from __future__ import annotations

from typing import Any

from umbrella.multilang.logs import change_level
from umbrella.multilang.loop import Loop
from umbrella.multilang.messages import (
    Acked,
    AckedMany,
    Activate,
    Deactivate,
    Failed,
    FailedMany,
    FromStorm,
    LogLevel,
    Next,
)
from umbrella.multilang.spout_loop import SpoutLoop


class AskedSpoutLoop(SpoutLoop):
    """Umbrella's PythonSpout on the other side: it asks ahead, so nothing is answered before it is asked.

    A sync ends the answer to each command with JSON, to each next alone with msgpack. Acks and fails may be for tuples
    of this task's last process: they reach the component all the same.
    """

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._handlers[LogLevel] = lambda message: change_level(message.level)
        self._handlers[AckedMany] = self._acked_many
        self._handlers[FailedMany] = self._failed_many
        codec = self._channel.codec
        self._write, self._sync = self._channel.write_frame, codec.sync
        others = (Acked, Failed, Activate, Deactivate) if codec.answers_every_command else ()
        self._answered: frozenset[type] = frozenset((Next, *others))

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
        if kind in self._answered:
            self._write(self._sync)

    def _acked_many(self, message: Any) -> None:
        if not self._hears_acks:
            self.collector.settle_all(message.ids)
            return
        for id in message.ids:
            self.collector.settle(id)
            self._guard("ack", self._on_ack, id, then=self._after_ack)
            self.calls += 2  # the watch looks at each call by itself

    def _failed_many(self, message: Any) -> None:
        for id in message.ids:
            self.collector.settle(id)
            self.collector.finished = False
            self._guard("fail", self._on_fail, id, then=self._after_fail)
            self.calls += 2
