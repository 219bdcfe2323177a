"""Bolts that answer the calls of a DRPC function (worker side).

A call is a tree of tuples, and Storm's acker tells the spout (umbrella.storm.DrpcSpout) when all of it is acked. A call
therefore runs in phases: the aggregators are told to begin, then the call is emitted, and when its tuples are all
acked, the aggregators of each level are told to finish, one level after the other.
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
FINISH_STREAM = "drpc_finish_"  # followed by the level

FUNCTION = "umbrella.drpc.function"  # in the topology's conf: the name of the function
LEVELS = "umbrella.drpc.levels"  # in an aggregator's conf: the number of phases of a call
ALONE = "umbrella.drpc.alone"  # ... and whether one task receives all tuples of a call

_MESSAGE_TIMEOUT = "topology.message.timeout.secs"


class DRPCBolt(AutoAckBolt):
    """A bolt of a DRPC topology that may return the result of a call."""

    def return_result(self, request: str, result: Any) -> None:
        """Send the result to the caller.

        Args:
            request: the field ``request`` of a tuple of the call.
            result: a string, which is sent unchanged, or plain data, which is sent as JSON.

        Raises:
            EmitError: the result is not plain data, or this bolt is not part of a DRPCTopology.
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
    """A bolt that collects the tuples of each call, and is called once when all of them have arrived."""

    @hook
    def initial(self) -> Any:
        """Return the object that collects the tuples of one call; an empty list by default."""
        return []

    @hook
    def add(self, gathered: Any, tup: Tuple) -> None:
        """Add a tuple to the object returned by ``initial``; appends it by default."""
        gathered.append(tup)

    @hook
    def finish(self, request: str, gathered: Any) -> None:
        """Called when every tuple of a call that comes to this task has been added; there may be no tuples at all.

        Args:
            request: pass it on through ``emit`` or ``return_result``.
            gathered: the object returned by ``initial``.
        """
        raise NotImplementedError(f"{type(self).__name__} has no finish(self, request, gathered)")

    @working_hook
    def execute(self, tup: Tuple) -> None:
        """Begin a call, add to it, or finish it. An override must call ``super().execute(tup)``."""
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
            EmitError: every task of this aggregator finishes each call, but a call has only one result.
        """
        collector = collector_of(self)
        calls: _Calls = state_of(self, lambda: _Calls(collector))
        if calls.finishing and collector.conf.get(ALONE) is False:
            what = f"{collector.component} finishes each call in all of its tasks, and a call has one result"
            hint = f"Emit the parts to another DRPCAggregator, or group all inputs by {REQUEST!r} alone."
            raise EmitError(explain(what, hint=hint))
        super().return_result(request, result)


class _Calls:
    """The open calls of an aggregator.

    Attributes:
        finishing: whether one of them is being finished now.
    """

    def __init__(self, collector: BoltCollector) -> None:
        self.finishing = False
        self._component = collector.component
        conf = collector.conf
        # After this time a call is certainly over: each phase has Storm's message timeout.
        self._longest = float(conf.get(_MESSAGE_TIMEOUT) or 30) * (float(conf.get(LEVELS) or 1) + 2)
        self._begun: dict[str, tuple[float, Any]] = {}  # by request: start time and collected tuples

    def begin(self, request: str, gathered: Any) -> None:
        """Record a call, and forget the expired ones: they failed elsewhere, and no caller waits for them."""
        now = time.monotonic()
        for old in [request for request, (begun, _) in self._begun.items() if now - begun > self._longest]:
            del self._begun[old]
        self._begun[request] = (now, gathered)

    def gathered(self, request: str, last: bool = False) -> Any:
        """Return what was collected for a call; with ``last``, also forget the call.

        Raises:
            RequestLostError: the call is not known.
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
    """The output collector of a bolt that receives tuples of calls.

    A call is complete when all its tuples are acked. A tuple without anchors might arrive after that, and would
    silently be missing from the result, so it is refused. The caller receives the reason if a tuple fails.
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
        """Emit a tuple; see BoltCollector.

        Raises:
            EmitError: it belongs to a call, but has no anchors.
        """
        if not anchors:
            self._refuse_of_call(stream)
        return super().emit(stream, values, named, anchors, task, need_task_ids)

    def emit_many(self, stream: str, rows: Iterable[Sequence[Any]], anchors: Sequence[Tuple]) -> None:
        """Emit many tuples; see BoltCollector.

        Raises:
            EmitError: they belong to a call, but have no anchors.
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
            # For a lost request, the traceback does not help.
            reason = str(exc) if isinstance(exc, RequestLostError) else traceback_of(exc)
        self.give_up(tup, reason)

    def give_up(self, tup: Tuple, reason: str) -> None:
        """Fail the tuple and tell the caller why."""
        if tup._id in self.open:
            self._tell_caller(tup, reason)
        super().fail(tup)

    def _tell_caller(self, tup: Tuple, reason: str) -> None:
        position = tup._positions.get(REQUEST)
        request = None if position is None else tup._values[position]
        if not isinstance(request, str):
            return
        text = f"{self.component}: {_cut(reason)}".encode(errors="replace").decode()
        # Not anchored, as the tuple is about to fail; if this is lost, the caller still gets Storm's own error.
        self._emit(FAILURE_STREAM, [request, text], _NOTHING, None, (), None, False)


_NOTHING: Mapping[str, Any] = {}
_LONGEST_REASON = MAX_ERROR // 2  # characters; DrpcResults accepts MAX_ERROR UTF-16 units, and some characters are two


def _cut(reason: str) -> str:
    """Cut the middle out: the start of a reason says where the error is, and its end what it is."""
    kept = _LONGEST_REASON // 2
    left_out = len(reason) - 2 * kept
    return reason if left_out <= 0 else f"{reason[:kept]}\n... {left_out} more characters ...\n{reason[-kept:]}"


def _json_text(value: Any) -> str:
    import json

    fault = explain_refusal([value], ["result"])
    if fault:
        raise EmitError(f"a result is a text or plain data; {fault}")
    return json.dumps(sendable([value]), ensure_ascii=False, allow_nan=False)[1:-1]  # without the brackets of the row
