"""Queries: what may be asked, how one part of the events answers, and how the answers of the parts become one.

A part answers by SQL; or, where its store can only read events, by a loop over them.

A query is JSON::

    {"measure": "sum", "of": "amount",
     "where": [["collection", "=", "purchase"], ["country", "in", ["DE", "FR"]]],
     "by": ["country", "device"]}
"""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from examples.analytics.events import NUMBERS, Event, is_number, is_text

MEASURES = ("count", "sum", "average")
TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "in": lambda value, values: value in values,
}
OPERATORS = tuple(TESTS)
_KEYS = ("measure", "of", "where", "by")
_MOST_CONDITIONS = 500  # SQLite nests AND up to 1000 deep
_MOST_VALUES = 30_000  # ... and takes 32766 parameters


class QueryError(ValueError):
    """What is asked cannot be answered; the text says what may be asked."""


class Condition(NamedTuple):
    """What an event has to be like."""

    name: str
    operator: str
    value: Any


class Query(NamedTuple):
    """What is asked: a measure of a property, over the events that meet all conditions, for each group."""

    measure: str
    of: str
    where: tuple[Condition, ...]
    by: tuple[str, ...]

    def sql(self) -> tuple[str, list[Any]]:
        """Return SQL that gives, for each group, its values, a count and a sum; and the parameters of it."""
        # Names are of Event and operators of OPERATORS; values are parameters.
        parameters: list[Any] = []
        conditions = []
        for name, how, value in self.where:
            values = value if how == "in" else [value]
            marks = f"({', '.join('?' * len(values))})" if how == "in" else "?"
            conditions.append(f"{name} {how} {marks}")
            parameters += values
        columns = ", ".join([*self.by, "COUNT(*)", f"COALESCE(SUM({self.of}), 0)"])
        text = f"SELECT {columns} FROM events"
        text += f" WHERE {' AND '.join(conditions)}" if conditions else ""
        text += f" GROUP BY {', '.join(self.by)}" if self.by else ""
        return text, parameters

    def properties(self) -> tuple[str, ...]:
        """Return which properties of an event have to be known."""
        named = {self.of, *self.by, *(condition.name for condition in self.where)}
        return tuple(name for name in Event._fields if name in named)

    def rows(self, events: Iterable[Sequence[Any]]) -> list[list[Any]]:
        """Return what the SQL gives, out of the ``properties`` of every event."""
        at = {name: position for position, name in enumerate(self.properties())}
        tests = [(TESTS[how], at[name], value) for name, how, value in self.where]
        of, by = at[self.of], [at[name] for name in self.by]
        groups: dict[tuple[Any, ...], list[int]] = {}
        for event in events:
            if all(test(event[position], value) for test, position, value in tests):
                group = groups.setdefault(tuple([event[position] for position in by]), [0, 0])
                group[0] += 1
                group[1] += event[of]
        return [[*values, count, total] for values, (count, total) in groups.items()]

    def merged(self, parts: Iterable[Sequence[Sequence[Any]]]) -> Any:
        """Return the answer, out of the rows of every part."""
        groups: dict[tuple[Any, ...], list[int]] = {} if self.by else {(): [0, 0]}
        for *values, count, total in (row for part in parts for row in part):
            group = groups.setdefault(tuple(values), [0, 0])
            group[0] += count
            group[1] += total
        answers = {values: self.value(count, total) for values, (count, total) in groups.items()}
        if not self.by:
            return answers[()]
        return [{**dict(zip(self.by, values)), "value": answers[values]} for values in sorted(answers)]

    def value(self, count: int, total: int) -> float | None:
        """Return the measure of a group, out of how many events it has and their sum."""
        if self.measure == "count":
            return count
        if self.measure == "sum":
            return total
        return total / count if count else None


def parse_query(text: str) -> Query:
    """Return the query of a JSON text.

    Raises:
        QueryError: it is none.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise QueryError(f"a query is JSON: {exc}") from exc
    if not isinstance(found, dict) or not set(found) <= set(_KEYS):
        raise QueryError(f"a query has the keys {', '.join(_KEYS)}; given: {text:.100}")
    measure = _one_of("measure", found.get("measure"), MEASURES)
    numbers = NUMBERS if measure != "count" else Event._fields
    of = _one_of("of", found.get("of", "id" if measure == "count" else None), numbers)
    where = tuple(map(_condition, _list("where", found.get("where", []))))
    values = sum(len(one.value) if one.operator == "in" else 1 for one in where)
    if len(where) > _MOST_CONDITIONS or values > _MOST_VALUES:
        most = f"up to {_MOST_CONDITIONS} conditions with up to {_MOST_VALUES} values"
        raise QueryError(f"a query has {most}; given: {len(where)} with {values}")
    by = tuple(_one_of("by", name, Event._fields) for name in _list("by", found.get("by", [])))
    return Query(measure, "id" if measure == "count" else of, where, by)


def _condition(given: Any) -> Condition:
    if not isinstance(given, list) or len(given) != 3:
        raise QueryError(f'a condition is [property, operator, value], as ["country", "=", "DE"]; given: {given!r}')
    name = _one_of("where", given[0], Event._fields)
    how = _one_of("where", given[1], OPERATORS)
    values = _list(f"where {name} in", given[2]) if how == "in" else [given[2]]
    fits, takes = is_text, "texts of valid Unicode"
    if name in NUMBERS:
        fits, takes = is_number, "whole numbers of 64 bits"
    for value in values:
        if not fits(value):
            raise QueryError(f"{name} is compared with {takes}; given: {value!r:.100}")
    return Condition(name, how, given[2])


def _one_of(where: str, given: Any, valid: Sequence[str]) -> str:
    if given not in valid:
        raise QueryError(f"{where} is one of {', '.join(valid)}; given: {given!r}")
    return str(given)


def _list(where: str, given: Any) -> list[Any]:
    if not isinstance(given, list):
        raise QueryError(f"{where} takes a list; given: {given!r}")
    return given
