"""How long a command keeps retrying while Nimbus does not answer; the time of successful calls is not counted."""

from __future__ import annotations

import time

_FIRST_SECONDS = 0.5
_LONGEST_SECONDS = 2.0


class Patience:
    """A time budget for failed attempts and the pauses between them.

    Args:
        seconds: the length of the budget.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._spent = 0.0
        self._pause = _FIRST_SECONDS
        self._since = time.monotonic()

    def well(self) -> None:
        """Record a success: the time since the last record is not counted."""
        self._since = time.monotonic()

    def failed(self) -> bool:
        """Record a failed attempt; pause and return True, or return False when the budget is used up."""
        self._spend()
        if self._spent + self._pause > self.seconds:
            return False
        time.sleep(self._pause)
        self._pause = min(2 * self._pause, _LONGEST_SECONDS)
        self._spend()
        return True

    def _spend(self) -> None:
        now = time.monotonic()
        self._spent += now - self._since
        self._since = now
