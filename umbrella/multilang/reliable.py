"""A spout over a durable source, which replays what fails and says how far all is done."""

from __future__ import annotations

import heapq
import time
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from umbrella.errors import DeclarationError, EmitError, explain
from umbrella.multilang.collector import MessageId
from umbrella.multilang.spout import Spout


class Item(NamedTuple):
    """One entry of a source.

    Attributes:
        position: where it is in the source, a str or an int; it is the tuple's message id.
        values: the values of the tuple, in the order of the stream's fields.
        stream: the name of the stream it goes to.
    """

    position: MessageId
    values: Sequence[Any]
    stream: str = "default"


class _Entry:
    __slots__ = ("done", "failures", "item", "waits")

    def __init__(self, item: Item) -> None:
        self.item = item
        self.failures = 0
        self.waits = False  # for its replay
        self.done = False


class ReliableSpout(Spout):
    """Emits the entries of a durable source at least once each.

    Override ``fetch``, and ``commit`` to make the progress durable. An entry whose tuple fails is emitted again, after
    a pause that doubles with each failure; it is never taken for acked. With ``max_failures`` set, an entry that failed
    as often is given to ``dead_letter`` and then counts as done.

    What survives the death of this process or its worker is what ``commit`` has stored: everything after it is fetched
    and emitted again by the next process, which opens at the committed position. A source that is only in memory is at
    most once across such a death, whatever class reads it.

    Where Umbrella's Java half replaces a dead process, acks and fails of what that one emitted come to the next. An ack
    is true of the entry at that position, whoever emitted it, so positions must not change their meaning. What is not
    known here, or not yet fetched, is left alone: it is never committed, and comes out of the source again.

    Options:
        batch_size: entries emitted at most each time Storm asks.
        max_failures: how often an entry may fail before it is a dead letter; None for ever.
        retry_seconds: the pause before an entry's first replay; it varies by a quarter, so that replays spread.
        max_retry_seconds: the longest pause.
    """

    batch_size = 100
    max_failures: int | None = None
    retry_seconds = 1.0
    max_retry_seconds = 60.0

    def fetch(self, count: int) -> Iterable[Item] | None:
        """Return up to ``count`` entries that follow those returned before, in the order of the source.

        Returns:
            the entries; none if there are none just now; None if the source has ended.
        """
        raise NotImplementedError(f"{type(self).__name__} has no fetch(self, count)")

    def commit(self, position: Any) -> None:  # Any: a source's positions are all str, or all int
        """Store that every entry up to and including this position is done; called as it moves on."""

    def dead_letter(self, item: Item, failures: int) -> None:
        """Take an entry that is given up. Override it to keep the entry; without that it is in the log alone."""
        self.log.error("given up after %d failures: %r", failures, item)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._entries: dict[MessageId, _Entry] = {}
        self._order: deque[_Entry] = deque()
        self._retries: list[tuple[float, int, _Entry]] = []
        self._retry_number = 0
        self._source_ended = False

    def next_tuple(self) -> None:
        """Emit what is due again, then what is new."""
        room = self.batch_size
        now = time.monotonic()
        while room and self._retries and self._retries[0][0] <= now:
            entry = heapq.heappop(self._retries)[2]
            entry.waits = False
            if not entry.done:  # by the ack of another delivery, which this task's last process sent
                self._send(entry)
                room -= 1
        if room and not self._source_ended:
            items = self.fetch(room)
            self._source_ended = items is None
            for entry in self._added(items or ()):
                self._send(entry)
        if self._source_ended and not self._retries:
            self.finish()

    def ack(self, message_id: Any) -> None:
        """Note that an entry is done, and commit as far as all are."""
        self._done(message_id)

    def fail(self, message_id: Any) -> None:
        """Put an entry down for its replay, or give it up."""
        entry = self._entries.get(message_id)
        if entry is None or entry.waits:  # as after the death of this task's last process: both deliveries may fail
            return
        entry.failures += 1
        if self.max_failures is not None and entry.failures >= self.max_failures:
            try:
                self.dead_letter(entry.item, entry.failures)
            except BaseException:
                self._put_down(entry)  # not kept by anyone yet: it is tried again
                raise
            self._done(message_id)
        else:
            self._put_down(entry)

    def _put_down(self, entry: _Entry) -> None:
        import random  # for failures alone: a worker starts without it

        entry.waits = True
        pause = min(self.max_retry_seconds, self.retry_seconds * 2.0 ** min(entry.failures - 1, 32))
        due = time.monotonic() + pause * random.uniform(0.75, 1.25)
        self._retry_number += 1
        heapq.heappush(self._retries, (due, self._retry_number, entry))

    def _added(self, items: Iterable[Item]) -> list[_Entry]:
        """Note entries, all of them or none: of those noted, each is to be sent, or nothing would be committed again.

        They are noted before the first is sent: one that cannot be sent holds up none of the others.
        """
        new: dict[MessageId, _Entry] = {}
        for item in items:
            entry = _Entry(Item(*item))
            position = entry.item.position
            if position in self._entries or position in new:
                what = f"fetch returned the position {position!r} again while its entry is open"
                raise DeclarationError(explain(what, hint="A failed entry is replayed by itself."))
            new[position] = entry
        self._entries.update(new)
        self._order.extend(new.values())
        return list(new.values())

    def _send(self, entry: _Entry) -> None:
        try:
            self.emit(*entry.item.values, stream=entry.item.stream, message_id=entry.item.position)
        except EmitError as exc:  # a fault of this entry: it goes the way of those that fail
            self.report_error(exc)
            self.fail(entry.item.position)

    def _done(self, position: MessageId) -> None:
        entry = self._entries.pop(position, None)
        if entry is None:
            return
        entry.done = True
        last = None
        while self._order and self._order[0].done:
            last = self._order.popleft().item.position
        if last is not None:
            self.commit(last)
