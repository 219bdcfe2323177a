"""Drives a component: reads what Storm sends, calls the user's code, and decides what an exception does."""

from __future__ import annotations

import time
from typing import Any, Callable, Union

from umbrella.errors import UmbrellaError
from umbrella.multilang.bolt import Bolt
from umbrella.multilang.channel import Channel
from umbrella.multilang.collector import BoltCollector, Outputs, SpoutCollector
from umbrella.multilang.component import Component
from umbrella.multilang.context import Context
from umbrella.multilang.messages import (
    SYSTEM_COMPONENT,
    TICK_STREAM,
    Acked,
    Activate,
    Deactivate,
    Failed,
    FromStorm,
    Handshake,
    Heartbeat,
    Next,
    Sync,
)
from umbrella.multilang.protocol import Protocol
from umbrella.multilang.settings import Settings
from umbrella.multilang.spout import Spout
from umbrella.multilang.stopping import EndOfComponent
from umbrella.multilang.tuples import Tuple, tuple_class

EXHAUSTED_STREAM = "umbrella_exhausted"  # declared by ``umbrella run`` alone; read in Storm's executor stats

SHORT_REST, LONG_REST = 0.001, 0.005  # seconds that a next_tuple without an emit is followed by
CALLS_UNTIL_LONG_REST = 100
LONGEST_PAUSE = 1.0  # seconds between two calls of a next_tuple that keeps raising


OnRaised = Callable[[BaseException], None]


class TooManyExceptions(UmbrellaError):
    """A component has raised so many times in a row that its process is to be started anew."""


class Loop:
    """What the loops of bolts and spouts share.

    Attributes:
        calls: odd while user code runs, and another number each time: the watch tells a long call by it.
    """

    def __init__(
        self,
        component: Component[Any],
        channel: Channel,
        protocol: Protocol,
        settings: Settings,
        on_raised: OnRaised | None = None,
    ) -> None:
        self.calls = 0
        self._component = component
        self._channel = channel
        self._protocol = protocol
        self._limit = settings.exceptions_until_restart
        self._on_raised = on_raised
        self._exceptions = 0

    def run(self) -> None:
        """Handle messages until Storm closes the pipe."""
        read, handle = self._channel.read, self.handle
        while True:
            message = read()
            if message is None:
                return
            handle(message)

    def handle(self, message: FromStorm) -> None:
        """Handle one message."""
        raise NotImplementedError

    def _raised(self, exc: BaseException) -> None:
        if self._on_raised:
            self._on_raised(exc)
        self._component.report_error(exc)
        self._exceptions += 1
        if self._limit and self._exceptions >= self._limit:
            raise TooManyExceptions(f"{self._exceptions} exceptions in a row; the process is to start anew") from exc


class BoltLoop(Loop):
    """Storm's ShellBolt on the other side: tuples and heartbeats come in at any time."""

    def __init__(self, bolt: Bolt, collector: BoltCollector, *arguments: Any) -> None:
        super().__init__(bolt, *arguments)
        self.bolt = bolt
        self.collector = collector
        self.current: Tuple | None = None
        self._process = bolt._process
        self._receive = collector.receive

    def handle(self, message: FromStorm) -> None:
        """Handle one message."""
        if not isinstance(message, Tuple):
            self._protocol.move(type(message))
            if type(message) is Heartbeat:
                self.collector.alive()
            return
        self._receive(message._id)
        if message._stream == TICK_STREAM and message._component == SYSTEM_COMPONENT:
            self._tick(message)
            return
        self.current = message
        self.calls += 1
        try:
            self._process(message)
            self._exceptions = 0
        except EndOfComponent:
            raise
        except BaseException as exc:  # SystemExit and the like would end the whole worker JVM
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
            self._raised(exc)
        finally:
            self.calls += 1
            self.collector.ack(tup)  # an unacked tick would stay in ShellBolt's map for ever


class SpoutLoop(Loop):
    """Storm's ShellSpout on the other side: one command at a time, each answered by a sync."""

    def __init__(self, spout: Spout, collector: SpoutCollector, *arguments: Any) -> None:
        super().__init__(spout, *arguments)
        self.spout = spout
        self.collector = collector
        self._told_exhausted = EXHAUSTED_STREAM not in spout.context.streams
        self._faults = 0
        self._idle = 0
        self._hears_acks = type(spout).ack is not Spout.ack
        self._end_turn = collector.end_turn
        self._handlers: dict[type, Callable[[Any], Any]] = {
            Next: self._next,
            Acked: self._acked,
            Failed: self._failed,
            Activate: lambda message: self._guard(spout.activate),
            Deactivate: lambda message: self._guard(spout.deactivate),
        }

    @property
    def answering(self) -> bool:
        """Whether Storm waits for the end of a turn, and so reads."""
        return self.calls % 2 == 1

    def handle(self, message: FromStorm) -> None:
        """Handle one command."""
        kind = type(message)
        self._protocol.move(kind)
        self.calls += 1
        self._handlers[kind](message)
        if self._told_exhausted or not self.spout._finished:
            pass
        elif not self.collector.pending:
            self._told_exhausted = True
            self.collector.emit(EXHAUSTED_STREAM, [self.spout.context.task_id], {})
        self._protocol.move(Sync)
        self.calls += 1
        self._end_turn()

    def _acked(self, message: Any) -> None:
        self.collector.settle(message.id)
        if self._hears_acks:
            self._guard(self.spout.ack, message.id)

    def _failed(self, message: Any) -> None:
        self.collector.settle(message.id)
        self.spout._finished = False
        self._guard(self.spout.fail, message.id)

    def _next(self, message: Any) -> None:
        before = self.collector.emitted
        if self._guard(self.spout.next_tuple):
            self._faults = 0
            self._rest_if_idle(self.collector.emitted == before)
        else:  # reports at the pace of an idle spout, 1000 a second, would flood the log
            self._faults += 1
            self._channel.flush()
            time.sleep(min(LONGEST_PAUSE, 0.001 * 2 ** min(self._faults, 10)))

    def _rest_if_idle(self, idle: bool) -> None:
        """Sleep a little when there was nothing to emit: Storm asks an idle spout a thousand times a second."""
        if not idle:
            self._idle = 0
            return
        self._idle += 1
        pause = SHORT_REST if self._idle < CALLS_UNTIL_LONG_REST else LONG_REST
        if self._channel.quiet:  # what was written a moment ago is not kept waiting
            time.sleep(pause)

    def _guard(self, call: Callable[..., None], *arguments: Any) -> bool:
        try:
            call(*arguments)
        except EndOfComponent:
            raise
        except BaseException as exc:  # SystemExit and the like would end the whole worker JVM
            self._raised(exc)
            return False
        self._exceptions = 0
        return True


AnyLoop = Union[BoltLoop, SpoutLoop]


def loop_for(
    component: Component[Any],
    shake: Handshake,
    channel: Channel,
    protocol: Protocol,
    settings: Settings,
    on_raised: OnRaised | None = None,
) -> AnyLoop:
    """Tell a component where it is, give it its collector, and return the loop that drives it.

    Args:
        component: the object, not initialised yet.
        shake: Storm's handshake.
        channel: the way to Storm.
        protocol: the conversation, at the point where the pid is answered.
        settings: Umbrella's own.
        on_raised: called with every exception of user code that is caught, before it is reported.
    """
    component.conf = shake.conf
    component.context = context = Context(shake.context)
    channel.codec.schemas = {key: tuple_class(fields) for key, fields in context.inputs.items()}
    protocol.loaded(as_spout=isinstance(component, Spout))
    direct = {name: context.readers(name) for name in direct_streams(type(component))}
    outputs = Outputs(context.component, context.streams, direct, settings.max_frame)
    if isinstance(component, Bolt):
        component._collector = BoltCollector(channel, outputs)
        return BoltLoop(component, component._collector, channel, protocol, settings, on_raised)
    assert isinstance(component, Spout)
    component._collector = SpoutCollector(channel, outputs)
    return SpoutLoop(component, component._collector, channel, protocol, settings, on_raised)


def direct_streams(component: type) -> list[str]:
    """Return the names of a component's streams that are declared for direct emits."""
    nested = [value for base in component.__mro__ for value in vars(base).values() if isinstance(value, type)]
    return [
        stream.stream_name for stream in nested if hasattr(stream, "stream_name") and getattr(stream, "direct", False)
    ]
