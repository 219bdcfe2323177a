"""A bolt that processes tuples in batches."""

from __future__ import annotations

from umbrella.multilang.bolt import Bolt
from umbrella.multilang.component import bound, collector_of, hook, state_of, working_hook
from umbrella.multilang.tuples import Tuple


class BatchingBolt(Bolt):
    """Collects tuples and passes them to ``execute_batch`` when there are ``batch_size`` of them, and at every tick.

    The tuples of a batch are acked when ``execute_batch`` returns, and all failed when it raises. Tuples it emits are
    anchored to the whole batch. If Storm ends the process, it replays an unfinished batch: by then Storm no longer
    accepts acks.
    """

    batch_size = 100

    @hook
    def execute_batch(self, batch: list[Tuple]) -> None:
        """Handle a batch of tuples, never an empty one. Use ``emit_many`` to emit many tuples at once."""
        raise NotImplementedError(f"{type(self).__name__} has no execute_batch(self, batch)")

    @working_hook
    def execute(self, tup: Tuple) -> None:
        """Add a tuple to the batch. An override must call ``super().execute(tup)``."""
        batch = _batch(self)
        batch.append(tup)
        if len(batch) >= self.batch_size:
            bound(self, "finish_batch")()

    @hook
    def tick(self) -> None:
        """Finish the batch, even if it is not full; if an override skips this, it is done afterwards."""
        bound(self, "finish_batch")()

    def finish_batch(self) -> None:
        """Process the current batch, then ack or fail its tuples."""
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
        collector.ack_open(batch)  # execute_batch may have settled some itself


def _batch(bolt: BatchingBolt) -> list[Tuple]:
    return state_of(bolt, list)
