"""A spout for a durable source: it replays entries that fail and commits its progress."""

from __future__ import annotations

import heapq
import time
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from umbrella.errors import DeclarationError, EmitError, EntriesLostError, explain
from umbrella.multilang.collector import MessageId
from umbrella.multilang.component import bound, collector_of, hook, report_error, state_of, working_hook
from umbrella.multilang.messages import ERROR, shorten
from umbrella.multilang.spout import Spout


class Item(NamedTuple):
    """One entry of a source.

    Attributes:
        position: its position in the source, a str or an int; also the message id of the tuple.
        values: the values of the tuple, in field order.
        stream: the name of the stream to emit it on.
    """

    position: MessageId
    values: Sequence[Any]
    stream: str = "default"


_POSITION_TYPES = frozenset({str, int})


class _Entry:
    __slots__ = ("done", "failures", "item", "waits")

    def __init__(self, item: Item) -> None:
        self.item = item
        self.failures = 0
        self.waits = False  # for its retry
        self.done = False


class ReliableSpout(Spout):
    """Emits each entry of a durable source at least once.

    Override ``fetch``, and ``commit`` to make the progress durable. An entry whose tuple fails is emitted again, after
    a pause that doubles with each failure; a failed entry is never treated as acked. With ``max_failures`` set, an
    entry that failed that often is passed to ``dead_letter`` and then counts as done.

    Only what ``commit`` has stored survives the end of this process or its worker: the next process opens at the
    committed position, and fetches and emits everything after it again. A source that exists only in memory is
    at-most-once when the process ends, whatever class reads it.

    When Umbrella's Java half replaces a dead process, the new process receives acks and fails of tuples that the old
    one emitted. An ack is valid for the entry at that position, whichever process emitted it, so positions must not
    change their meaning. An unknown position, or one not fetched yet, is ignored: it is not committed, and is fetched
    again.

    Options:
        batch_size: the maximum number of entries emitted each time Storm asks.
        max_failures: how often an entry may fail before it is a dead letter; None: no limit.
        retry_seconds: the pause before an entry's first retry, with a jitter of a quarter to spread retries.
        max_retry_seconds: the longest pause.
    """

    batch_size = 100
    max_failures: int | None = None
    retry_seconds = 1.0
    max_retry_seconds = 60.0

    @hook
    def fetch(self, count: int) -> Iterable[Item] | None:
        """Return up to ``count`` entries that follow those returned before, in source order.

        Returns:
            the entries; an empty list if there are none at the moment; None if the source has ended.
        """
        raise NotImplementedError(f"{type(self).__name__} has no fetch(self, count)")

    @hook
    def commit(self, position: Any) -> None:
        """Store that every entry up to and including this position is done; called whenever that position advances.

        Args:
            position: the position of an entry that ``fetch`` returned, a str or an int.
        """

    @hook
    def dead_letter(self, item: Item, failures: int) -> None:
        """Called when an entry has failed ``max_failures`` times. Override to keep it; by default it is only logged.

        Args:
            item: the entry.
            failures: how often it failed.
        """
        collector_of(self).log(f"given up after {failures} failures: {item!r}", ERROR)

    @working_hook
    def next_tuple(self) -> None:
        """Emit the entries that are due for a retry, then new ones. An override must call ``super().next_tuple()``."""
        _entries(self).send_some()

    @hook
    def ack(self, message_id: Any) -> None:
        """Mark an entry as done, and commit the progress; if an override skips this, it is done afterwards."""
        _entries(self).done(message_id)

    @hook
    def fail(self, message_id: Any) -> None:
        """Schedule a retry of an entry, or give it up; if an override skips this, it is done afterwards."""
        _entries(self).failed(message_id)


class _Entries:
    """The entries that a spout has fetched and that are not done yet."""

    def __init__(self, spout: ReliableSpout) -> None:
        self._spout = spout
        self._entries: dict[MessageId, _Entry] = {}
        self._order: deque[_Entry] = deque()
        self._retries: list[tuple[float, int, _Entry]] = []
        self._retry_number = 0
        self._source_ended = False
        self._emit, self._fetch = bound(spout, "emit"), bound(spout, "fetch")
        self._commit, self._dead_letter = bound(spout, "commit"), bound(spout, "dead_letter")

    def send_some(self) -> None:
        """Emit the entries that are due for a retry, then new ones."""
        room = self._spout.batch_size
        if type(room) is not int or room < 1:  # otherwise nothing would ever be emitted
            raise DeclarationError(explain("batch_size is a whole number of 1 or more", given=shorten(room)))
        now = time.monotonic()
        while room and self._retries and self._retries[0][0] <= now:
            entry = heapq.heappop(self._retries)[2]
            entry.waits = False
            if not entry.done:  # acked meanwhile: a delivery by the task's previous process
                self._send(entry)
                room -= 1
        if room and not self._source_ended:
            items = self._fetch(room)
            self._source_ended = items is None
            for entry in self._taken(items or ()):
                self._send(entry)
        if self._source_ended and not self._retries:
            bound(self._spout, "finish")()

    def done(self, position: MessageId) -> None:
        """Mark an entry as done, and commit the progress."""
        entry = self._entries.pop(position, None)
        if entry is None:
            return
        entry.done = True
        last = None
        while self._order and self._order[0].done:
            last = self._order.popleft().item.position
        if last is not None:
            self._commit(last)

    def failed(self, position: MessageId) -> None:
        """Schedule a retry of an entry, or give it up."""
        entry = self._entries.get(position)
        if entry is None or entry.waits:  # after the previous process of the task died, both deliveries may fail
            return
        entry.failures += 1
        most = self._spout.max_failures
        if most is not None and entry.failures >= most:
            try:
                self._dead_letter(entry.item, entry.failures)
            except BaseException:
                self._retry_later(entry)  # nobody has stored it yet: try again later
                raise
            self.done(position)
        else:
            self._retry_later(entry)

    def _retry_later(self, entry: _Entry) -> None:
        import random  # only for failures: a worker starts without it

        entry.waits = True
        pause = min(self._spout.max_retry_seconds, self._spout.retry_seconds * 2.0 ** min(entry.failures - 1, 32))
        due = time.monotonic() + pause * random.uniform(0.75, 1.25)
        self._retry_number += 1
        heapq.heappush(self._retries, (due, self._retry_number, entry))

    def _taken(self, items: Iterable[Item]) -> list[_Entry]:
        """Record fetched entries, or end this process: the source has moved on, and a later commit would skip them."""
        try:
            return self._added(items)
        except Exception as exc:
            what = "entries that fetch returned cannot be taken, and would be lost"
            hint = "The process ends, so that they are fetched again from the last commit."
            raise EntriesLostError(explain(what, given=str(exc), hint=hint)) from exc

    def _added(self, items: Iterable[Item]) -> list[_Entry]:
        """Record entries, all of them or none: an entry recorded but never sent would block all later commits.

        They are recorded before the first is sent, so one that cannot be sent does not delay the others.
        """
        new: dict[MessageId, _Entry] = {}
        for item in items:
            entry = _Entry(_with_builtin_position(Item(*item)))
            position = entry.item.position
            if position in self._entries or position in new:
                what = f"fetch returned the position {position!r} again while its entry is open"
                raise DeclarationError(explain(what, hint="A failed entry is replayed by itself."))
            new[position] = entry
        self._entries.update(new)
        self._order.extend(new.values())
        return list(new.values())

    def _send(self, entry: _Entry) -> None:
        position = entry.item.position
        try:
            if type(position) not in _POSITION_TYPES:
                raise EmitError(_wrong_position(position))
            self._emit(*entry.item.values, stream=entry.item.stream, message_id=position)
        except EmitError as exc:  # this entry is at fault: treat it as failed
            report_error(self._spout, exc)
            collector_of(self._spout).on_refused(exc)
            bound(self._spout, "fail")(position)
            self.failed(position)


def _entries(spout: ReliableSpout) -> _Entries:
    return state_of(spout, lambda: _Entries(spout))


def _with_builtin_position(item: Item) -> Item:
    """Return an item with its position as a builtin str or int; another position is refused when it is sent.

    Such an entry is recorded too, because nothing after it may be committed before it is given up.
    """
    if type(item.position) in _POSITION_TYPES:
        return item
    from umbrella.multilang.conversions import builtin_id

    position = builtin_id(item.position)
    return item if position is None else item._replace(position=position)


def _wrong_position(position: Any) -> str:
    from umbrella.multilang.conversions import explain_wrong_id

    return explain_wrong_id("the position of an Item is its message id: it", position)
