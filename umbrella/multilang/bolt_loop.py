"""Drives a bolt."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from umbrella.multilang.bolt import Bolt
from umbrella.multilang.bolt_collector import BoltCollector
from umbrella.multilang.logs import change_level
from umbrella.multilang.loop import Loop
from umbrella.multilang.messages import SYSTEM_COMPONENT, TICK_STREAM, FromStorm, Heartbeat, LogLevel
from umbrella.multilang.stopping import EndOfComponent
from umbrella.multilang.tuples import Tuple


class BoltLoop(Loop):
    """Storm's ShellBolt on the other side: tuples and heartbeats come in at any time."""

    def __init__(self, bolt: Bolt, collector: BoltCollector, *arguments: Any) -> None:
        super().__init__(bolt, *arguments)
        self.bolt = bolt
        self.collector = collector
        self.current: Tuple | None = None
        # A call less for each tuple where nothing is done around the user's own.
        self._process = bolt.execute if type(bolt)._process is Bolt._process else bolt._process
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
                process(message)
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
            self.bolt.tick()
        except EndOfComponent:
            raise
        except BaseException as exc:
            self._end_if_forked(exc)
            self._raised(exc)
        finally:
            self.calls += 1
            self.collector.ack(tup)  # an unacked tick would stay in ShellBolt's map for ever
