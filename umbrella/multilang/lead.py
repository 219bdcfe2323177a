"""Decides how far the answers of a spout may run ahead of Storm's commands.

ShellSpout sends one command at a time and waits for the sync that ends the answer: two context switches for each tuple,
and two more for its ack. While a spout has a tuple at every call, its answers run ahead of the commands:

* A task with ``topology.max.spout.pending`` open tuples is not asked for more until enough acks or fails have arrived
  (SpoutExecutor.call). The syncs for those are written before they arrive.
* An ack that leaves room is also answered with the next tuples, which Storm would request a moment later.
* While there is room, a few more tuples wait in the pipe for Storm's next command, whatever it is.

The limit of open tuples still holds. Without acking, or without a limit, each command is answered after it arrives; the
same holds while a spout is slow, idle or inactive. No I/O here.
"""

from __future__ import annotations

MOST_SYNCS = 256  # written ahead: 6 KiB, a tenth of a pipe's capacity
TUPLES_AHEAD = 64  # in the pipe, before Storm asks for them
MOST_OPEN = 4096  # tuples; with a higher limit, acks would queue behind too many tuples sent with them
QUICK = 0.001  # seconds for up to 10 tuples; acks would queue behind a slower next_tuple
FLOWING = 100  # tuples in a row from quick calls of next_tuple: a steady stream, not single events


class Lead:
    """How far one spout task may answer ahead.

    Args:
        max_pending: Storm's limit of open tuples per spout task; 0 if there is no limit, or no acking.

    Attributes:
        room: an ack that leaves fewer open tuples than this is answered with more tuples; 0 without a steady stream.
    """

    def __init__(self, max_pending: int) -> None:
        self._max_pending = max_pending
        self._row = 0
        self._emits = 0
        self._needless = 0
        self.room = 0

    def called(self, emits: int, seconds: float) -> None:
        """Record how many tuples a call of ``next_tuple`` emitted, and how long it took."""
        if not emits:
            self.stop()
        elif seconds > QUICK * max(1.0, emits / 10):  # the machine may be the cause, so this does not reset the count
            self._row //= 2
            self.room = 0
        else:
            self._row = min(self._row + emits, FLOWING)
            self._emits = emits
            self.room = min(self._max_pending, MOST_OPEN) if self._row == FLOWING else 0

    def stop(self) -> None:
        """Stop answering ahead until the spout has a steady stream again."""
        self._row = self.room = 0

    def needless(self) -> None:
        """Record that a next command was already answered, with a sync and no tuples.

        If this happens again and again, Storm counts open tuples differently from this task (an executor with several
        tasks adds up theirs), and answering ahead ends.
        """
        self._needless += 1
        if self._needless > 2 * MOST_SYNCS:
            self._max_pending = self.room = 0

    def sends_more(self, pending: int, ahead: int) -> bool:
        """Whether to send tuples that Storm has not asked for yet.

        Args:
            pending: the number of open tuples of the task.
            ahead: the number of commands answered in advance.
        """
        return pending < self.room and ahead * self._emits < TUPLES_AHEAD

    def syncs(self, pending: int, ahead: int) -> int:
        """Return how many syncs to write for acks and fails that will arrive.

        Args:
            pending: the number of open tuples of the task.
            ahead: the number of commands answered in advance.
        """
        self._needless = 0
        certain = pending - self._max_pending + 1
        if certain <= 0 or not self.room:
            return 0
        return max(0, min(certain, MOST_SYNCS) - ahead)
