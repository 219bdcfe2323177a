"""A bolt that handles many tuples in one go."""

from __future__ import annotations

from umbrella.multilang.bolt import Bolt
from umbrella.multilang.component import bound, collector_of, hook, state_of, working_hook
from umbrella.multilang.tuples import Tuple


class BatchingBolt(Bolt):
    """Gathers tuples and gives them to ``execute_batch``: when there are ``batch_size``, and at every tick.

    The tuples of a batch are acked when ``execute_batch`` returns, and failed, all of them, when it raises. What it
    emits is anchored to the whole batch. A batch that is not full when Storm ends the process is replayed by Storm:
    Storm no longer takes acks then.
    """

    batch_size = 100

    @hook
    def execute_batch(self, batch: list[Tuple]) -> None:
        """Handle a batch of tuples; never an empty one. ``emit_many`` sends on many tuples at once."""
        raise NotImplementedError(f"{type(self).__name__} has no execute_batch(self, batch)")

    @working_hook
    def execute(self, tup: Tuple) -> None:
        """Add a tuple to the batch. An override calls ``super().execute(tup)``."""
        batch = _batch(self)
        batch.append(tup)
        if len(batch) >= self.batch_size:
            bound(self, "finish_batch")()

    @hook
    def tick(self) -> None:
        """Finish the batch, however many tuples it has; what an override leaves of it is finished after the call."""
        bound(self, "finish_batch")()

    def finish_batch(self) -> None:
        """Handle what has been gathered, and ack or fail it."""
        gathered, collector = _batch(self), collector_of(self)
        if not gathered:
            return
        batch = gathered[:]
        gathered.clear()
        collector.current = tuple(batch)
        try:
            collector.check_returned("execute_batch", bound(self, "execute_batch")(batch))
        except BaseException:
            for tup in batch:
                if collector.is_open(tup):
                    collector.fail(tup)
            raise
        finally:
            collector.current = ()
        collector.ack_open(batch)  # execute_batch may have settled some by itself


def _batch(bolt: BatchingBolt) -> list[Tuple]:
    return state_of(bolt, list)
