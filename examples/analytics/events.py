"""Events: what they look like, and a file of made-up ones."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

COLLECTIONS = ("view", "signup", "purchase")
COUNTRIES = ("AT", "BR", "CH", "DE", "FR", "IN", "JP", "NG", "PL", "US")
DEVICES = ("phone", "tablet", "laptop", "desktop")
BEGIN = 1_700_000_000
SEED = 2012


class Event(NamedTuple):
    """One event; its fields are the properties that queries know, and the columns of the store."""

    id: int
    time: int  # seconds since 1970
    collection: str
    country: str
    device: str
    amount: int  # in cents: sums of whole numbers are exact in any order


NUMBERS = ("id", "time", "amount")
LARGEST = 2**63 - 1  # of a number, as SQLite and Cassandra keep them


class MalformedEvent(ValueError):
    """A line that is no event."""


def parse(line: str) -> Event:
    """Return the event of a line of JSON.

    Raises:
        MalformedEvent: it is none; the text says why.
    """
    try:
        found = json.loads(line)
    except ValueError as exc:
        raise MalformedEvent(f"no JSON: {exc}") from exc
    if not isinstance(found, dict) or set(found) != set(Event._fields):
        raise MalformedEvent(f"an event has the properties {', '.join(Event._fields)}")
    for name, value in found.items():
        if not (is_number(value) if name in NUMBERS else is_text(value)):
            takes = "a whole number of 64 bits" if name in NUMBERS else "a text of valid Unicode"
            raise MalformedEvent(f"{name} is {takes}, not {value!r:.100}")
    return Event(**found)


def is_number(value: Any) -> bool:
    """Whether it is a whole number that a store keeps."""
    return type(value) is int and -LARGEST - 1 <= value <= LARGEST


def is_text(value: Any) -> bool:
    """Whether it is a text that a store keeps."""
    return type(value) is str and value == value.encode("utf-8", "replace").decode("utf-8")


def made_up(count: int) -> Iterator[Event]:
    """Yield so many events, the same ones each time."""
    chance = random.Random(SEED)
    for number in range(count):
        collection = chance.choices(COLLECTIONS, (90, 4, 6))[0]
        amount = int(chance.lognormvariate(8, 1)) if collection == "purchase" else 0
        country = chance.choices(COUNTRIES, range(1, len(COUNTRIES) + 1))[0]
        yield Event(number, BEGIN + number // 10, collection, country, chance.choice(DEVICES), amount)


def write_events(path: Path, count: int) -> None:
    """Write a file of made-up events, one a line."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(event._asdict()) + "\n" for event in made_up(count))


def read_events(path: Path) -> Iterator[Any]:
    """Yield the events of a file; as in the topology, a line that is none is told and left out."""
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            try:
                yield parse(line)
            except MalformedEvent as exc:
                print(f"analytics: {path}, line {number} is left out: {exc}", file=sys.stderr)
