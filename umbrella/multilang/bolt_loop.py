"""The main loop of a bolt."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Callable

from umbrella.multilang.batching import BatchingBolt
from umbrella.multilang.bolt import AutoAckBolt, Bolt
from umbrella.multilang.bolt_collector import BoltCollector
from umbrella.multilang.component import bound
from umbrella.multilang.logs import change_level
from umbrella.multilang.loop import Loop
from umbrella.multilang.messages import SYSTEM_COMPONENT, TICK_STREAM, FromStorm, Heartbeat, LogLevel
from umbrella.multilang.stopping import EndOfComponent
from umbrella.multilang.tuples import Tuple


class BoltLoop(Loop):
    """The loop under ShellBolt (or PythonBolt), which sends tuples and heartbeats at any time."""

    def __init__(self, bolt: Bolt, collector: BoltCollector, *arguments: Any) -> None:
        super().__init__(bolt, *arguments)
        self.collector = collector
        self.current: Tuple | None = None
        execute = bound(bolt, "execute")
        self._process = auto_acking(execute, collector) if isinstance(bolt, AutoAckBolt) else execute
        self._on_tick = bound(bolt, "tick")
        self._after_tick = bound(bolt, "finish_batch") if isinstance(bolt, BatchingBolt) else None
        self._receive = collector.receive

    def run(self) -> None:
        """Handle messages until Storm closes the pipe."""
        self._work(self._channel.messages())

    def handle(self, message: FromStorm) -> None:
        """Handle one message."""
        self._work((message,))

    def _work(self, messages: Iterable[FromStorm]) -> None:
        receive, process = self._receive, self._process
        for message in messages:
            if not isinstance(message, Tuple):
                self._protocol.move(type(message))
                if type(message) is Heartbeat:
                    self.collector.alive()
                elif type(message) is LogLevel:
                    change_level(message.level)
                continue
            receive(message._id)
            if message._stream == TICK_STREAM and message._component == SYSTEM_COMPONENT:
                self._tick(message)
                continue
            self.current = message
            self.calls += 1
            try:
                returned = process(message)
                if returned is not None:
                    self.collector.check_returned("execute", returned)
                self._exceptions = 0
            except EndOfComponent:
                raise
            except BaseException as exc:  # SystemExit and the like would end the whole worker JVM
                self._end_if_forked(exc)
                if self.collector.is_open(message):
                    self.collector.fail(message)
                self._raised(exc)
            finally:
                self.calls += 1

    def _tick(self, tup: Tuple) -> None:
        self.calls += 1
        try:
            self._guard("tick", self._on_tick, then=self._after_tick)
        finally:
            self.calls += 1
            self.collector.ack(tup)  # an unacked tick would stay in ShellBolt's map forever


def auto_acking(execute: Callable[[Tuple], Any], collector: BoltCollector) -> Callable[[Tuple], None]:
    """Wrap ``execute``: anchors its emits to the input tuple and acks the tuple afterwards."""

    def process(tup: Tuple) -> None:
        collector.current = current = (tup,)
        try:
            returned = execute(tup)
        finally:
            collector.current = ()
        if returned is not None:
            collector.check_returned("execute", returned)
        collector.ack_open(current)

    return process
