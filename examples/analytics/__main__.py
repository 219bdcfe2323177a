"""Makes events, stores them by the topology on an embedded Storm, asks by DRPC, compares with a plain computation."""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from examples.analytics.events import COLLECTIONS, COUNTRIES, DEVICES, SEED, Event, read_events, write_events
from examples.analytics.in_cassandra import AnalyticsInCassandra, connect
from examples.analytics.plain import answer
from examples.analytics.query import parse_query
from examples.analytics.topology import OUT, Analytics
from umbrella import DRPCClient, DRPCTopology, UmbrellaError
from umbrella.dsl import spec_of
from umbrella.dsl.artifacts import artifacts_of
from umbrella.storm.artifacts import java_jars
from umbrella.storm.jvm_log import DIED, ERROR, LogEvent
from umbrella.storm.local import LocalCluster
from umbrella.storm.run import LOCAL_CONF
from umbrella.target import target_of

FAILED, USAGE = 1, 2
_KAFKA = "kafka://"
_COUNT = json.dumps({"measure": "count"})
_STUCK_SECONDS = 120.0  # without one more event stored
_REPORT_SECONDS = 5.0


class Broken(Exception):
    """The topology does not do its work."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    given = _arguments(arguments)
    out = given.out.resolve()
    try:
        if given.store:
            connect(given.store).cluster.shutdown()  # what is wrong with it is told at once
        events = prepare(out, given)
        loaded = load(events)
        chosen = topology(events, out, given.source, given.store)
        jars = java_jars((), artifacts_of(chosen, ()), print)
        with LocalCluster([target_of(Analytics).root], jars) as cluster, cluster.log.heard_by(tell):
            port = cluster.serve_drpc()
            cluster.submit(spec_of(chosen), LOCAL_CONF)
            with DRPCClient("127.0.0.1", port=port, timeout_seconds=120) as client:
                return work(client, loaded, given.queries)
    except (UmbrellaError, Broken) as exc:
        print(f"analytics: {exc}", file=sys.stderr)
        return exc.exit_code if isinstance(exc, UmbrellaError) else FAILED
    except OSError as exc:
        print(f"analytics: {exc}", file=sys.stderr)
        return USAGE


def prepare(out: Path, given: argparse.Namespace) -> Path:
    """Return the file of events, made up unless it is given; files that an earlier run has stored in are deleted."""
    out.mkdir(parents=True, exist_ok=True)
    (out / ".gitignore").write_text("*\n")
    for path in () if given.store else out.glob("events-*.sqlite*"):
        path.unlink()
    if given.source.startswith(_KAFKA):
        if not given.compare:
            raise Broken(f"what is in Kafka is compared with a file: --compare FILE; given: --source {given.source}")
        return Path(given.compare).resolve()
    if given.source:
        return Path(given.source).resolve()
    print(f"making up {given.events} events", flush=True)
    write_events(out / "events.jsonl", given.events)
    return out / "events.jsonl"


def load(path: Path) -> list[Event]:
    """Return the events of a file.

    Raises:
        Broken: it is no text.
    """
    try:
        return list(read_events(path))
    except UnicodeDecodeError:
        raise Broken(f"{path} is no text in UTF-8") from None


def topology(events: Path, out: Path, source: str, kept: str) -> type[DRPCTopology]:
    """Return the topology for these files, or for kafka://HOST:PORT/TOPIC and cassandra://HOST:PORT/KEYSPACE."""
    if source.startswith(_KAFKA):
        from examples.analytics.from_kafka import AnalyticsFromKafka

        servers, _, topic = source[len(_KAFKA) :].partition("/")
        from_source: Any = AnalyticsFromKafka.lines.replace(bootstrap_servers=servers, topics=topic)
    else:
        from_source = Analytics.lines.replace(path=str(events))
    if kept:
        in_store: Any = AnalyticsInCassandra.store.replace(address=kept)
    else:
        in_store = Analytics.store.replace(folder=str(out))

    class AnalyticsRun(Analytics):
        lines = from_source
        store = in_store

    return AnalyticsRun


def work(client: DRPCClient, loaded: Sequence[Event], queries: int) -> int:
    """Wait until all is stored, ask, compare, print, and return the exit code."""
    wait_until_stored(client, len(loaded))
    if not queries:
        return 0
    plain: dict[str, Any] = {}
    wrong, took = 0, []
    print(f"asking {queries} queries", flush=True)
    for text in made_up_queries(queries):
        begin = time.perf_counter()
        found = json.loads(client.execute("analytics", text))
        took.append(time.perf_counter() - begin)
        if text not in plain:
            plain[text] = answer(parse_query(text), loaded)
        if found != plain[text]:
            wrong += 1
            print(f"differs: {text}\n  by DRPC {found}\n  plain   {plain[text]}")
    print(f"{queries} queries, {len(plain)} different ones, over {len(loaded)} events")
    print(f"latency p50 {percentile(took, 50) * 1000:.0f} ms, p99 {percentile(took, 99) * 1000:.0f} ms")
    print(f"results equal to the plain computation: {'no' if wrong else 'yes'}")
    return FAILED if wrong else 0


def wait_until_stored(client: DRPCClient, count: int) -> None:
    """Wait until that many events are stored, asking by DRPC.

    Raises:
        Broken: nothing more is stored, or too much.
    """
    begin = moved = told = time.monotonic()
    stored = -1
    while stored != count:
        now, found = time.monotonic(), int(client.execute("analytics", _COUNT))
        if found > count:
            raise Broken(f"{found} events are stored, and there are {count}")
        if found != stored:
            stored, moved = found, now
        elif now - moved > _STUCK_SECONDS:
            raise Broken(f"{stored} of {count} events are stored, and it does not go on")
        if now - told > _REPORT_SECONDS:
            told = now
            print(f"{stored} of {count} events are stored", flush=True)
        time.sleep(0.2)
    print(f"{count} events are stored after {time.monotonic() - begin:.1f} s", flush=True)


def made_up_queries(count: int) -> Iterator[str]:
    """Yield so many queries, each kind of them often: every measure, with and without filters and groups."""
    chance = random.Random(SEED)
    wheres: list[list[Any]] = [
        [],
        [["collection", "=", chance.choice(COLLECTIONS)]],
        [["collection", "=", "purchase"], ["country", "in", chance.sample(COUNTRIES, 3)]],
        [["amount", ">=", 1000], ["amount", "<", 5000], ["device", "!=", chance.choice(DEVICES)]],
        [["country", "=", "nowhere"]],
    ]
    bys = [[], ["country"], ["collection", "device"], ["country", "device", "collection"]]
    for number in range(count):
        query = {"where": wheres[number % len(wheres)], "by": chance.choice(bys)}
        measure = ("count", "sum", "average")[number % 3]
        yield json.dumps({"measure": measure, **({} if measure == "count" else {"of": "amount"}), **query})


def percentile(values: list[float], percent: int) -> float:
    """Return the value that so many per cent are not above."""
    return sorted(values)[max(0, -(-len(values) * percent // 100) - 1)]


def tell(event: LogEvent) -> None:
    """Print what went wrong."""
    if event.kind in (ERROR, DIED):
        print(event.text, file=sys.stderr, flush=True)


def _number(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"takes a whole number of 0 or more; given: {text}")
    return int(text)


def _arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m examples.analytics", description=__doc__)
    parser.add_argument("--source", default="", metavar="FILE",
                        help="your own events, one JSON object a line; or kafka://HOST:PORT/TOPIC")  # fmt: skip
    parser.add_argument("--store", default=os.environ.get("ANALYTICS_STORE", ""), metavar="URL",
                        help="cassandra://HOST:PORT/KEYSPACE (default: ANALYTICS_STORE, or SQLite)")  # fmt: skip
    parser.add_argument("--compare", metavar="FILE", help="with kafka: the events that are in the topic")
    parser.add_argument("--events", type=_number, default=100_000, metavar="N",
                        help="how many to make up (default: %(default)s)")  # fmt: skip
    parser.add_argument("--queries", type=_number, default=200, metavar="N",
                        help="how many to ask (default: %(default)s)")  # fmt: skip
    parser.add_argument("--out", type=Path, default=OUT, metavar="FOLDER",
                        help="where files are (default: %(default)s); an earlier store there is deleted")  # fmt: skip
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
