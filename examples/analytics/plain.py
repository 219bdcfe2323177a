"""The same answers by a plain loop over the events, without SQL and Storm: what the topology is compared with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from examples.analytics.events import Event
from examples.analytics.query import TESTS, Query


def answer(query: Query, events: Iterable[Event]) -> Any:
    """Return the answer to a query over events."""
    groups: dict[tuple[Any, ...], list[int]] = {}
    for event in events:
        if all(TESTS[how](getattr(event, name), value) for name, how, value in query.where):
            groups.setdefault(tuple(getattr(event, name) for name in query.by), []).append(getattr(event, query.of))
    found = []
    for values in sorted(groups) if query.by else [()]:
        amounts = groups.get(values, [])
        if query.measure == "count":
            value: Any = len(amounts)
        elif query.measure == "sum":
            value = sum(amounts)
        else:
            value = sum(amounts) / len(amounts) if amounts else None
        found.append({**dict(zip(query.by, values)), "value": value})
    return found if query.by else found[0]["value"]
