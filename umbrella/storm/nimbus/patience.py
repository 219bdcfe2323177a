"""How long a command goes on while Nimbus does not answer; the time that goes well is not counted."""

from __future__ import annotations

import time

_FIRST_SECONDS = 0.5
_LONGEST_SECONDS = 2.0


class Patience:
    """A budget of seconds for failed attempts and the pauses between them.

    Args:
        seconds: the budget.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._spent = 0.0
        self._pause = _FIRST_SECONDS
        self._since = time.monotonic()

    def well(self) -> None:
        """Note that something went well: the time since the last note is not counted."""
        self._since = time.monotonic()

    def failed(self) -> bool:
        """Note that an attempt failed; pause and return True, or return False when the budget is used up."""
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
