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
    """A bolt that acks by hand: every tuple given to ``execute`` is to be acked or failed, now or later."""

    @hook
    def execute(self, tup: Tuple) -> None:
        """Handle one tuple. An exception fails it, if it is still open, and is reported; the bolt goes on."""
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
        """Send a tuple on.

        Args:
            values: the values in the order of the stream's fields, or one tuple or list of them.
            stream: the nested Stream class or its name; without it, the default stream.
            anchors: the tuples that fail if this one fails.
            task: the task id to send to, on a stream read with DirectGrouping.
            need_task_ids: wait for Storm to tell which tasks the tuple went to.
            fields: the values by name of field, instead of ``values``.

        Returns:
            the task ids if asked for, else None.

        Raises:
            EmitError: the stream, the fields or a value is not valid.
            TupleStateError: an anchor is settled already.
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
        """Send many tuples on at once, at a fraction of the cost of as many calls of ``emit``.

        All rows are checked before the first is sent: if one is refused, none is.

        Args:
            rows: a tuple or list of values for each, in the order of the stream's fields; also for a single field.
            stream: the nested Stream class or its name; without it, the default stream. Not one for direct emits.
            anchors: the tuples that fail if any of these fails; without it, what ``emit`` anchors to.

        Raises:
            EmitError: the stream or a row is not valid; a row is named by its place, counted from 0.
            TupleStateError: an anchor is settled already.
        """
        collector = collector_of(self)
        if anchors is None:
            anchors = collector.current if get_ident() == collector.thread else ()
        elif isinstance(anchors, Tuple):
            anchors = (anchors,)
        collector.emit_many("default" if stream is None else stream_name(stream), rows, tuple(anchors))

    def ack(self, tup: Tuple) -> None:
        """Tell Storm that a tuple is done.

        Raises:
            TupleStateError: it is acked or failed already.
        """
        collector_of(self).ack(tup)

    def fail(self, tup: Tuple) -> None:
        """Tell Storm that a tuple is to be replayed from its spout.

        Raises:
            TupleStateError: it is acked or failed already.
        """
        collector_of(self).fail(tup)


def _tuples(anchors: Any) -> tuple[Tuple, ...]:
    """Return the anchors of an emit, or refuse what is none: mostly the value of a field that is called anchors."""
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
    """A bolt that anchors what it emits to its input, acks on return and fails on an exception."""
