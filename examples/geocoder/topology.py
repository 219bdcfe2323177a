r"""Counts where the visitors of a web server come from, every line of its access log exactly once.

    lines --> parse --> locate --by place--> count    counts-<task>.sqlite
                 \--malformed--> reject               rejected.jsonl

``python -m examples.geocoder`` makes the files, runs it and shows the result. To run it by ``umbrella run``, say where
the files are by GEOCODER_LOG, GEOCODER_DATABASE and GEOCODER_OUT; they are read here, and what they say travels to the
workers as options. Options are absolute paths, for workers run in folders of their own.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections import Counter, deque
from pathlib import Path
from typing import Any

from examples.geocoder.log_lines import MalformedLine, parse, text_of
from umbrella import AutoAckBolt, Bolt, FieldsGrouping, GlobalGrouping, ShuffleGrouping, Spout, Stream, Topology

BUCKET_SECONDS = 300
UNKNOWN = "unknown"
SHOWN = 200  # characters of a rejected line that are kept

OUT = Path(os.environ.get("GEOCODER_OUT") or "geocoder-out").resolve()
LOG = Path(os.environ.get("GEOCODER_LOG") or OUT / "access.log").resolve()
DATABASE = Path(os.environ.get("GEOCODER_DATABASE") or OUT / "places.mmdb").resolve()


class LogLines(Spout):
    """Sends a log file line by line. A line is kept until it is acked, and sent again when it fails.

    Not for ever: one that no bolt can cope with would go round and round.
    """

    class Default(Stream):
        fields = "line", "text"

    path: str
    at_once: int = 200  # lines for each time Storm asks: one answer for many is what makes it fast
    attempts: int = 10

    def open(self) -> None:
        self.file = open(existing(self.path, "GEOCODER_LOG"), "rb")  # noqa: SIM115
        self.numbered = enumerate(self.file, 1)
        self.pending: dict[int, str] = {}
        self.failed: deque[int] = deque()
        self.failures: Counter[int] = Counter()

    def next_tuple(self) -> None:
        for _ in range(self.at_once):
            number = self.next_number()
            if number is None:
                self.finish()
                return
            self.emit(number, self.pending[number], message_id=number)

    def next_number(self) -> int | None:
        while self.failed:
            number = self.failed.popleft()
            if number in self.pending:
                return number
        return self.read()

    def read(self) -> int | None:
        number, raw = next(self.numbered, (None, b""))
        if number is not None:
            self.pending[number] = text_of(raw)
        return number

    def ack(self, message_id: int) -> None:
        # After the death of this task's last process, what Storm says of its lines comes to this one.
        self.pending.pop(message_id, None)
        self.failures.pop(message_id, None)

    def fail(self, message_id: int) -> None:
        if message_id not in self.pending:
            return
        self.failures[message_id] += 1
        if self.failures[message_id] < self.attempts:
            self.failed.append(message_id)
        else:
            self.report_error(f"line {message_id} failed {self.attempts} times and is given up")
            self.ack(message_id)

    def close(self) -> None:
        self.file.close()


class ParseLine(AutoAckBolt):
    """Takes lines apart; those that are malformed leave by a stream of their own."""

    class Default(Stream):
        fields = "line", "address", "time"

    class Malformed(Stream):
        fields = "line", "reason", "text"

    def execute(self, tup: Any) -> None:
        try:
            hit = parse(tup.text)
        except MalformedLine as exc:
            self.emit(tup.line, str(exc), tup.text[:SHOWN], stream=self.Malformed)
        else:
            self.emit(tup.line, hit.address, hit.time)


class Locate(AutoAckBolt):
    """Looks up the place of an address."""

    class Default(Stream):
        fields = "line", "place", "country", "time"

    database: str  # GeoLite2-City.mmdb, or another file of that shape

    def open(self) -> None:
        import maxminddb  # here, for only this component's worker needs it

        self.reader = maxminddb.open_database(existing(self.database, "GEOCODER_DATABASE"))

    def execute(self, tup: Any) -> None:
        record = self.record(tup.address)
        country = record.get("country", {})
        place = english(record.get("city", {})) or english(country) or UNKNOWN
        self.emit(tup.line, place, country.get("iso_code", ""), tup.time)

    def record(self, address: str) -> Any:
        try:
            return self.reader.get(address) or {}
        except ValueError:  # an IPv6 address, and a database that has only IPv4
            return {}

    def close(self) -> None:
        self.reader.close()


class WriteThenAck(Bolt):
    """Gathers inputs, writes many of them in one go, and acks them only then.

    So what Storm knows as done is on disk. An input that was written but not yet acked when a process died comes again:
    ``write`` has to tell it by its line number.
    """

    folder: str
    at_once: int = 1000
    tick_seconds = 1

    def open(self) -> None:
        self.waiting: list[Any] = []
        Path(self.folder).mkdir(parents=True, exist_ok=True)

    def execute(self, tup: Any) -> None:
        self.waiting.append(tup)
        if len(self.waiting) >= self.at_once:
            self.flush()

    def tick(self) -> None:
        if self.waiting:
            self.flush()

    def flush(self) -> None:
        tuples, self.waiting = self.waiting, []
        try:
            self.write(tuples)
        except Exception:
            for tup in tuples:
                self.fail(tup)
            raise
        for tup in tuples:
            self.ack(tup)

    def write(self, tuples: list[Any]) -> None:
        raise NotImplementedError


class CountByPlace(WriteThenAck):
    """Counts per place and stretch of time, by the time in the log, in an SQLite file of its task."""

    bucket_seconds: int = BUCKET_SECONDS

    def open(self) -> None:
        super().open()
        # By position among its tasks, which stays the same from run to run, as does the choice of task by place.
        number = self.context.tasks(self.context.component).index(self.context.task_id)
        self.store = sqlite3.connect(Path(self.folder, f"counts-{number}.sqlite"))
        self.store.execute("PRAGMA synchronous = FULL")
        with self.store:
            self.store.execute("CREATE TABLE IF NOT EXISTS seen (line INTEGER PRIMARY KEY)")
            self.store.execute(
                "CREATE TABLE IF NOT EXISTS counts"
                " (place TEXT, country TEXT, bucket INTEGER, hits INTEGER, PRIMARY KEY (place, country, bucket))"
            )

    def write(self, tuples: list[Any]) -> None:
        with self.store:  # one transaction
            for line, place, country, time in tuples:
                if self.store.execute("INSERT OR IGNORE INTO seen VALUES (?)", (line,)).rowcount:
                    self.store.execute(
                        "INSERT INTO counts VALUES (?, ?, ?, 1)"
                        " ON CONFLICT (place, country, bucket) DO UPDATE SET hits = hits + 1",
                        (place, country, time - time % self.bucket_seconds),
                    )

    def close(self) -> None:
        self.store.close()


class KeepRejected(WriteThenAck):
    """Appends malformed lines to rejected.jsonl. One task, as it is one file."""

    def open(self) -> None:
        super().open()
        path = Path(self.folder, "rejected.jsonl")
        path.touch()
        self.file = path.open("r+b")
        self.seen: set[int] = set()
        self.end = 0  # of what was written as a whole; a death may leave half a line after it
        for raw in self.file:
            if raw.endswith(b"\n"):
                self.seen.add(json.loads(raw)["line"])
                self.end += len(raw)

    def write(self, tuples: list[Any]) -> None:
        new = {tup.line: tup for tup in tuples if tup.line not in self.seen}
        records = [{"line": tup.line, "reason": tup.reason, "text": tup.text} for tup in new.values()]
        data = b"".join(json.dumps(record).encode() + b"\n" for record in records)
        self.file.seek(self.end)
        self.file.truncate()
        self.file.write(data)
        self.file.flush()
        os.fsync(self.file.fileno())
        self.end += len(data)
        self.seen.update(new)

    def close(self) -> None:
        self.file.close()


class Geocoder(Topology):
    lines = LogLines(1, path=str(LOG))
    parse = ParseLine(1, inputs=[ShuffleGrouping(lines)])
    locate = Locate(1, database=str(DATABASE), inputs=[ShuffleGrouping(parse)])
    count = CountByPlace(2, folder=str(OUT), inputs=[FieldsGrouping(locate, "place")])
    reject = KeepRejected(1, folder=str(OUT), inputs=[GlobalGrouping(parse.Malformed)])

    class Config:
        # More than the writing bolts may hold back together, or they would wait for a tick each time.
        max_spout_pending = 5000
        # Storm's threads look for work 10,000 times a second each before they sleep; with few cores the work waits.
        bolt_wait_progressive_level2_count = 1


def english(record: Any) -> str:
    """Return the English name in a record of GeoLite2, or nothing."""
    return str(record.get("names", {}).get("en", ""))


def existing(path: str, setting: str) -> str:
    """Return the path of a file that is there.

    Raises:
        FileNotFoundError: it is not; the text says how to make it.
    """
    if not Path(path).is_file():
        hint = f"`python -m examples.geocoder --prepare` makes one; {setting} names another"
        raise FileNotFoundError(f"there is no file {path}: {hint}")
    return path
