"""Display of a local run: a live table on a terminal, plain lines in a pipe."""

from __future__ import annotations

import contextlib
import re
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from umbrella.cli.output import duration, fitted
from umbrella.spec import TopologySpec
from umbrella.storm.jvm_log import COMPONENT, DIED, ERROR, LogEvent
from umbrella.storm.local_metrics import COUNTER, GAUGE, TIMER, LocalMetric
from umbrella.storm.nimbus.reported import python_text
from umbrella.storm.repeated import grouped, same_text
from umbrella.storm.run import (
    COMPONENT_DIED,
    EXHAUSTED,
    INTERRUPTED,
    OUT_OF_MEMORY,
    TIME_OVER,
    UNSETTLED,
    RunReport,
)
from umbrella.storm.stats import ComponentStats

_LINE_SECONDS = 5.0  # between two lines of statistics in a pipe, and between two lines of a repeated error
_RATE_SECONDS = 5.0  # tuples per second are averaged over this time
_REPEATS_SHOWN = 5  # in the final report
# The columns that are left out on a narrow terminal, the least important first.
_SPARE_COLUMNS = ("executors", "latency ms", "emitted", "per second")
_STYLES = {"ERROR": "red", "WARN": "yellow", "DEBUG": "dim", "TRACE": "dim"}
_JAVA_FRAME = re.compile(r"Caused by: |\t+(at |\.\.\. |Caused by: |Suppressed: )")
_REASONS = {
    TIME_OVER: "the time is over",
    EXHAUSTED: "every spout has finished and all tuples are settled",
    UNSETTLED: "every spout has finished, but some tuples were neither acked nor failed",
    INTERRUPTED: "interrupted",
    COMPONENT_DIED: "a component died",
    OUT_OF_MEMORY: "Storm's JVM ran out of memory",
}


class Display(Protocol):
    """Displays a run while it goes on, and its report at the end."""

    def step(self, step: str) -> None:
        """Show the current step."""

    def note(self, text: str) -> None:
        """Show a note."""

    def log(self, event: LogEvent) -> None:
        """Show a line of the log; called on another thread."""

    def stats(self, stats: list[ComponentStats], metrics: list[LocalMetric]) -> None:
        """Show the statistics."""

    def report(self, report: RunReport) -> None:
        """Show the report of the finished run."""


@contextlib.contextmanager
def display(spec: TopologySpec, seconds: float | None = None) -> Iterator[Display]:
    """Yield the display that suits stdout.

    Args:
        spec: the topology.
        seconds: the time limit of the run, if it has one.
    """
    if not sys.stdout.isatty():
        yield PlainDisplay()
        return
    console = Console(highlight=False)
    with Live(Text(""), console=console, refresh_per_second=4, transient=True) as live:
        yield LiveDisplay(spec.name, console, live, seconds)


class RunErrors:
    """The errors of a run: each is shown in full once, and counted when it is repeated.

    Attributes:
        latest: the last error of each component, in one line.
    """

    def __init__(self) -> None:
        self.latest: dict[str, str] = {}
        self._counts: Counter[tuple[str, str]] = Counter()
        self._again: dict[tuple[str, str], str] = {}  # repeated since it was last shown
        self._shown = 0.0
        self._lock = threading.Lock()  # errors and statistics come on different threads

    def take(self, event: LogEvent) -> str | None:
        """Return a log line as it is shown, or None for an error that was already shown."""
        if event.kind != ERROR:
            return log_text(event)
        key = event.component, same_text(event.text)
        with self._lock:
            self.latest[event.component] = last_line(event.text)
            self._counts[key] += 1
            if self._counts[key] == 1:
                return log_text(event)
            at = time.strftime("%H:%M:%S")
            times = f"x {self._counts[key]:,}, the last at {at}"
            self._again[key] = f"[{event.component}] ERROR {times}: {last_line(event.text)}"
            return None

    def again(self) -> list[str]:
        """Return a line for each repeated error, at intervals."""
        now = time.monotonic()
        with self._lock:
            if not self._again or now - self._shown < _LINE_SECONDS:
                return []
            self._shown = now
            lines = list(self._again.values())
            self._again.clear()
        return lines


class PlainDisplay:
    """Plain lines, for pipes and logs."""

    def __init__(self) -> None:
        self._begin = time.monotonic()
        self._last = 0.0
        self._errors = RunErrors()

    def step(self, step: str) -> None:
        """Print a line."""
        self._print(step)

    def note(self, text: str) -> None:
        """Print a line."""
        self._print(f"note: {text}")

    def log(self, event: LogEvent) -> None:
        """Print a line of the log."""
        text = self._errors.take(event)
        if text is not None:
            self._print(text)

    def stats(self, stats: list[ComponentStats], metrics: list[LocalMetric]) -> None:
        """Print the statistics of all components in one line, at intervals."""
        for line in self._errors.again():
            self._print(line)
        now = time.monotonic()
        if now - self._last < _LINE_SECONDS or not any(one.emitted or one.executed for one in stats):
            return
        self._last = now
        self._print("; ".join(figures_text(one, self._errors.latest) for one in stats))
        if metrics:
            self._print("; ".join(metric_text(one) for one in metrics))

    def report(self, report: RunReport) -> None:
        """Print the statistics of each component, and how the run ended."""
        for one in report.stats:
            text = figures_text(one, self._errors.latest)
            print(f"{text} latency {one.latency_ms:.1f} ms executors {one.executors}")
        for metric in report.metrics:
            print(metric_text(metric))
        for line in closing_lines(report):
            print(line)

    def _print(self, text: str) -> None:
        # A single write, because two threads print.
        sys.stdout.write(f"{time.monotonic() - self._begin:6.1f}s  {text}\n")
        sys.stdout.flush()


class LiveDisplay:
    """A table that is redrawn in place, with the log above it."""

    def __init__(self, title: str, console: Console, live: Live, seconds: float | None = None) -> None:
        self._title, self._console, self._live, self._seconds = title, console, live, seconds
        self._begin = 0.0
        self._errors = RunErrors()
        self._rates = Rates()

    def step(self, step: str) -> None:
        """Show the current step in place of the table."""
        self._live.update(Text(f"{step} ..."))

    def note(self, text: str) -> None:
        """Print a line above the table."""
        self._console.print(Text(f"note: {text}"))

    def log(self, event: LogEvent) -> None:
        """Print a line of the log above the table."""
        text = self._errors.take(event)
        if text is not None:
            self._console.print(Text(text, style=_STYLES.get(event.level, "")))

    def stats(self, stats: list[ComponentStats], metrics: list[LocalMetric]) -> None:
        """Redraw the tables."""
        for line in self._errors.again():
            self._console.print(Text(line, style=_STYLES["ERROR"]))
        now = time.monotonic()
        self._begin = self._begin or now
        heading = f"{self._title}  {running_text(now - self._begin, self._seconds)}"
        rates = self._rates.take(now, stats)
        self._live.update(tables(heading, stats, metrics, rates, self._errors.latest, self._console))

    def report(self, report: RunReport) -> None:
        """Print the last table, and how the run ended."""
        rates = {one.name: _count(one) / report.seconds for one in report.stats if report.seconds}
        shown = tables(self._title, report.stats, report.metrics, rates, self._errors.latest, self._console)
        self._console.print(shown)
        for line in closing_lines(report):
            self._console.print(Text(line))


class Rates:
    """Tuples per second of each component, averaged over the last seconds."""

    def __init__(self) -> None:
        self._looks: deque[tuple[float, dict[str, int]]] = deque()

    def take(self, now: float, stats: Sequence[ComponentStats]) -> dict[str, float]:
        """Take statistics, and return by component how many tuples a spout emitted and a bolt executed per second."""
        self._looks.append((now, {one.name: _count(one) for one in stats}))
        while now - self._looks[0][0] > _RATE_SECONDS and len(self._looks) > 2:
            self._looks.popleft()
        then, before = self._looks[0]
        if now == then:
            return {}
        return {one.name: max(0, _count(one) - before.get(one.name, 0)) / (now - then) for one in stats}


def _count(one: ComponentStats) -> int:
    return one.emitted if one.kind == "spout" else one.executed


def running_text(elapsed: float, seconds: float | None) -> str:
    """Return how long a run has taken, and how it will end."""
    if seconds is None:
        return f"running for {duration(int(elapsed))}; Ctrl-C ends it"
    return f"running for {duration(int(elapsed))} of {seconds:g}s; Ctrl-C ends it sooner"


def tables(
    heading: str,
    stats: Sequence[ComponentStats],
    metrics: Sequence[LocalMetric],
    rates: Mapping[str, float],
    errors: Mapping[str, str],
    screen: Console,
) -> Group:
    """Return the table of statistics, followed by the last error of each component and the components' own metrics.

    Args:
        heading: the line above it.
        stats: the statistics.
        metrics: the components' own metrics.
        rates: tuples per second by component.
        errors: the last error in the log by component.
        screen: the console that will show it; columns that do not fit are left out, but never the names.
    """
    last = {one.name: text for one in stats if (text := last_error(one, errors))}
    lines = [
        Text(f"last error of {name}: {text}", style="red", no_wrap=True, overflow="ellipsis")
        for name, text in last.items()
    ]
    more = [metrics_table(metrics)] if metrics else []
    return Group(Text(heading, style="bold"), stats_table(stats, rates, screen), *lines, *more)


def stats_table(stats: Sequence[ComponentStats], rates: Mapping[str, float], screen: Console) -> Table:
    """Return the statistics as a table that fits the screen."""
    columns = ("component", "executors", "emitted", "per second", "acked", "failed", "latency ms")
    rows = [
        (
            one.name,
            one.executors,
            one.emitted,
            Text(f"{rates[one.name]:,.0f}" if one.name in rates else "-"),
            one.acked,
            Text(f"{one.failed:,}", style="red" if one.failed else ""),
            Text(f"{one.latency_ms:,.1f}"),
        )
        for one in stats
    ]
    made, _ = fitted(columns, rows, _SPARE_COLUMNS, screen)
    return made


def metrics_table(metrics: Sequence[LocalMetric]) -> Table:
    """Return the components' own metrics as a table."""
    table = Table()
    for name in ("component", "metric", "kind"):
        table.add_column(name)
    table.add_column("figures", justify="right")
    for one in metrics:
        table.add_row(one.component, one.name, one.kind, metric_figures(one))
    return table


def metric_text(one: LocalMetric) -> str:
    """Return a component's own metric as plain text."""
    return f"{one.component}.{one.name}: {metric_figures(one)}"


def metric_figures(one: LocalMetric) -> str:
    """Return the values of a metric: one number, or the count and the distribution of its values."""
    if one.kind == COUNTER:
        return f"{one.count:,}"
    if one.kind == GAUGE:
        return ", ".join(f"{value:,g}" for value in one.values)
    spread = (one.mean, one.p95, one.highest)
    if one.kind == TIMER:
        mean, p95, highest = (f"{1000 * seconds:,.2f} ms" for seconds in spread)
    else:
        mean, p95, highest = (f"{value:,.1f}" for value in spread)
    return f"{one.count:,} values, mean {mean}, p95 {p95}, max {highest}"


def figures_text(one: ComponentStats, errors: Mapping[str, str]) -> str:
    """Return a component's statistics as one plain line, with its last error."""
    text = f"{one.name}: emitted {one.emitted} acked {one.acked} failed {one.failed}"
    error = last_error(one, errors)
    return f"{text} last error: {error}" if error else text


def last_error(one: ComponentStats, errors: Mapping[str, str]) -> str:
    """Return a component's last error in one line, or "".

    The log has every error; Storm keeps only a few of them, limited by topology.max.error.report.per.interval.
    """
    return errors.get(one.name) or (last_line(one.errors[-1]) if one.errors else "")


def log_text(event: LogEvent) -> str:
    """Return a log line as it is shown."""
    if event.kind == DIED:
        return f"{event.component or 'a component'} died: {without_java_frames(event.text)}"
    if event.kind in (COMPONENT, ERROR):
        level = "" if event.level == "INFO" else f" {event.level}"
        return f"[{event.component}]{level} {event.text}"
    return f"[storm] {event.level} {without_java_frames(event.text)}"


def closing_lines(report: RunReport) -> list[str]:
    """Return the final lines of a run."""
    spouts = [one for one in report.stats if one.kind == "spout"]
    emitted, acked = sum(one.emitted for one in spouts), sum(one.acked for one in spouts)
    lines = [
        f"ended after {report.seconds:.1f} s: {_REASONS[report.reason]}",
        f"tuples emitted {emitted} acked {acked} failed {report.failed}",
    ]
    if report.errors:
        told = [one for one in report.errors if one.kind == ERROR] or report.errors
        lines.append(f"errors reported: {len(report.errors)}; the last: {last_line(told[-1].text)}")
        lines += _repeated_lines(told)
    return [*lines, *report.notes]


def _repeated_lines(errors: Sequence[LogEvent]) -> list[str]:
    """Return a line for each repeated error, the most frequent first."""
    repeated = sorted((one for one in grouped(errors, lambda error: error.text) if len(one) > 1), key=len, reverse=True)
    lines = []
    for group in repeated[:_REPEATS_SHOWN]:
        names = ", ".join(sorted({error.component for error in group}))
        lines.append(f"  x {len(group):,} of {names}: {last_line(group[-1].text)}")
    if len(repeated) > _REPEATS_SHOWN:
        lines.append(f"  and {len(repeated) - _REPEATS_SHOWN:,} others that came several times")
    return lines


def last_line(error: str) -> str:
    """Return the most informative line of an error: that of the exception in a Python traceback, or the first line."""
    lines = [line for line in without_java_frames(python_text(error)).splitlines() if line.strip()]
    begins = [number for number, line in enumerate(lines) if "Traceback (most recent call last)" in line]
    if begins:
        rest = lines[begins[-1] + 1 :]
        return next((line for line in rest if not line.startswith(" ")), lines[-1]).strip()
    return lines[0] if lines else ""


def without_java_frames(text: str) -> str:
    """Return an error without the Java stack trace that Storm appends to it."""
    return "\n".join(line for line in text.splitlines() if not _JAVA_FRAME.match(line)).strip()
