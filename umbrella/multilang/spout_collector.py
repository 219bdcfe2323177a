"""The output of a spout: tuples, with a message id if they are reliable, and the ends of its turns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Callable

from umbrella.errors import EmitError, explain
from umbrella.multilang.channel import Channel
from umbrella.multilang.collector import Collector, MessageId, Outputs

_ID_TYPES = frozenset({str, int})


class SpoutCollector(Collector):
    """A spout's output collector; tracks which message ids are pending.

    Attributes:
        emitted: the number of tuples sent.
        finished: whether the spout has called ``finish``.
        asks_task_ids: whether an emit has requested task ids, which Storm only sends within a turn.
        on_refused: called with an EmitError that a library class reports instead of raising; tests raise it.
    """

    arguments = (*Collector.arguments, "message_id")

    def __init__(self, channel: Channel, outputs: Outputs) -> None:
        super().__init__(channel, outputs)
        self._pending: dict[MessageId, int] = {}
        self.emitted = 0
        self.finished = False
        self.asks_task_ids = False
        self.on_refused: Callable[[EmitError], None] = lambda error: None

    @property
    def pending(self) -> int:
        """The number of reliable tuples that are neither acked nor failed."""
        return sum(self._pending.values())

    @property
    def open_ids(self) -> int:
        """The number of message ids that are neither acked nor failed; less than pending if an id is used twice."""
        return len(self._pending)

    def emit(
        self,
        stream: str,
        values: Sequence[Any],
        named: Mapping[str, Any],
        message_id: MessageId | None = None,
        task: int | None = None,
        need_task_ids: bool = False,
    ) -> list[int] | None:
        """Emit a tuple, reliable if it has a message id; returns the tasks it went to if requested."""
        if message_id is None:
            if self._pending:
                self._warn_of_unreliable(stream)
        else:
            if type(message_id) not in _ID_TYPES:
                message_id = self._builtin_id(message_id)
            # Before it is sent: if another thread emits, the ack may arrive at once.
            self._pending[message_id] = self._pending.get(message_id, 0) + 1
        if need_task_ids:
            self.asks_task_ids = True
        try:
            tasks = self._emit(stream, values, named, message_id, (), task, need_task_ids)
        except BaseException:
            if message_id is not None:
                self.settle(message_id)
            raise
        self.emitted += 1
        return tasks

    def emit_many(
        self, stream: str, rows: Iterable[Sequence[Any]], message_ids: Iterable[MessageId] | None = None
    ) -> None:
        """Emit many tuples, reliable if they have message ids; all are checked before any is sent."""
        rows = list(rows)
        ids = self._checked_ids(message_ids, len(rows))
        messages = self._emit_many(stream, rows, ids, None)
        if ids is None and self._pending and rows:
            self._warn_of_unreliable(stream)
        pending = self._pending
        for id in ids or ():
            pending[id] = pending.get(id, 0) + 1
        for message in messages:
            self._write(message)
        self.emitted += len(rows)

    def _checked_ids(self, message_ids: Iterable[MessageId] | None, count: int) -> list[MessageId] | None:
        if message_ids is None:
            return None
        ids = list(message_ids)
        if len(ids) != count:
            what = f"{self.component}: emit_many takes a message id for each row"
            raise EmitError(explain(what, given=f"{len(ids)} message ids for {_rows(count)}"))
        if _ID_TYPES.issuperset(map(type, ids)):
            return ids
        return [self._builtin_id(id, f"row {number}: ") for number, id in enumerate(ids)]

    def _builtin_id(self, message_id: Any, where: str = "") -> MessageId:
        from umbrella.multilang.conversions import builtin_id, explain_wrong_id  # only for ids of other types

        found = builtin_id(message_id)
        if found is None:
            raise EmitError(explain_wrong_id(f"{self.component}: {where}a message id", message_id))
        return found

    def _warn_of_unreliable(self, stream: str) -> None:
        text = f"a tuple without message_id on stream {stream!r}, beside reliable ones: it is lost if it fails"
        self._warn_once(f"unreliable {stream}", text)

    def settle(self, message_id: MessageId) -> None:
        """Record that Storm acked or failed a tuple."""
        left = self._pending.pop(message_id, 1) - 1
        if left:
            self._pending[message_id] = left

    def settle_all(self, message_ids: Iterable[MessageId]) -> None:
        """Record that Storm acked tuples."""
        pending = self._pending
        pop = pending.pop
        for id in message_ids:
            left = pop(id, 1) - 1
            if left:
                pending[id] = left

    def end_turn(self, count: int = 1) -> None:
        """Write the sync that ends the answer to a next, ack, fail, activate or deactivate, or several syncs."""
        self._write(self._codec.sync * count)


def _rows(number: int) -> str:
    return "1 row" if number == 1 else f"{number} rows"
