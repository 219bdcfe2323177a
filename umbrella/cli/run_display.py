"""Shows a local run: a live table in a terminal, plain lines in a pipe."""

from __future__ import annotations

import contextlib
import re
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Protocol

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from umbrella.spec import TopologySpec
from umbrella.storm.jvm_log import COMPONENT, DIED, ERROR, LogEvent
from umbrella.storm.local_metrics import COUNTER, GAUGE, TIMER, LocalMetric
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

_LINE_SECONDS = 5.0  # between two lines of figures in a pipe
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
    """What shows a run while it goes on, and its report at the end."""

    def step(self, step: str) -> None:
        """Show what is being done."""

    def note(self, text: str) -> None:
        """Show what is good to know."""

    def log(self, event: LogEvent) -> None:
        """Show a line of the log; called on another thread."""

    def stats(self, stats: list[ComponentStats], metrics: list[LocalMetric]) -> None:
        """Show the figures."""

    def report(self, report: RunReport) -> None:
        """Show how it ended."""


@contextlib.contextmanager
def display(spec: TopologySpec) -> Iterator[Display]:
    """Yield the display that suits stdout."""
    if not sys.stdout.isatty():
        yield PlainDisplay()
        return
    console = Console(highlight=False)
    with Live(Text(""), console=console, refresh_per_second=4, transient=True) as live:
        yield LiveDisplay(spec.name, console, live)


class PlainDisplay:
    """Plain lines, for pipes and logs."""

    def __init__(self) -> None:
        self._begin = time.monotonic()
        self._last = 0.0

    def step(self, step: str) -> None:
        """Print a line."""
        self._print(step)

    def note(self, text: str) -> None:
        """Print a line."""
        self._print(f"note: {text}")

    def log(self, event: LogEvent) -> None:
        """Print a line of the log."""
        self._print(log_text(event))

    def stats(self, stats: list[ComponentStats], metrics: list[LocalMetric]) -> None:
        """Print the figures of all components in one line, now and then."""
        now = time.monotonic()
        if now - self._last < _LINE_SECONDS or not any(one.emitted or one.executed for one in stats):
            return
        self._last = now
        self._print("; ".join(figures_text(one) for one in stats))
        if metrics:
            self._print("; ".join(metric_text(one) for one in metrics))

    def report(self, report: RunReport) -> None:
        """Print the figures of each component, and how it ended."""
        for one in report.stats:
            print(f"{figures_text(one)} latency {one.latency_ms:.1f} ms executors {one.executors}")
        for metric in report.metrics:
            print(metric_text(metric))
        for line in closing_lines(report):
            print(line)

    def _print(self, text: str) -> None:
        # In one write: two threads print.
        sys.stdout.write(f"{time.monotonic() - self._begin:6.1f}s  {text}\n")
        sys.stdout.flush()


class LiveDisplay:
    """A table that is redrawn in place, with the log above it."""

    def __init__(self, title: str, console: Console, live: Live) -> None:
        self._title, self._console, self._live = title, console, live

    def step(self, step: str) -> None:
        """Show what is being done in place of the table."""
        self._live.update(Text(f"{step} ..."))

    def note(self, text: str) -> None:
        """Print a line above the table."""
        self._console.print(Text(f"note: {text}"))

    def log(self, event: LogEvent) -> None:
        """Print a line of the log above the table."""
        self._console.print(Text(log_text(event), style=_STYLES.get(event.level, "")))

    def stats(self, stats: list[ComponentStats], metrics: list[LocalMetric]) -> None:
        """Redraw the tables."""
        self._live.update(tables(self._title, stats, metrics))

    def report(self, report: RunReport) -> None:
        """Print the last table, and how it ended."""
        self._console.print(tables(self._title, report.stats, report.metrics))
        for line in closing_lines(report):
            self._console.print(line)


def tables(title: str, stats: Sequence[ComponentStats], metrics: Sequence[LocalMetric]) -> Group:
    """Return the table of figures, and below it that of the components' own metrics if there are any."""
    return Group(stats_table(title, stats), *([metrics_table(metrics)] if metrics else []))


def stats_table(title: str, stats: Sequence[ComponentStats]) -> Table:
    """Return the figures as a table."""
    table = Table(title=title, title_justify="left")
    table.add_column("component")
    for name in ("executors", "emitted", "acked", "failed", "latency ms"):
        table.add_column(name, justify="right")
    table.add_column("last error", overflow="ellipsis", no_wrap=True)
    for one in stats:
        failed = Text(f"{one.failed:,}", style="red" if one.failed else "")
        latency = f"{one.latency_ms:,.1f}"
        numbers = (f"{one.executors}", f"{one.emitted:,}", f"{one.acked:,}", failed, latency)
        table.add_row(one.name, *numbers, last_line(one.errors[-1]) if one.errors else "")
    return table


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
    """Return the figures of a metric: one number, or how many values and how they are spread."""
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


def figures_text(one: ComponentStats) -> str:
    """Return a component's figures as one plain line."""
    text = f"{one.name}: emitted {one.emitted} acked {one.acked} failed {one.failed}"
    return f"{text} last error: {last_line(one.errors[-1])}" if one.errors else text


def log_text(event: LogEvent) -> str:
    """Return a line of the log as it is shown."""
    if event.kind == DIED:
        return f"{event.component or 'a component'} died: {without_java_frames(event.text)}"
    if event.kind in (COMPONENT, ERROR):
        level = "" if event.level == "INFO" else f" {event.level}"
        return f"[{event.component}]{level} {event.text}"
    return f"[storm] {event.level} {without_java_frames(event.text)}"


def closing_lines(report: RunReport) -> list[str]:
    """Return the lines that a run ends with."""
    spouts = [one for one in report.stats if one.kind == "spout"]
    emitted, acked = sum(one.emitted for one in spouts), sum(one.acked for one in spouts)
    lines = [
        f"ended after {report.seconds:.1f} s: {_REASONS[report.reason]}",
        f"tuples emitted {emitted} acked {acked} failed {report.failed}",
    ]
    if report.errors:
        told = [one for one in report.errors if one.kind == ERROR] or report.errors
        lines.append(f"errors reported: {len(report.errors)}; the last: {last_line(told[-1].text)}")
    return [*lines, *report.notes]


def last_line(error: str) -> str:
    """Return the line of an error that says what it is: the last of a Python traceback."""
    lines = without_java_frames(error).strip().splitlines()
    return lines[-1].removeprefix("umbrella.storm.ChildDied: ") if lines else ""


def without_java_frames(text: str) -> str:
    """Return an error without the Java stack that Storm puts below it."""
    return "\n".join(line for line in text.splitlines() if not _JAVA_FRAME.match(line)).strip()
