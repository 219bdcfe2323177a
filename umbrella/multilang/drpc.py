"""Bolts that answer the calls of a DRPC function, on the worker.

A call is a tree of tuples, and Storm's acker tells the spout (umbrella.storm.DrpcSpout) when all of it is done. So the
call goes in phases: aggregators are told that it begins, the call goes out, and when its tuples are all acked, the
aggregators of each level are told to finish, one level after the other.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from umbrella.errors import EmitError, RequestLostError, explain
from umbrella.multilang.bolt import AutoAckBolt
from umbrella.multilang.bolt_collector import BoltCollector
from umbrella.multilang.collector import MAX_ERROR
from umbrella.multilang.component import bound, collector_of, hook, state_of, traceback_of, working_hook
from umbrella.multilang.messages import shorten
from umbrella.multilang.tuples import Tuple
from umbrella.multilang.values import explain_refusal, sendable

REQUEST = "request"  # the first field of every tuple of a call
RESULT_STREAM = "drpc_result"
FAILURE_STREAM = "drpc_failure"
LINK_STREAM = "drpc_link"
BEGIN_STREAM = "drpc_begin"
FINISH_STREAM = "drpc_finish_"  # and the level

FUNCTION = "umbrella.drpc.function"  # in the topology's conf: what it serves
LEVELS = "umbrella.drpc.levels"  # in an aggregator's conf: how many phases a call has
ALONE = "umbrella.drpc.alone"  # ... and whether one task has all of a call

_MESSAGE_TIMEOUT = "topology.message.timeout.secs"


class DRPCBolt(AutoAckBolt):
    """A bolt of a DRPC topology that may return the result of a call."""

    def return_result(self, request: str, result: Any) -> None:
        """Send the result to the caller.

        Args:
            request: the field ``request`` of a tuple of the call.
            result: a text, which is sent as it is, or plain data, which is sent as JSON.

        Raises:
            EmitError: the result is not plain data, or this bolt is not in a DRPCTopology.
        """
        collector = collector_of(self)
        if not collector.has_stream(RESULT_STREAM):
            what = f"{collector.component} cannot return a result: its topology serves no function"
            raise EmitError(explain(what, hint="Derive the topology from DRPCTopology."))
        if not isinstance(request, str):
            what = "return_result takes the request that it answers, and the result"
            raise EmitError(explain(what, given=shorten(request), valid=["self.return_result(tup.request, ...)"]))
        bound(self, "emit")(request, result if isinstance(result, str) else _json_text(result), stream=RESULT_STREAM)


class DRPCAggregator(DRPCBolt):
    """A bolt that gathers the tuples of each call, and is called once all of them are there."""

    @hook
    def initial(self) -> Any:
        """Return what the tuples of one call are gathered in; an empty list unless overridden."""
        return []

    @hook
    def add(self, gathered: Any, tup: Tuple) -> None:
        """Add a tuple to what ``initial`` returned; appends it unless overridden."""
        gathered.append(tup)

    @hook
    def finish(self, request: str, gathered: Any) -> None:
        """Called when every tuple of a call that comes to this task has been added; there may be none at all.

        Args:
            request: to be passed on by ``emit`` or ``return_result``.
            gathered: what ``initial`` returned.
        """
        raise NotImplementedError(f"{type(self).__name__} has no finish(self, request, gathered)")

    @working_hook
    def execute(self, tup: Tuple) -> None:
        """Begin a call, add to it, or finish it. An override calls ``super().execute(tup)``."""
        calls: _Calls = state_of(self, lambda: _Calls(collector_of(self)))
        request: str = tup[REQUEST]
        if tup._stream == BEGIN_STREAM:
            calls.begin(request, bound(self, "initial")())
        elif tup._stream.startswith(FINISH_STREAM):
            calls.finishing = True
            try:
                returned = bound(self, "finish")(request, calls.gathered(request, last=True))
                collector_of(self).check_returned("finish", returned)
            finally:
                calls.finishing = False
        else:
            bound(self, "add")(calls.gathered(request), tup)

    def return_result(self, request: str, result: Any) -> None:
        """Send the result to the caller; see DRPCBolt.

        Raises:
            EmitError: every task of this aggregator finishes each call, and a call has one result.
        """
        collector = collector_of(self)
        calls: _Calls = state_of(self, lambda: _Calls(collector))
        if calls.finishing and collector.conf.get(ALONE) is False:
            what = f"{collector.component} finishes each call in all of its tasks, and a call has one result"
            hint = f"Emit the parts to another DRPCAggregator, or group all inputs by {REQUEST!r} alone."
            raise EmitError(explain(what, hint=hint))
        super().return_result(request, result)


class _Calls:
    """The calls that an aggregator has begun.

    Attributes:
        finishing: whether one of them is being finished.
    """

    def __init__(self, collector: BoltCollector) -> None:
        self.finishing = False
        self._component = collector.component
        conf = collector.conf
        # After so many seconds a call is over for certain: each phase has Storm's timeout.
        self._longest = float(conf.get(_MESSAGE_TIMEOUT) or 30) * (float(conf.get(LEVELS) or 1) + 2)
        self._begun: dict[str, tuple[float, Any]] = {}  # by request: when it began, and what was gathered

    def begin(self, request: str, gathered: Any) -> None:
        """Note a call, and forget those that take too long: they failed elsewhere, and nobody waits for them."""
        now = time.monotonic()
        for old in [request for request, (begun, _) in self._begun.items() if now - begun > self._longest]:
            del self._begun[old]
        self._begun[request] = (now, gathered)

    def gathered(self, request: str, last: bool = False) -> Any:
        """Return what a call has gathered, and with ``last`` forget the call.

        Raises:
            RequestLostError: there is nothing of that call.
        """
        try:
            return (self._begun.pop(request) if last else self._begun[request])[1]
        except KeyError:
            what = f"what {self._component} had gathered of this request is lost"
            hint = (
                "Its process was started anew meanwhile, the request took too long, "
                "or a bolt emitted to it without anchors; call again."
            )
            raise RequestLostError(explain(what, hint=hint)) from None


class DRPCBoltCollector(BoltCollector):
    """The output of a bolt that tuples of calls come to.

    A call is done when all tuples of it are acked: one without anchors might come after that, and be missing from the
    result without a word. So it is refused. The caller gets the reason of a failed tuple.
    """

    def emit(
        self,
        stream: str,
        values: Sequence[Any],
        named: Mapping[str, Any],
        anchors: Sequence[Tuple],
        task: int | None = None,
        need_task_ids: bool = False,
    ) -> list[int] | None:
        """Send a tuple; see BoltCollector.

        Raises:
            EmitError: it is one of a call, without anchors.
        """
        if not anchors:
            self._refuse_of_call(stream)
        return super().emit(stream, values, named, anchors, task, need_task_ids)

    def emit_many(self, stream: str, rows: Iterable[Sequence[Any]], anchors: Sequence[Tuple]) -> None:
        """Send many tuples; see BoltCollector.

        Raises:
            EmitError: they are of a call, without anchors.
        """
        if not anchors:
            self._refuse_of_call(stream)
        super().emit_many(stream, rows, anchors)

    def _refuse_of_call(self, stream: str) -> None:
        if self._streams.get(stream, ())[:1] != (REQUEST,):
            return
        how, hint = f"emits a tuple of a call to stream {stream!r}", "To emit it later, derive from BatchingBolt."
        if stream == RESULT_STREAM:
            how, hint = "returns a result", "Call return_result within execute or finish, on their thread."
        what = f"{self.component} {how}, and the call may be over before it comes"
        valid = ["anchors=tup, a tuple of the call that is not acked yet"]
        raise EmitError(explain(what, given="no anchors", valid=valid, hint=hint))

    def fail(self, tup: Tuple) -> None:
        """Tell the caller and Storm that the tuple failed."""
        exc = sys.exc_info()[1]
        reason = "it failed a tuple of the request, and gave no reason"
        if exc:
            # Of a lost request the lines of code say nothing.
            reason = str(exc) if isinstance(exc, RequestLostError) else traceback_of(exc)
        self.give_up(tup, reason)

    def give_up(self, tup: Tuple, reason: str) -> None:
        """Tell Storm that the tuple failed, and the caller why."""
        if tup._id in self.open:
            self._tell_caller(tup, reason)
        super().fail(tup)

    def _tell_caller(self, tup: Tuple, reason: str) -> None:
        position = tup._positions.get(REQUEST)
        request = None if position is None else tup._values[position]
        if not isinstance(request, str):
            return
        text = f"{self.component}: {_cut(reason)}".encode(errors="replace").decode()
        # Not anchored, for the tuple is about to fail; if this is lost, the caller still gets Storm's word.
        self._emit(FAILURE_STREAM, [request, text], _NOTHING, None, (), None, False)


_NOTHING: Mapping[str, Any] = {}
_LONGEST_REASON = MAX_ERROR // 2  # characters; DrpcResults takes as many as MAX_ERROR, some of them as two


def _cut(reason: str) -> str:
    """Leave the middle out: the begin of a reason says where, and its end what."""
    kept = _LONGEST_REASON // 2
    left_out = len(reason) - 2 * kept
    return reason if left_out <= 0 else f"{reason[:kept]}\n... {left_out} more characters ...\n{reason[-kept:]}"


def _json_text(value: Any) -> str:
    import json

    fault = explain_refusal([value], ["result"])
    if fault:
        raise EmitError(f"a result is a text or plain data; {fault}")
    return json.dumps(sendable([value]), ensure_ascii=False, allow_nan=False)[1:-1]  # the value alone of its row
