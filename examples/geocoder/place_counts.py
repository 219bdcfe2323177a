"""Hits by place and stretch of time, in memory, with what has changed since somebody last looked."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any


class PlaceCounts:
    """The counts that the live page shows. Every method may be called by any thread.

    Args:
        bucket_seconds: the length of a stretch of time.
        kept: how many stretches are kept.
    """

    def __init__(self, bucket_seconds: int, kept: int) -> None:
        self._bucket_seconds, self._kept = bucket_seconds, kept
        self._places: dict[tuple[str, str], dict[str, Any]] = {}
        self._changes: dict[tuple[str, str], int] = {}
        self._malformed = 0
        self._version = 0
        self._changed = threading.Condition()

    def add(self, place: str, country: str, latitude: float | None, longitude: float | None, now: float) -> None:
        """Count a hit at a moment, in seconds since 1970."""
        with self._changed:
            known = self._places.setdefault((place, country), {
                "place": place, "country": country, "latitude": latitude, "longitude": longitude,
                "hits": 0, "buckets": Counter(),
            })  # fmt: skip
            bucket = int(now // self._bucket_seconds)
            known["hits"] += 1
            known["buckets"][bucket] += 1
            for old in [one for one in known["buckets"] if one <= bucket - self._kept]:
                del known["buckets"][old]
            self._note((place, country))

    def add_malformed(self) -> None:
        """Count a line that is no line of a log."""
        with self._changed:
            self._malformed += 1
            self._note(None)

    def changes(self, since: int, timeout: float) -> tuple[int, dict[str, Any] | None]:
        """Wait until something changes, and return the version and the places that have changed; None if nothing has.

        Args:
            since: the version that was returned last; -1 for all there is.
            timeout: the longest wait in seconds.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._version > since, timeout)
            if self._version <= since:
                return since, None
            places = [self._shown(key) for key, version in self._changes.items() if version > since]
            told = {"bucket_seconds": self._bucket_seconds, "kept": self._kept, "malformed": self._malformed}
            return self._version, {**told, "places": places}

    def _note(self, key: tuple[str, str] | None) -> None:
        self._version += 1
        if key:
            self._changes[key] = self._version
        self._changed.notify_all()

    def _shown(self, key: tuple[str, str]) -> dict[str, Any]:
        place = self._places[key]
        return {**place, "buckets": {str(bucket): hits for bucket, hits in place["buckets"].items()}}
