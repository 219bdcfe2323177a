"""What a run left behind: read, merged into results.jsonl, shown as a table, compared with the plain pass."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import datetime, timezone
from pathlib import Path
from typing import NamedTuple

Key = tuple[str, str, int]  # place, country, begin of the stretch of time

_SHOWN = 10


class Row(NamedTuple):
    """A line of the table."""

    place: str
    country: str
    hits: int
    busiest: str


def clear(folder: Path) -> None:
    """Delete what earlier runs left in a folder, and nothing else."""
    for pattern in ("counts-*.sqlite", "counts-*.sqlite-journal", "rejected.jsonl", "results.jsonl"):
        for path in folder.glob(pattern):
            path.unlink()


def merge(folder: Path) -> Path:
    """Add up the files of all tasks, and write results.jsonl: one line for each place and stretch of time."""
    counts: Counter[Key] = Counter()
    for path in sorted(folder.glob("counts-*.sqlite")):
        with closing(sqlite3.connect(path)) as store:
            for place, country, bucket, hits in store.execute("SELECT place, country, bucket, hits FROM counts"):
                counts[place, country, bucket] += hits
    results = folder / "results.jsonl"
    with results.open("w", encoding="utf-8") as file:
        for (place, country, bucket), hits in sorted(counts.items()):
            record = {"place": place, "country": country, "bucket": iso(bucket), "hits": hits}
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    return results


def read_results(path: Path) -> dict[Key, int]:
    """Return the counts in results.jsonl."""
    counts: dict[Key, int] = {}
    for line in path.read_text(encoding="utf-8").split("\n")[:-1]:
        record = json.loads(line)
        bucket = int(datetime.fromisoformat(record["bucket"]).timestamp())
        counts[record["place"], record["country"], bucket] = record["hits"]
    return counts


def read_rejected(folder: Path) -> dict[int, str]:
    """Return the reason of every rejected line.

    Raises:
        ValueError: a line is there twice.
    """
    reasons: dict[int, str] = {}
    path = folder / "rejected.jsonl"
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        record = json.loads(line)
        if record["line"] in reasons:
            raise ValueError(f"line {record['line']} is in {path} twice")
        reasons[record["line"]] = record["reason"]
    return reasons


def iso(bucket: int) -> str:
    """Return when a stretch of time begins, in UTC: 2024-02-29T21:05:00+00:00."""
    return datetime.fromtimestamp(bucket, timezone.utc).isoformat()


def differences(what: str, ours: Mapping, plain: Mapping) -> Iterator[str]:
    """Yield a line for every entry of the topology's that is not as in the plain pass."""
    for key in sorted({*ours, *plain}):
        if ours.get(key) != plain.get(key):
            yield f"{what} {key}: {ours.get(key)}, by the plain pass {plain.get(key)}"


def top_places(counts: Mapping[Key, int]) -> list[Row]:
    """Return the places with the most hits, most first."""
    totals: Counter[tuple[str, str]] = Counter()
    busiest: dict[tuple[str, str], tuple[int, int]] = {}
    for (place, country, bucket), hits in counts.items():
        totals[place, country] += hits
        busiest[place, country] = max(busiest.get((place, country), (0, 0)), (hits, -bucket))
    best = sorted(totals.items(), key=lambda item: (-item[1], item[0]))[:_SHOWN]
    return [Row(*name, hits, f"{busiest[name][0]} at {iso(-busiest[name][1])[:16]}") for name, hits in best]


def show(rows: list[Row]) -> None:
    """Print the table: by rich in a terminal, in plain columns in a pipe."""
    if not sys.stdout.isatty():
        for row in rows:
            print(f"{row.hits:>9}  {row.country or '-':<2}  {row.place} (busiest: {row.busiest})")
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(title="Top places", title_justify="left")
    for name in ("place", "country"):
        table.add_column(name)
    table.add_column("hits", justify="right")
    table.add_column("busiest (UTC)")
    for row in rows:
        table.add_row(row.place, row.country, f"{row.hits:,}", row.busiest)
    Console().print(table)
