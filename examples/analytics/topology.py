r"""Stores events, and answers questions about them by DRPC.

    lines --> parse --by id--> store    events-<task>.sqlite
                                 ^ |
    requests --> plan --to all---/ \--by request--> merge --> the caller

Each task of ``store`` keeps its share of the events in an SQLite file of its own, and answers a query for that share:
so the events may be on many machines, and a query is worked on by all of them. ``merge`` makes one answer of theirs.

``python -m examples.analytics`` makes events, runs it, asks, and compares. To run it by ``umbrella run``, say where the
files are by ANALYTICS_EVENTS and ANALYTICS_OUT.
"""

from __future__ import annotations

import os
import sqlite3
from itertools import islice
from pathlib import Path
from typing import Any

from examples.analytics.events import Event, MalformedEvent, parse
from examples.analytics.query import Query, parse_query
from umbrella import (
    AllGrouping,
    AutoAckBolt,
    BatchingBolt,
    DRPCAggregator,
    DRPCTopology,
    FieldsGrouping,
    Item,
    ReliableSpout,
    ShuffleGrouping,
    Stream,
)

OUT = Path(os.environ.get("ANALYTICS_OUT") or "analytics-out").resolve()
EVENTS = Path(os.environ.get("ANALYTICS_EVENTS") or OUT / "events.jsonl").resolve()

_COLUMNS = ", ".join(Event._fields)


class EventLines(ReliableSpout):
    """Sends a file of events line by line; after a death from the begin, for the store knows what it has."""

    class Default(Stream):
        fields = ("line",)

    path: str
    batch_size: int = 200

    def open(self) -> None:
        self.file = open(self.path, encoding="utf-8")  # noqa: SIM115
        self.numbered = enumerate(self.file, 1)

    def fetch(self, count: int) -> list[Item] | None:
        return [Item(number, (line,)) for number, line in islice(self.numbered, count)] or None

    def close(self) -> None:
        self.file.close()


class ParseEvent(AutoAckBolt):
    """Takes lines apart; what is no event is told and left out."""

    class Default(Stream):
        fields = Event._fields

    def execute(self, tup: Any) -> None:
        try:
            self.emit(*parse(tup.line))
        except MalformedEvent as exc:
            self.report_error(f"left out: {exc}; given: {tup.line[:200]}")


class Plan(AutoAckBolt):
    """Refuses what cannot be asked, before all tasks of the store work on it: the caller gets the QueryError."""

    class Default(Stream):
        fields = "request", "query"

    def execute(self, tup: Any) -> None:
        parse_query(tup.args)
        self.emit(tup.request, tup.args)


class Store(BatchingBolt):
    """Keeps its share of the events, and answers queries for it.

    Events are acked when they are stored. One that comes again, after a failure, has an id that is there already.
    """

    class Partial(Stream):
        fields = "request", "query", "rows"

    batch_size: int = 1000

    def execute(self, tup: Any) -> None:
        if tup.component == "plan":
            self.answer(tup)
        else:
            super().execute(tup)  # gathers a batch

    def answer(self, tup: Any) -> None:
        self.emit(tup.request, tup.query, self.rows(parse_query(tup.query)), stream=self.Partial, anchors=tup)
        self.ack(tup)

    def rows(self, query: Query) -> list[Any]:
        """Return, for each group of its share, the values, a count and a sum."""
        raise NotImplementedError

    def share(self) -> tuple[int, int]:
        """Return its position among its tasks, which stays the same from run to run, and how many they are."""
        tasks = self.context.tasks(self.context.component)
        return tasks.index(self.context.task_id), len(tasks)


class SQLiteStore(Store):
    """Keeps it in a file. The choice of task by id stays the same from run to run, as does the file's number."""

    folder: str

    def open(self) -> None:
        Path(self.folder).mkdir(parents=True, exist_ok=True)
        number, _ = self.share()
        self.store = sqlite3.connect(Path(self.folder, f"events-{number}.sqlite"))
        self.store.execute("PRAGMA journal_mode = WAL")
        self.store.execute(
            "CREATE TABLE IF NOT EXISTS events (id INTEGER PRIMARY KEY, time INTEGER, collection TEXT, country TEXT,"
            " device TEXT, amount INTEGER)"
        )

    def execute_batch(self, batch: list[Any]) -> None:
        marks = ", ".join("?" * len(Event._fields))
        with self.store:  # one transaction
            self.store.executemany(f"INSERT OR IGNORE INTO events ({_COLUMNS}) VALUES ({marks})", map(tuple, batch))

    def rows(self, query: Query) -> list[Any]:
        return self.store.execute(*query.sql()).fetchall()

    def close(self) -> None:
        self.store.close()


class Merge(DRPCAggregator):
    """Makes one answer of those of the store's tasks."""

    def finish(self, request: str, gathered: list[Any]) -> None:
        query = parse_query(gathered[0].query)
        self.return_result(request, query.merged(tup.rows for tup in gathered))


class Analytics(DRPCTopology):
    function = "analytics"

    lines = EventLines(1, path=str(EVENTS))
    parse = ParseEvent(1, inputs=[ShuffleGrouping(lines)])
    plan = Plan(1, inputs=[ShuffleGrouping(DRPCTopology.requests)])
    store = SQLiteStore(2, folder=str(OUT), inputs=[FieldsGrouping(parse, "id"), AllGrouping(plan)])
    merge = Merge(1, inputs=[FieldsGrouping(store.Partial, "request")])

    class Config:
        # More than the tasks of store gather together, or they would wait for a tick each time.
        max_spout_pending = 5000
        bolt_wait_progressive_level2_count = 1
