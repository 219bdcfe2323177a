"""The output of a bolt: anchored tuples, acks and fails."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from threading import get_ident
from typing import Any, NoReturn

from umbrella.errors import TupleStateError, explain
from umbrella.multilang.channel import Channel
from umbrella.multilang.collector import Collector, Outputs
from umbrella.multilang.messages import FailTuple
from umbrella.multilang.tuples import Tuple


class BoltCollector(Collector):
    """A bolt's output collector; tracks which input tuples are open.

    Attributes:
        current: the tuples being processed, the default anchors of emits.
        thread: the thread that processes tuples; threads started by user code have no current tuple.
    """

    arguments = (*Collector.arguments, "anchors")

    def __init__(self, channel: Channel, outputs: Outputs) -> None:
        super().__init__(channel, outputs)
        self.current: tuple[Tuple, ...] = ()
        self.thread = get_ident()
        self.open: set[Any] = set()  # ids: str on the JSON wire, int on the msgpack wire
        self.receive = self.open.add
        self._settle = self.open.remove

    def is_open(self, tup: Tuple) -> bool:
        """Whether the tuple is neither acked nor failed yet."""
        return tup._id in self.open

    def emit(
        self,
        stream: str,
        values: Sequence[Any],
        named: Mapping[str, Any],
        anchors: Sequence[Tuple],
        task: int | None = None,
        need_task_ids: bool = False,
    ) -> list[int] | None:
        """Emit a tuple anchored to open tuples; returns the tasks it went to if requested."""
        ids: tuple[Any, ...]
        if len(anchors) == 1:  # the most common case
            id = anchors[0]._id
            if id not in self.open:
                self._refuse_anchors(anchors)
            ids = (id,)
        else:
            ids = tuple([anchor._id for anchor in anchors])
            if not self.open.issuperset(ids):
                self._refuse_anchors(anchors)
        return self._emit(stream, values, named, None, ids, task, need_task_ids)

    def emit_many(self, stream: str, rows: Iterable[Sequence[Any]], anchors: Sequence[Tuple]) -> None:
        """Emit many tuples, each anchored to all the given open tuples; all are checked before any is sent."""
        ids = [anchor._id for anchor in anchors]
        if not self.open.issuperset(ids):
            self._refuse_anchors(anchors)
        for message in self._emit_many(stream, rows, None, ids):
            self._write(message)

    def _refuse_anchors(self, anchors: Sequence[Tuple]) -> NoReturn:
        settled = next(anchor for anchor in anchors if anchor._id not in self.open)
        raise TupleStateError(f"{self.component} anchors to a tuple that is settled already: {settled!r}")

    def ack(self, tup: Tuple) -> None:
        """Tell Storm that the tuple is processed."""
        id = tup._id
        try:
            self._settle(id)
        except KeyError:
            raise self._settled(tup, "acked") from None
        channel = self._channel
        channel.acks.append(id)
        if channel.idle:
            channel.send_soon()

    def ack_open(self, tuples: Iterable[Tuple]) -> None:
        """Ack those of the tuples that are still open."""
        for tup in tuples:
            if tup._id in self.open:
                self.ack(tup)

    def fail(self, tup: Tuple) -> None:
        """Tell Storm that the tuple failed."""
        try:
            self._settle(tup._id)
        except KeyError:
            raise self._settled(tup, "failed") from None
        self._channel.write(FailTuple(tup._id))

    def alive(self) -> None:
        """Answer a heartbeat."""
        self._write(self._codec.alive)

    def _settled(self, tup: Tuple, how: str) -> TupleStateError:
        what = f"{self.component}: this tuple cannot be {how}, it is settled already: {tup!r}"
        return TupleStateError(explain(what, hint="Ack or fail each tuple once."))
