"""The main loop of a spout under Umbrella's Java half."""

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
    """The loop under Umbrella's PythonSpout, which sends requests ahead, so this side never answers ahead.

    With JSON a sync ends the answer to every command, with msgpack only the answer to a next. Acks and fails may refer
    to tuples of the task's previous process; the component receives them all the same.
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
            self.calls += 2  # an even change: the watch sees each call as a new one

    def _failed_many(self, message: Any) -> None:
        for id in message.ids:
            self.collector.settle(id)
            self.collector.finished = False
            self._guard("fail", self._on_fail, id, then=self._after_fail)
            self.calls += 2
