from __future__ import annotations

import time
import types

import pytest

from umbrella.storm.nimbus import ending, patience, waiting


class Clock:
    """Time that passes in sleeps alone, and at once.

    Attributes:
        now: seconds since the test began.
    """

    def __init__(self) -> None:
        self.now = 0.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch):
    """The clock of everything that waits for a Nimbus; calls have the real one."""
    made = Clock()
    clock = {**vars(time), "monotonic": lambda: 1000.0 + made.now, "sleep": made.sleep}
    for module in (ending, patience, waiting):
        monkeypatch.setattr(module, "time", types.SimpleNamespace(**clock))
    return made
