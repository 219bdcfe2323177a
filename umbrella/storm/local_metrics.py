"""The metrics that components declare, read from an embedded Storm."""

from __future__ import annotations

from dataclasses import dataclass, replace

from umbrella.storm.jvm import Jvm

COUNTER, GAUGE, HISTOGRAM, TIMER = "counter", "gauge", "histogram", "timer"


@dataclass(frozen=True)
class LocalMetric:
    """One metric of a component, aggregated over its tasks.

    Attributes:
        component: the component that declares it.
        name: its declared name.
        kind: COUNTER, GAUGE, HISTOGRAM or TIMER.
        count: the counter's value, or the number of values of a histogram or timer; 0 for a gauge.
        values: a gauge's value in each task.
        mean: the mean value of a histogram, or of a timer in seconds; recent values count more, because Storm's
            reservoirs decay.
        p95: the 95th percentile, of the task where it is highest.
        highest: the largest value.
    """

    component: str
    name: str
    kind: str
    count: int = 0
    values: tuple[float, ...] = ()
    mean: float = 0.0
    p95: float = 0.0
    highest: float = 0.0


def read_metrics(jvm: Jvm) -> list[LocalMetric]:
    """Return the metrics of the Python components in a JVM, sorted by component and name."""
    return parse(str(jvm.classes.umbrella.storm.LocalMetrics.read()))


def parse(text: str) -> list[LocalMetric]:
    """Parse the output of umbrella.storm.LocalMetrics."""
    found: dict[tuple[str, str], LocalMetric] = {}
    for line in sorted(text.splitlines()):
        component, _, name, kind, *figures = line.split("\t")
        one = _of_task(component, name, kind, figures)
        before = found.get((component, name))
        found[component, name] = one if before is None else _together(before, one)
    return [found[key] for key in sorted(found)]


def _of_task(component: str, name: str, kind: str, figures: list[str]) -> LocalMetric:
    if kind == COUNTER:
        return LocalMetric(component, name, kind, count=int(figures[0]))
    if kind == GAUGE:
        return LocalMetric(component, name, kind, values=(float(figures[0]),))
    mean, p95, highest = map(float, figures[1:])
    return LocalMetric(component, name, kind, int(figures[0]), mean=mean, p95=p95, highest=highest)


def _together(one: LocalMetric, other: LocalMetric) -> LocalMetric:
    count = one.count + other.count
    mean = (one.mean * one.count + other.mean * other.count) / count if count else 0.0
    return replace(
        one,
        count=count,
        values=one.values + other.values,
        mean=mean,
        p95=max(one.p95, other.p95),
        highest=max(one.highest, other.highest),
    )
