"""The output of commands: tables on a terminal and in a pipe, or JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, is_dataclass
from datetime import datetime
from typing import Any

import click
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

_PIPE_COLUMNS = 10_000  # lines in a pipe are not cut: grep and awk see whole lines


def echo_json(data: Any) -> None:
    """Print plain data, or dataclasses of it, as JSON."""
    click.echo(json.dumps(data, indent=2, default=_plain, ensure_ascii=False))


def console() -> Console:
    """Return the console that prints tables to stdout."""
    width = None if sys.stdout.isatty() else _PIPE_COLUMNS
    return Console(highlight=False, width=width, soft_wrap=False)


def table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Table:
    """Return a table without borders, which reads well on a terminal and in a pipe.

    Args:
        columns: the headings.
        rows: the cells; str is left-aligned; numbers, None and rich's Text are right-aligned.
    """
    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for number, name in enumerate(columns):
        texts = any(isinstance(row[number], str) for row in rows)
        made.add_column(name, justify="left" if texts else "right", overflow="fold")
    for row in rows:
        made.add_row(*(cell if isinstance(cell, Text) else Text(shown(cell)) for cell in row))
    return made


def fitted(
    columns: Sequence[str], rows: Sequence[Sequence[Any]], spare: Sequence[str], screen: Console
) -> tuple[Table, list[str]]:
    """Return a table that fits the width of the screen, and the columns left out for that.

    Args:
        columns: the headings.
        rows: as for ``table``.
        spare: the columns that may be left out, the least important first.
        screen: the console that will show it.
    """
    dropped: list[str] = []
    for name in (*spare, None):
        kept = [number for number, column in enumerate(columns) if column not in dropped]
        made = table([columns[number] for number in kept], [[row[number] for number in kept] for row in rows])
        wide = screen.options.update(max_width=_PIPE_COLUMNS)
        if name is None or Measurement.get(screen, wide, made).maximum <= screen.width:
            break
        dropped.append(name)
    return made, dropped


def shown(value: Any) -> str:
    """Return a value as a table cell: numbers with separators, None as a dash."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.3f}" if isinstance(value, float) else str(value)


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return str(value)


def duration(seconds: int) -> str:
    """Return a duration in readable form: 45s, 3m 12s, 2h 5m, 3d 4h."""
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if seconds < 60:
        return f"{seconds}s"
    if seconds < 3600:
        return f"{minutes}m {seconds % 60}s"
    return f"{hours}h {minutes % 60}m" if days == 0 else f"{days}d {hours % 24}h"


def local_time(seconds: float) -> str:
    """Return seconds since the epoch as a local date and time."""
    return datetime.fromtimestamp(seconds).astimezone().isoformat(sep=" ", timespec="seconds")
