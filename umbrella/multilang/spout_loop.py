"""The main loop of a spout."""

from __future__ import annotations

import time
from functools import partial
from time import perf_counter
from typing import Any, Callable

from umbrella.multilang.component import bound
from umbrella.multilang.lead import Lead
from umbrella.multilang.loop import Loop
from umbrella.multilang.messages import NEXT, Acked, Activate, Deactivate, Failed, FromStorm, Next, Sync
from umbrella.multilang.protocol import SPOUT_ANSWERS
from umbrella.multilang.reliable import ReliableSpout
from umbrella.multilang.spout import Spout
from umbrella.multilang.spout_collector import SpoutCollector

EXHAUSTED_STREAM = "umbrella_exhausted"  # only declared by ``umbrella run``; read from Storm's executor stats

SHORT_REST, LONG_REST = 0.001, 0.005  # seconds to sleep after a next_tuple that emitted nothing
CALLS_UNTIL_LONG_REST = 100
LONGEST_PAUSE = 1.0  # seconds between two calls of a next_tuple that keeps raising

TURN_BY_TURN = Lead(0)  # never answers ahead


class SpoutLoop(Loop):
    """The loop under Storm's ShellSpout: one command at a time, each answered by a sync, some of them in advance."""

    def __init__(self, spout: Spout, collector: SpoutCollector, *arguments: Any) -> None:
        super().__init__(spout, *arguments)
        self.collector = collector
        self._told_exhausted = not collector.has_stream(EXHAUSTED_STREAM)
        self._faults = 0
        self._idle = 0
        self._next_tuple = bound(spout, "next_tuple")
        self._hears_acks = type(spout).ack is not Spout.ack
        self._on_ack, self._on_fail = bound(spout, "ack"), bound(spout, "fail")
        self._on_activate, self._on_deactivate = bound(spout, "activate"), bound(spout, "deactivate")
        self._after_ack = self._after_fail = None
        if isinstance(spout, ReliableSpout):
            self._after_ack, self._after_fail = partial(ReliableSpout.ack, spout), partial(ReliableSpout.fail, spout)
        self._lead = TURN_BY_TURN
        self._handlers: dict[type, Callable[[Any], Any]] = {
            Next: self._next,
            Acked: self._acked,
            Failed: self._failed,
            Activate: lambda message: self._guard("activate", self._on_activate),
            Deactivate: self._deactivate,
        }

    def run(self) -> None:
        """Handle commands until Storm closes the pipe; answers ahead where that is safe."""
        self._lead = Lead(self._settings.max_pending)
        handle, channel = self.handle, self._channel
        for message in channel.messages():
            handle(message)
            if self.collector.asks_task_ids:  # Storm sends them only within a turn, so never answer ahead
                self._lead = TURN_BY_TURN
            elif not channel.has_input:
                self._send_more()

    def handle(self, message: FromStorm) -> None:
        """Handle one command."""
        kind = type(message)
        protocol, collector, lead = self._protocol, self.collector, self._lead
        protocol.move(kind)
        waits = protocol.state is SPOUT_ANSWERS  # otherwise this command's sync was written before it arrived
        self.calls += 1
        if waits or kind is not Next:
            self._handlers[kind](message)
        else:
            lead.needless()
        sends = kind is Acked and collector.open_ids < lead.room
        if sends:
            self._next(message)
        if not self._told_exhausted:
            self._tell_if_exhausted()
        self.calls += 1
        if waits:
            protocol.move(Sync)
            collector.end_turn()
        elif sends:
            self._answer_ahead(1)
        if waits or sends:
            self._answer_ahead(lead.syncs(collector.open_ids, protocol.ahead))

    def _tell_if_exhausted(self) -> None:
        if self.collector.finished and not self.collector.pending:
            self._told_exhausted = True
            self.collector.emit(EXHAUSTED_STREAM, [self.collector.task], {})

    def _send_more(self) -> None:
        """Call ``next_tuple`` ahead of Storm's commands while there is a steady stream and room."""
        protocol, collector, lead = self._protocol, self.collector, self._lead
        if lead.sends_more(collector.open_ids, protocol.ahead):
            self._channel.flush()  # Storm waits for the answers, however long the next call takes
        while lead.sends_more(collector.open_ids, protocol.ahead):
            self.calls += 1
            self._next(NEXT)
            self.calls += 1
            self._answer_ahead(1)

    def _answer_ahead(self, count: int) -> None:
        if count:
            self._protocol.answer_ahead(count)
            self.collector.end_turn(count)

    def _acked(self, message: Any) -> None:
        self.collector.settle(message.id)
        if self._hears_acks:
            self._guard("ack", self._on_ack, message.id, then=self._after_ack)

    def _failed(self, message: Any) -> None:
        self.collector.settle(message.id)
        self.collector.finished = False
        self._guard("fail", self._on_fail, message.id, then=self._after_fail)

    def _deactivate(self, message: Any) -> None:
        self._lead.stop()
        self._guard("deactivate", self._on_deactivate)

    def _next(self, message: Any) -> None:
        before, lead = self.collector.emitted, self._lead
        began = 0.0 if lead is TURN_BY_TURN else perf_counter()
        if self._guard("next_tuple", self._next_tuple):
            emits = self.collector.emitted - before
            if began:
                lead.called(emits, perf_counter() - began)
            self._faults = 0
            if emits:
                self._idle = 0
            else:
                self._rest()
        else:  # an idle spout is called 1000 times a second: as many error reports would flood the log
            self._lead.stop()
            self._faults += 1
            self._channel.flush()
            time.sleep(min(LONGEST_PAUSE, 0.001 * 2 ** min(self._faults, 10)))

    def _rest(self) -> None:
        """Sleep briefly after a call that emitted nothing: Storm calls an idle spout a thousand times a second."""
        self._idle += 1
        pause = SHORT_REST if self._idle < CALLS_UNTIL_LONG_REST else LONG_REST
        if self._channel.quiet:  # do not delay messages that were just written
            time.sleep(pause)
