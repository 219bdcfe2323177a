"""How far the answers of a spout may run ahead of Storm's commands.

ShellSpout asks one thing at a time and waits for the sync that ends the answer: two switches between processes for each
tuple, and two more for its ack. While a spout has tuples whenever it is asked, answers run ahead of the questions:

* A task with as many open tuples as ``topology.max.spout.pending`` allows is not asked for more until enough acks or
  fails have come (SpoutExecutor.call). Their syncs are written before they come.
* An ack that leaves room is answered with the next tuples as well, which Storm would ask for a moment later.
* While there is room, a few tuples more wait in the pipe for whatever Storm asks next.

The limit of open tuples holds all the same. Without acking, or without a limit, each command is answered when it has
come; so it is while a spout is slow, idle or inactive. No I/O here.
"""

from __future__ import annotations

MOST_SYNCS = 256  # ahead: 6 KiB, a tenth of what a pipe holds
TUPLES_AHEAD = 64  # in the pipe, before they are asked for
MOST_OPEN = 4096  # tuples; with a higher limit, acks would wait behind too many of the tuples sent with them
QUICK = 0.001  # seconds for up to 10 tuples; acks would wait behind a next_tuple that takes longer
FLOWING = 100  # tuples in a row, each call of next_tuple quick: a stream, not a single event


class Lead:
    """What one spout task may answer ahead.

    Args:
        max_pending: how many of the task's tuples Storm lets be open at once; 0 for no limit, or no acking.

    Attributes:
        room: an ack that leaves fewer tuples open is answered with further tuples; 0 while the spout does not flow.
    """

    def __init__(self, max_pending: int) -> None:
        self._max_pending = max_pending
        self._row = 0
        self._emits = 0
        self._needless = 0
        self.room = 0

    def called(self, emits: int, seconds: float) -> None:
        """Note how many tuples a call of ``next_tuple`` emitted, and how long it took."""
        if not emits:
            self.stop()
        elif seconds > QUICK * max(1.0, emits / 10):  # it may have been the machine, so the row is not over
            self._row //= 2
            self.room = 0
        else:
            self._row = min(self._row + emits, FLOWING)
            self._emits = emits
            self.room = min(self._max_pending, MOST_OPEN) if self._row == FLOWING else 0

    def stop(self) -> None:
        """Send nothing unasked until the spout flows again."""
        self._row = self.room = 0

    def needless(self) -> None:
        """Note that a next met an answer without tuples, which was written ahead.

        Where that happens again and again, Storm does not count open tuples as this task does (an executor with several
        tasks adds theirs up), and answering ahead ends.
        """
        self._needless += 1
        if self._needless > 2 * MOST_SYNCS:
            self._max_pending = self.room = 0

    def sends_more(self, pending: int, ahead: int) -> bool:
        """Whether to send tuples that nobody has asked for yet.

        Args:
            pending: tuples open at the task.
            ahead: commands that are answered already.
        """
        return pending < self.room and ahead * self._emits < TUPLES_AHEAD

    def syncs(self, pending: int, ahead: int) -> int:
        """Return how many syncs to write for acks and fails that will come.

        Args:
            pending: tuples open at the task.
            ahead: commands that are answered already.
        """
        self._needless = 0
        certain = pending - self._max_pending + 1
        if certain <= 0 or not self.room:
            return 0
        return max(0, min(certain, MOST_SYNCS) - ahead)
