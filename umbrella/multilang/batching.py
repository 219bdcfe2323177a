"""A bolt that handles many tuples in one go."""

from __future__ import annotations

from umbrella.multilang.bolt import Bolt
from umbrella.multilang.tuples import Tuple


class BatchingBolt(Bolt):
    """Gathers tuples and gives them to ``execute_batch``: when there are ``batch_size``, and at every tick.

    The tuples of a batch are acked when ``execute_batch`` returns, and failed, all of them, when it raises. What it
    emits is anchored to the whole batch. A batch that is not full when Storm ends the process is replayed by Storm:
    Storm no longer takes acks then.
    """

    batch_size = 100
    _gathered: list[Tuple] | None = None

    def execute_batch(self, batch: list[Tuple]) -> None:
        """Handle a batch of tuples; never an empty one. ``emit_many`` sends on many tuples at once."""
        raise NotImplementedError(f"{type(self).__name__} has no execute_batch(self, batch)")

    def execute(self, tup: Tuple) -> None:
        """Add a tuple to the batch."""
        if self._gathered is None:
            self._gathered = []
        self._gathered.append(tup)
        if len(self._gathered) >= self.batch_size:
            self.finish_batch()

    def tick(self) -> None:
        """Finish the batch, however many tuples it has. An override calls ``super().tick()``."""
        self.finish_batch()

    def finish_batch(self) -> None:
        """Handle what has been gathered, and ack or fail it."""
        batch, self._gathered = self._gathered, None
        if not batch:
            return
        self._current = batch
        try:
            self.execute_batch(batch)
        except BaseException:
            for tup in batch:
                if self._collector.is_open(tup):
                    self._collector.fail(tup)
            raise
        finally:
            self._current = ()
        self._collector.ack_open(batch)  # execute_batch may have settled some by itself
