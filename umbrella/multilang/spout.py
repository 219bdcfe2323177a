"""Spouts on the worker."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from umbrella.multilang.collector import MessageId, StreamName, stream_name
from umbrella.multilang.component import Component, collector_of, hook
from umbrella.multilang.spout_collector import SpoutCollector


class Spout(Component[SpoutCollector]):
    """A source of tuples."""

    @hook
    def next_tuple(self) -> None:
        """Emit one tuple, a few, or none; called repeatedly while the topology is active."""
        raise NotImplementedError(f"{type(self).__name__} has no next_tuple(self)")

    @hook
    def ack(self, message_id: Any) -> None:
        """Called when the tuple emitted with this message id is fully processed."""

    @hook
    def fail(self, message_id: Any) -> None:
        """Called when the tuple emitted with this message id failed or timed out."""

    @hook
    def activate(self) -> None:
        """Called when the topology becomes active, before the first ``next_tuple``."""

    @hook
    def deactivate(self) -> None:
        """Called when the topology becomes inactive; acks and fails may still arrive."""

    def finish(self) -> None:
        """Call this when all tuples are emitted; ``umbrella run`` ends once all spouts have and all tuples are settled.

        A tuple that fails afterwards cancels this; ``next_tuple`` then calls it again when it is done. On a cluster it
        has no effect: Storm keeps calling the spout.
        """
        collector_of(self).finished = True

    def emit(
        self,
        *values: Any,
        stream: StreamName | None = None,
        message_id: MessageId | None = None,
        task: int | None = None,
        need_task_ids: bool = False,
        **fields: Any,
    ) -> list[int] | None:
        """Emit a tuple.

        Args:
            values: the values in field order, or one tuple or list of them.
            stream: the nested Stream class or its name; by default, the default stream.
            message_id: makes the tuple reliable: ``ack`` or ``fail`` is later called with it.
            task: the task id to send to, on a stream that is read with DirectGrouping.
            need_task_ids: wait for Storm to report which tasks the tuple went to.
            fields: the values by field name, instead of ``values``.

        Returns:
            the task ids if requested, else None.

        Raises:
            EmitError: the stream, a field, a value or the message id is not valid.
        """
        name = "default" if stream is None else stream_name(stream)
        return collector_of(self).emit(name, values, fields, message_id, task, need_task_ids)

    def emit_many(
        self,
        rows: Iterable[Sequence[Any]],
        message_ids: Iterable[MessageId] | None = None,
        stream: StreamName | None = None,
    ) -> None:
        """Emit many tuples at once, at a fraction of the cost of as many calls of ``emit``.

        All rows are checked before any is sent: if one is refused, none is sent.

        Args:
            rows: a tuple or list of values for each row, in field order; also for a single field.
            message_ids: one for each row, which makes the tuples reliable; by default none of them is.
            stream: the nested Stream class or its name; by default, the default stream. Direct streams are not allowed.

        Raises:
            EmitError: the stream, a row or a message id is not valid; the message has the index of the row, from 0.
        """
        collector_of(self).emit_many("default" if stream is None else stream_name(stream), rows, message_ids)
