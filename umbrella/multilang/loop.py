"""Drives a component: reads what Storm sends, calls the user's code, and decides what an exception does."""

from __future__ import annotations

import time
from typing import Any, Callable, Union

from umbrella.errors import ProtocolError
from umbrella.multilang.bolt import Bolt
from umbrella.multilang.channel import Channel
from umbrella.multilang.collector import BoltCollector, SpoutCollector
from umbrella.multilang.component import Component
from umbrella.multilang.messages import (
    SYSTEM_COMPONENT,
    TICK_STREAM,
    Acked,
    Activate,
    Deactivate,
    Failed,
    FromStorm,
    Heartbeat,
    Next,
    TupleIn,
)
from umbrella.multilang.spout import Spout
from umbrella.multilang.stopping import EndOfComponent
from umbrella.multilang.tuples import Tuple

EXHAUSTED_STREAM = "umbrella_exhausted"  # declared by ``umbrella run`` alone; read in Storm's executor stats

LONGEST_PAUSE = 1.0  # seconds between two calls of a next_tuple that keeps raising


class BoltLoop:
    """Storm's ShellBolt on the other side: tuples and heartbeats come in at any time."""

    def __init__(self, bolt: Bolt, collector: BoltCollector, channel: Channel) -> None:
        self._bolt = bolt
        self._collector = collector
        self._channel = channel
        self._positions: dict[tuple[str, str], dict[str, int]] = {}

    def run(self) -> None:
        """Handle messages until Storm closes the pipe."""
        while (message := self._channel.read()) is not None:
            self.handle(message)

    def handle(self, message: FromStorm) -> None:
        """Handle one message."""
        if type(message) is TupleIn:
            self._handle_tuple(message)
        elif type(message) is Heartbeat:
            self._collector.alive()
        else:
            raise ProtocolError(f"a bolt does not take {message!r}")

    def _handle_tuple(self, message: TupleIn) -> None:
        tup = self._tuple(message)
        self._collector.receive(tup)
        if tup.stream == TICK_STREAM and tup.component == SYSTEM_COMPONENT:
            self._guard(tup, self._bolt.tick)
            self._collector.ack(tup)  # an unacked tick would stay in ShellBolt's map for ever
        else:
            self._guard(tup, lambda: self._bolt._process(tup))

    def _guard(self, tup: Tuple, call: Callable[[], None]) -> None:
        try:
            call()
        except EndOfComponent:
            raise
        except BaseException as exc:  # SystemExit and the like would end the whole worker JVM
            self._bolt.report_error(exc)
            if tup.stream != TICK_STREAM and self._collector.is_open(tup):
                self._collector.fail(tup)

    def _tuple(self, message: TupleIn) -> Tuple:
        key = message.component, message.stream
        positions = self._positions.get(key)
        if positions is None:
            fields = self._bolt.context.inputs.get(key, ())
            positions = {name: index for index, name in enumerate(fields)}
            self._positions[key] = positions
        return Tuple(message.id, message.component, message.stream, message.task, message.values, positions)


class SpoutLoop:
    """Storm's ShellSpout on the other side: one command at a time, each answered by a sync."""

    def __init__(self, spout: Spout, collector: SpoutCollector, channel: Channel) -> None:
        self._spout = spout
        self._collector = collector
        self._channel = channel
        self._told_exhausted = EXHAUSTED_STREAM not in spout.context.streams
        self._faults = 0

    def run(self) -> None:
        """Handle commands until Storm closes the pipe."""
        while (message := self._channel.read()) is not None:
            self.handle(message)

    def handle(self, message: FromStorm) -> None:
        """Handle one command."""
        if type(message) is Next:
            self._next()
        elif type(message) is Acked:
            self._collector.settle(message.id)
            self._guard(lambda: self._spout.ack(message.id))
        elif type(message) is Failed:
            self._collector.settle(message.id)
            self._spout._finished = False
            self._guard(lambda: self._spout.fail(message.id))
        elif type(message) is Activate:
            self._guard(self._spout.activate)
        elif type(message) is Deactivate:
            self._guard(self._spout.deactivate)
        else:
            raise ProtocolError(f"a spout does not take {message!r}")
        if not self._told_exhausted and self._spout._finished and not self._collector.pending:
            self._told_exhausted = True
            self._collector.emit([self._spout.context.task_id], EXHAUSTED_STREAM, None, None, False)
        self._collector.end_turn()

    def _next(self) -> None:
        if self._guard(self._spout.next_tuple):
            self._faults = 0
        else:  # reports at the pace of an idle spout, 1000 a second, would flood the log
            self._faults += 1
            self._channel.flush()
            time.sleep(min(LONGEST_PAUSE, 0.001 * 2 ** min(self._faults, 10)))

    def _guard(self, call: Callable[[], None]) -> bool:
        try:
            call()
        except EndOfComponent:
            raise
        except BaseException as exc:  # SystemExit and the like would end the whole worker JVM
            self._spout.report_error(exc)
            return False
        return True


Loop = Union[BoltLoop, SpoutLoop]


def loop_for(component: Component[Any], channel: Channel) -> Loop:
    """Return the loop that drives a component, and give the component its collector."""
    name, streams = component.context.component, component.context.streams
    if isinstance(component, Bolt):
        component._collector = BoltCollector(channel, name, streams)
        return BoltLoop(component, component._collector, channel)
    component._collector = SpoutCollector(channel, name, streams)
    assert isinstance(component, Spout)
    return SpoutLoop(component, component._collector, channel)
