"""The statistics of ``umbrella stats`` as tables and as plain lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Union

from rich.console import Console, Group, RenderableType
from rich.text import Text

from umbrella.cli.output import duration, fitted, table
from umbrella.cli.run_display import last_line
from umbrella.storm.operations.statistics import ComponentFigures, ComponentRow, Figures, Freshness, TopologyFigures

_WINDOWS = {"all": "since the workers started", "10m": "last 10 minutes", "3h": "last 3 hours", "1d": "last day"}
_COUNTS = ("emitted", "transferred", "executed", "acked", "failed")
_SPARE = ("execute ms", "kind", "transferred", "tasks", "capacity", "executors")
_COLUMNS = (*_COUNTS, "latency ms", "execute ms", "capacity")


def topology_view(figures: TopologyFigures, screen: Console) -> Group:
    """Return what ``umbrella stats NAME`` shows on a console."""
    head = f"{figures.name}  {figures.status}, up {duration(figures.uptime_secs)}; {_WINDOWS[figures.window]}"
    rows = [
        (one.name, one.kind, one.executors, one.tasks, *_cells(one.figures, one.kind)) for one in figures.components
    ]
    parts: list[RenderableType] = [Text(head, style="bold"), Text()]
    parts += _fitted(("component", "kind", "executors", "tasks", *_COLUMNS), rows, screen)
    if figures.workers:
        workers = [
            (
                f"{one.host}:{one.port}",
                duration(one.uptime_secs) if one.uptime_secs else "starting",
                one.executors,
                ", ".join(f"{name} {count}" for name, count in one.tasks.items()),
            )
            for one in figures.workers
        ]
        parts += [table(("worker", "up", "executors", "tasks of"), workers), Text()]
    else:
        parts += [Text(f"no worker runs it; scheduler: {figures.scheduler or 'has not looked at it yet'}"), Text()]
    parts += _errors(figures.name, figures.components)
    parts += [Text(line, style="red") for line in figures.timeouts]
    return Group(*parts, *_notes(figures.freshness))


def component_view(figures: ComponentFigures, screen: Console) -> Group:
    """Return what ``umbrella stats NAME COMPONENT`` shows on a console."""
    one = figures.component
    head = f"{figures.topology}.{one.name}  {one.kind}, topology {figures.status}; {_WINDOWS[figures.window]}"
    whole = [(one.executors, one.tasks, *_cells(one.figures, one.kind))]
    parts: list[RenderableType] = [Text(head, style="bold"), Text()]
    parts += _fitted(("executors", "tasks", *_COLUMNS), whole, screen)
    rows = [
        (row.tasks, f"{row.host}:{row.port}", duration(row.uptime_secs), *_cells(row.figures, one.kind))
        for row in figures.executors
    ]
    if rows:
        parts += _fitted(("tasks", "worker", "up", *_COLUMNS), rows, screen)
    if figures.inputs:
        columns = ("input from", "stream", "executed", "acked", "failed", "latency ms", "execute ms")
        inputs = [
            (row.source, row.stream, f.executed, f.acked, f.failed, f.process_ms, f.execute_ms)
            for row, f in ((row, row.figures) for row in figures.inputs)
        ]
        parts += [table(columns, inputs), Text()]
    if figures.outputs:
        outputs = [(row.stream, row.figures.emitted, row.figures.transferred) for row in figures.outputs]
        parts += [table(("output stream", "emitted", "transferred"), outputs), Text()]
    parts += _errors(figures.topology, [one])
    return Group(*parts, *_notes(figures.freshness))


def plain_line(figures: Union[TopologyFigures, ComponentFigures]) -> str:
    """Return the statistics in one line, for a pipe."""
    components = figures.components if isinstance(figures, TopologyFigures) else [figures.component]
    timeouts = figures.timeouts if isinstance(figures, TopologyFigures) else []
    return "; ".join([*map(_line, components), *timeouts])


def _fitted(columns: Sequence[str], rows: list[Any], screen: Console) -> list[RenderableType]:
    made, dropped = fitted(columns, rows, _SPARE, screen)
    if not dropped:
        return [made, Text()]
    return [made, Text(f"no room for {', '.join(dropped)}; --json has all", style="dim"), Text()]


def _line(one: ComponentRow) -> str:
    counts = [(name, getattr(one.figures, name)) for name in _COUNTS]
    return f"{one.name}: " + " ".join(f"{name} {count}" for name, count in counts if count is not None)


def _cells(figures: Figures, kind: str) -> tuple[Any, ...]:
    failed: Any = figures.failed
    if failed:
        failed = Text(f"{failed:,}", style="red")
    latency = figures.complete_ms if kind == "spout" else figures.process_ms
    counts = (figures.emitted, figures.transferred, figures.executed, figures.acked, failed)
    return (*counts, latency, figures.execute_ms, figures.capacity)


def _errors(topology: str, components: list[ComponentRow]) -> list[Text]:
    told = [one for one in components if one.last_error]
    if not told:
        return []
    lines = [Text(f"last error of {one.name}: {last_line(one.last_error or '')}", style="red") for one in told]
    return [*lines, Text(f"`umbrella errors {topology}` has them whole"), Text()]


def _notes(freshness: Freshness) -> list[Text]:
    notes = [f"up to {freshness.seconds} s old: so often workers report (executor.metrics.frequency.secs of Nimbus)"]
    if not freshness.reported:
        notes.insert(0, "no worker has reported yet")
    if freshness.sample_rate < 1:
        share = f"{freshness.sample_rate:g}"
        notes.append(f"estimates: Storm counts {share} of the tuples and scales up (topology.stats.sample.rate)")
    to = ", ".join(freshness.reporters) or "none are configured (topology.metrics.reporters)"
    notes.append(f"metrics of components' own are not here: Storm gives them to its reporters alone: {to}")
    return [Text(note, style="dim") for note in notes]
