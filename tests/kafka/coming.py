"""What has come out of the spouts of a running topology, as its Record bolt left it on disk."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Callable, TypeVar

from topologies.recording import records

T = TypeVar("T")

PATIENCE = 120.0  # seconds, on a busy machine; what is waited for takes seconds on an idle one


class Coming:
    """The tuples of each spout so far.

    Args:
        directory: of the Record bolt, which is named "record".
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def __getitem__(self, spout: str) -> list[Any]:
        return [one["values"] for one in records(self.directory, "record") if one["from"] == spout]

    def until(self, spout: str, count: int) -> list[Any]:
        """Return a spout's tuples as soon as there are so many."""
        return until(lambda: self[spout], lambda found: len(found) >= count)


def until(look: Callable[[], T], reached: Callable[[T], bool]) -> T:
    """Look again and again, and return what is seen as soon as it is what was waited for."""
    deadline = time.monotonic() + PATIENCE
    while not reached(found := look()):
        assert time.monotonic() < deadline, str(found)[-2000:]
        time.sleep(0.1)
    return found
