"""The geocoder with components that fail now and then, each time in another way."""

from __future__ import annotations

import tempfile
from typing import Any

from examples.geocoder.topology import CountByPlace, Geocoder, KeepRejected, Locate

FOLDER = tempfile.gettempdir()  # replaced by what a test says


class LocateFailing(Locate):
    """Raises at the first sight of every fiftieth line, after having sent one of two of them on."""

    def open(self) -> None:
        super().open()
        self.raised: set[int] = set()

    def execute(self, tup: Any) -> None:
        if tup.line % 50 or tup.line in self.raised:
            super().execute(tup)
            return
        self.raised.add(tup.line)
        if tup.line % 100:
            super().execute(tup)
        raise RuntimeError(f"line {tup.line} for the first time")


class CountForgetful(CountByPlace):
    """Writes its second batch and does not ack it, as if it had died in between."""

    batches = 0

    def write(self, tuples: list[Any]) -> None:
        super().write(tuples)
        self.batches += 1
        if self.batches == 2:
            raise RuntimeError(f"{len(tuples)} tuples written, and not acked")


class RejectForgetful(KeepRejected):
    """Writes its first batch and does not ack it."""

    batches = 0

    def write(self, tuples: list[Any]) -> None:
        super().write(tuples)
        self.batches += 1
        if self.batches == 1:
            raise RuntimeError(f"{len(tuples)} rejected lines written, and not acked")


class FailingGeocoder(Geocoder):
    locate = LocateFailing(1, database=Geocoder.locate.database)
    count = CountForgetful(2, folder=FOLDER, at_once=200)
    reject = RejectForgetful(1, folder=FOLDER, at_once=20)
