"""Metrics: declared by components as class attributes, reported through Storm's metrics v2.

    class ParseLine(AutoAckBolt):
        lines = Counter()
        took = Timer("parse.seconds")

        def execute(self, tup):
            self.lines.inc()
            with self.took.time():
                ...

Each object of the class has its own values. What was added since the last report is sent once a second, and at the end,
by ``umbrella.multilang.metrics_report``.
"""

from __future__ import annotations

import threading
from itertools import count
from math import isfinite
from operator import index
from time import perf_counter
from typing import TYPE_CHECKING, Any, Callable, ClassVar, NamedTuple

from umbrella.errors import DeclarationError, explain
from umbrella.multilang.messages import shorten

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

MOST_VALUES = 1000  # of one histogram or timer in one message; of more, a uniform sample is sent, and their number


class MetricSpec(NamedTuple):
    """A declared metric: its name and kind, "counter", "gauge", "histogram" or "timer"."""

    name: str
    kind: str


class Metric:
    """A metric of a component: the class attribute declares it, and each object has its own metric.

    Args:
        name: its name in Storm; by default, the attribute's name. Letters, digits and ``_ . -``.

    Raises:
        DeclarationError: the name is not valid.
    """

    kind: ClassVar[str]

    def __init__(self, name: str | None = None) -> None:
        if name is not None and not _is_name(name):
            what = f"the name of a {type(self).__name__} is made of letters, digits and _ . -"
            raise DeclarationError(explain(what, given=repr(name), valid=['"cache.hits"']))
        self.name = name or ""
        self._attribute = ""

    def __set_name__(self, owner: type, attribute: str) -> None:
        self._attribute = attribute
        self.name = self.name or attribute

    def __get__(self, component: Any, owner: type | None = None) -> Self:
        if component is None:
            return self
        own = type(self)(self.name)
        own._begin()
        # From now on it is found in the object, without this call; setdefault, for two threads may come here at once.
        return component.__dict__.setdefault(self._attribute, own)  # type: ignore[no-any-return]

    if not TYPE_CHECKING:  # for type checkers, what is not there is an error

        def __getattr__(self, name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            what = f"the {type(self).__name__} {self.name!r} of a class counts nothing"
            raise RuntimeError(explain(what, hint=f"Use that of an object: self.{self._attribute or self.name}."))

    def _begin(self) -> None:
        raise NotImplementedError

    def _taken(self) -> Any:
        """Return what has come since the last call, or None; called by one thread at a time."""
        raise NotImplementedError


class Counter(Metric):
    """A number that is incremented, and may be decremented."""

    kind = "counter"

    def _begin(self) -> None:
        # Both are one step in CPython: no lock, which would cost more than all the rest.
        self._one: Callable[[], int] = count().__next__
        self._amounts: list[int] = []
        self._looks = 0
        self._sent = 0

    def inc(self, amount: int = 1) -> None:
        """Add to it.

        Args:
            amount: a whole number.
        """
        if amount == 1:
            self._one()
        else:
            self._amounts.append(index(amount))

    def dec(self, amount: int = 1) -> None:
        """Take away from it."""
        self._amounts.append(-index(amount))

    def _taken(self) -> Any:
        ones = self._one() - self._looks  # looking counts as well
        self._looks += 1
        amounts = self._amounts[:]
        del self._amounts[: len(amounts)]
        increase, self._sent = ones - self._sent + sum(amounts), ones
        return increase or None


class Gauge(Metric):
    """A value that goes up and down; only the latest is reported."""

    kind = "gauge"

    def _begin(self) -> None:
        self._now: list[float | None] = [None]
        self._last: float | None = None

    def set(self, value: float) -> None:
        """Say what it is now.

        Args:
            value: a finite number.
        """
        self._now[0] = _number(self, value)

    def _taken(self) -> Any:
        (value,) = self._now
        if value == self._last:
            return None
        self._last = value
        return value


class Histogram(Metric):
    """The distribution of values."""

    kind = "histogram"

    def _begin(self) -> None:
        self._lock = threading.Lock()
        self._values: list[float] = []
        self._count = 0

    def update(self, value: float) -> None:
        """Add a value.

        Args:
            value: a finite number.
        """
        value = _number(self, value)
        with self._lock:
            self._count += 1
            if self._count <= MOST_VALUES:
                self._values.append(value)
            else:  # each of them is kept with the same chance (Vitter's algorithm R)
                place = _chance(self._count)
                if place < MOST_VALUES:
                    self._values[place] = value

    def _taken(self) -> Any:
        with self._lock:
            values, number = self._values, self._count
            self._values, self._count = [], 0
        return (values, number) if number else None


class Timer(Histogram):
    """The distribution of durations, in seconds."""

    kind = "timer"

    def time(self) -> Timing:
        """Return a context that measures how long it is open, also if an exception ends it."""
        return Timing(self.update)


class Timing:
    """Measures the time between entering and leaving a block, in seconds."""

    __slots__ = ("_began", "_update")

    def __init__(self, update: Callable[[float], None]) -> None:
        self._update = update

    def __enter__(self) -> None:
        self._began = perf_counter()

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._update(perf_counter() - self._began)


def metrics_of(component: type) -> list[MetricSpec]:
    """Return the metrics that a component class declares, its bases' first.

    Raises:
        DeclarationError: two of them have one name.
    """
    found = declared_metrics(component)
    names: dict[str, str] = {}
    for attribute, metric in found.items():
        if metric.name in names:
            what = f"two metrics of {component.__name__} are called {metric.name!r}"
            raise DeclarationError(explain(what, given=f"{names[metric.name]} and {attribute}"))
        names[metric.name] = attribute
    return [MetricSpec(metric.name, metric.kind) for metric in found.values()]


def declared_metrics(component: type) -> dict[str, Metric]:
    """Return the metrics of a component class by attribute; a subclass replaces one by name, or removes it by None."""
    found: dict[str, Metric] = {}
    for base in reversed(component.__mro__):
        for attribute, value in list(vars(base).items()):  # user code may change its class meanwhile
            if isinstance(value, Metric):
                found[attribute] = value
            else:
                found.pop(attribute, None)
    return found


def gather(component: Any) -> dict[str, dict[str, Any]]:
    """Return what a component's metrics have counted and measured since the last call, as the wire has it.

    Returns:
        by kind ("counters", "gauges", "histograms", "timers") and name; and as "counts" how many values there were,
        for those of which a sample is returned.
    """
    found: dict[str, dict[str, Any]] = {}
    own = vars(component)
    for attribute, metric in declared_metrics(type(component)).items():
        mine = own.get(attribute)
        taken = mine._taken() if isinstance(mine, Metric) else None
        if taken is None:
            continue
        if isinstance(metric, Histogram):
            taken, number = taken
            if number > len(taken):
                found.setdefault("counts", {})[metric.name] = number
        found.setdefault(f"{metric.kind}s", {})[metric.name] = taken
    return found


def _number(metric: Metric, value: Any) -> float:
    if isinstance(value, (int, float)) and _is_double(value):
        return value if type(value) is int or type(value) is float else float(value)
    what = f"the {type(metric).__name__} {metric.name!r} takes a finite number, as Java's double has them"
    raise ValueError(explain(what, given=f"{shorten(value)} ({type(value).__name__})"))


def _is_double(value: float) -> bool:
    try:
        return isfinite(value)
    except OverflowError:  # an int
        return False


def _chance(most: int) -> int:
    import random  # for many values in a second alone: a worker starts without it

    return int(random.random() * most)


def _is_name(name: Any) -> bool:
    return (
        isinstance(name, str)
        and name != ""
        and name.isascii()
        and all(char.isalnum() or char in "_.-" for char in name)
    )
