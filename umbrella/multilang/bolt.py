"""Bolts on the worker."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from threading import get_ident
from typing import Any

from umbrella.errors import EmitError, explain
from umbrella.multilang.bolt_collector import BoltCollector
from umbrella.multilang.collector import StreamName, stream_name
from umbrella.multilang.component import Component, collector_of, hook
from umbrella.multilang.messages import shorten
from umbrella.multilang.tuples import Tuple


class Bolt(Component[BoltCollector]):
    """A bolt with manual acks: ack or fail every tuple given to ``execute``, now or later."""

    @hook
    def execute(self, tup: Tuple) -> None:
        """Handle one tuple. An exception fails the tuple, if it is still open, and is reported; the bolt continues."""
        raise NotImplementedError(f"{type(self).__name__} has no execute(self, tup)")

    @hook
    def tick(self) -> None:
        """Called every ``tick_seconds``."""

    def emit(
        self,
        *values: Any,
        stream: StreamName | None = None,
        anchors: Iterable[Tuple] | Tuple | None = None,
        task: int | None = None,
        need_task_ids: bool = False,
        **fields: Any,
    ) -> list[int] | None:
        """Emit a tuple.

        Args:
            values: the values in field order, or one tuple or list of them.
            stream: the nested Stream class or its name; by default, the default stream.
            anchors: the input tuples that fail if this one fails.
            task: the task id to send to, on a stream that is read with DirectGrouping.
            need_task_ids: wait for Storm to report which tasks the tuple went to.
            fields: the values by field name, instead of ``values``.

        Returns:
            the task ids if requested, else None.

        Raises:
            EmitError: the stream, a field or a value is not valid.
            TupleStateError: an anchor is already settled.
        """
        collector = collector_of(self)
        name = "default" if stream is None else stream_name(stream)
        if anchors is None:
            anchors = collector.current if get_ident() == collector.thread else ()
        else:
            anchors = (anchors,) if isinstance(anchors, Tuple) else _tuples(anchors)
        return collector.emit(name, values, fields, anchors, task, need_task_ids)

    def emit_many(
        self,
        rows: Iterable[Sequence[Any]],
        stream: StreamName | None = None,
        anchors: Iterable[Tuple] | Tuple | None = None,
    ) -> None:
        """Emit many tuples at once, at a fraction of the cost of as many calls of ``emit``.

        All rows are checked before any is sent: if one is refused, none is sent.

        Args:
            rows: a tuple or list of values for each row, in field order; also for a single field.
            stream: the nested Stream class or its name; by default, the default stream. Direct streams are not allowed.
            anchors: the input tuples that fail if any of these fails; by default, the same as for ``emit``.

        Raises:
            EmitError: the stream or a row is not valid; the message has the index of the row, from 0.
            TupleStateError: an anchor is already settled.
        """
        collector = collector_of(self)
        if anchors is None:
            anchors = collector.current if get_ident() == collector.thread else ()
        elif isinstance(anchors, Tuple):
            anchors = (anchors,)
        collector.emit_many("default" if stream is None else stream_name(stream), rows, tuple(anchors))

    def ack(self, tup: Tuple) -> None:
        """Tell Storm that a tuple is processed.

        Raises:
            TupleStateError: it is already acked or failed.
        """
        collector_of(self).ack(tup)

    def fail(self, tup: Tuple) -> None:
        """Tell Storm that a tuple failed, so that its spout can replay it.

        Raises:
            TupleStateError: it is already acked or failed.
        """
        collector_of(self).fail(tup)


def _tuples(anchors: Any) -> tuple[Tuple, ...]:
    """Return the anchors of an emit; refuses other values, mostly meant for a field named anchors."""
    try:
        found = tuple(anchors)
    except TypeError:
        found = (anchors,)
    for one in found:
        if not isinstance(one, Tuple):
            hint = "A field called anchors can only be given by position."
            raise EmitError(explain("anchors are tuples that this bolt was given", given=shorten(one), hint=hint))
    return found


class AutoAckBolt(Bolt):
    """A bolt that anchors its emits to the input tuple, acks it on return and fails it on an exception."""
