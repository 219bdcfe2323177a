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
        """Emit one tuple or a few, or none; called again and again while the topology is active."""
        raise NotImplementedError(f"{type(self).__name__} has no next_tuple(self)")

    @hook
    def ack(self, message_id: Any) -> None:
        """Called when a tuple emitted with this message id is fully processed."""

    @hook
    def fail(self, message_id: Any) -> None:
        """Called when a tuple emitted with this message id failed or timed out."""

    @hook
    def activate(self) -> None:
        """Called when the topology becomes active, before the first ``next_tuple``."""

    @hook
    def deactivate(self) -> None:
        """Called when the topology becomes inactive; acks and fails may still come."""

    def finish(self) -> None:
        """Say that there is nothing more to emit; ``umbrella run`` ends when every spout says so and all is settled.

        A tuple that fails afterwards takes the word back: ``next_tuple`` then calls this again when it is done.
        On a cluster it changes nothing: the spout goes on being asked.
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
        """Send a tuple.

        Args:
            values: the values in the order of the stream's fields, or one tuple or list of them.
            stream: the nested Stream class or its name; without it, the default stream.
            message_id: makes the tuple reliable: ``ack`` or ``fail`` is called with it later.
            task: the task id to send to, on a stream read with DirectGrouping.
            need_task_ids: wait for Storm to tell which tasks the tuple went to.
            fields: the values by name of field, instead of ``values``.

        Returns:
            the task ids if asked for, else None.

        Raises:
            EmitError: the stream, the fields, a value or the message id is not valid.
        """
        name = "default" if stream is None else stream_name(stream)
        return collector_of(self).emit(name, values, fields, message_id, task, need_task_ids)

    def emit_many(
        self,
        rows: Iterable[Sequence[Any]],
        message_ids: Iterable[MessageId] | None = None,
        stream: StreamName | None = None,
    ) -> None:
        """Send many tuples at once, at a fraction of the cost of as many calls of ``emit``.

        All rows are checked before the first is sent: if one is refused, none is.

        Args:
            rows: a tuple or list of values for each, in the order of the stream's fields; also for a single field.
            message_ids: one for each row, which makes them reliable; without them, none of them is.
            stream: the nested Stream class or its name; without it, the default stream. Not one for direct emits.

        Raises:
            EmitError: the stream, a row or a message id is not valid; a row is named by its place, counted from 0.
        """
        collector_of(self).emit_many("default" if stream is None else stream_name(stream), rows, message_ids)
