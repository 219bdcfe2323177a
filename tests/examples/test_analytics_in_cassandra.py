"""The analytics example with its events in a real Cassandra; scripts/soak runs what needs one."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cassandra_server import CassandraServer
from examples.analytics.__main__ import made_up_queries, topology
from examples.analytics.events import made_up, write_events
from examples.analytics.from_kafka import EventRecords
from examples.analytics.in_cassandra import (
    AddressError,
    CassandraStore,
    DriverMissingError,
    connect,
    parse_address,
    part_of_ring,
)
from examples.analytics.plain import answer
from examples.analytics.query import parse_query
from examples.analytics.topology import Analytics, EventLines, SQLiteStore
from forms import SOAK
from kafka.coming import until
from umbrella import testing
from umbrella.dsl import spec_of
from umbrella.storm.cluster.ports import free_ports

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A Cassandra that runs."""
    if not SOAK:
        pytest.skip("scripts/soak runs it")
    server = CassandraServer(tmp_path_factory.mktemp("cassandra"))
    try:
        server.start()
        yield server
    finally:
        server.stop()


def run(out, *arguments, timeout=60, **variables):
    command = [sys.executable, "-m", "examples.analytics", "--out", str(out), *arguments]
    environment = {**os.environ, **variables}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=timeout)


def stored(keyspace):
    session = connect(keyspace)
    try:
        return [one for (one,) in session.execute(f"SELECT id FROM {parse_address(keyspace).table}")]
    finally:
        session.cluster.shutdown()


@pytest.mark.storm
@pytest.mark.usefixtures("storm_jars")
def test_answers_equal_a_plain_computation_and_a_second_run_doubles_nothing(server, tmp_path, figure):
    keyspace = server.keyspace("analytics")
    for arguments, variables in ((["--store", keyspace], {}), ([], {"ANALYTICS_STORE": keyspace})):
        done = run(tmp_path, *arguments, "--events", "20000", "--queries", "60", timeout=600, **variables)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "results equal to the plain computation: yes" in done.stdout.splitlines()
        assert not list(tmp_path.glob("*.sqlite"))
        assert sorted(stored(keyspace)) == list(range(20000))
        latency = re.search(r"^latency (p50 \d+ ms, p99 \d+ ms)$", done.stdout, re.MULTILINE)
        assert latency
    figure("analytics by DRPC, in Cassandra", f"20000 events: {latency[1]}")


@pytest.mark.storm
@pytest.mark.usefixtures("storm_jars", "spout_jars")
def test_events_of_a_topic_are_stored(server, broker, client, tmp_path):
    events = tmp_path / "events.jsonl"
    write_events(events, 3000)
    client.create("analytics-to-cassandra", 2)
    client.send("analytics-to-cassandra", *events.read_text().splitlines())
    source = f"kafka://{broker.plain}/analytics-to-cassandra"
    arguments = ["--source", source, "--compare", str(events), "--store", server.keyspace("of_topic")]
    done = run(tmp_path / "out", *arguments, "--queries", "20", timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "results equal to the plain computation: yes" in done.stdout.splitlines()


def test_events_that_come_again_are_stored_once_and_are_acked(server):
    events, keyspace = list(made_up(2500)), server.keyspace("again")
    for _ in range(2):
        with testing.open(CassandraStore, address=keyspace, batch_size=500) as store:
            fed = [store.feed(component="parse", **event._asdict()) for event in events]
            assert all(one.acked for one in fed)
            for number, text in enumerate(made_up_queries(15)):
                store.feed(component="plan", request=str(number), query=text)
            for _, text, rows in store.emits.on(CassandraStore.Partial):
                query = parse_query(text)
                assert query.merged([rows]) == answer(query, events)
    assert sorted(stored(keyspace)) == list(range(2500))


def test_while_the_server_is_away_events_fail_and_then_they_are_stored(server):
    first, second = (event._asdict() for event in made_up(2))
    keyspace = server.keyspace("away")
    with testing.open(CassandraStore, address=keyspace, batch_size=1, raise_errors=False) as store:
        assert store.feed(component="parse", **first).acked
        server.stop()
        assert store.feed(component="parse", **second).failed
        server.start()
        until(lambda: store.feed(component="parse", **second).acked, bool)
    assert sorted(stored(keyspace)) == [0, 1]


def test_the_parts_of_the_ring_have_each_event_once(server):
    events, keyspace = list(made_up(5000)), server.keyspace("parts")
    with testing.open(CassandraStore, address=keyspace) as store:
        for event in events:
            store.feed(component="parse", **event._asdict())
        store.tick()
        bolt = store.component
        query = parse_query(json.dumps({"measure": "sum", "of": "amount", "by": ["country"]}))
        select = bolt.select(query.properties())
        parts = [query.rows(bolt.session.execute(select, part_of_ring(number, 3))) for number in range(3)]
        assert query.merged(parts) == answer(query, events)


def test_the_parts_of_the_ring_are_all_of_it():
    for count in (1, 2, 3, 7):
        parts = [part_of_ring(number, count) for number in range(count)]
        assert (parts[0][0], parts[-1][1]) == (-(2**63), 2**63 - 1)
        assert [end for _, end in parts[:-1]] == [begin for begin, _ in parts[1:]]


def test_source_and_store_are_chosen_apart(tmp_path):
    kafka, cassandra = "kafka://localhost:9092/events", "cassandra://localhost:9042/analytics"
    for source, store in ((kafka, cassandra), (kafka, ""), ("", cassandra), ("", "")):
        chosen = topology(tmp_path / "events.jsonl", tmp_path, source, store)
        assert [one.name for one in spec_of(chosen).components] == [one.name for one in spec_of(Analytics).components]
        assert chosen.lines.component is (EventRecords if source else EventLines)
        assert chosen.store.component is (CassandraStore if store else SQLiteStore)


def test_an_address():
    assert parse_address("cassandra://127.0.0.1:9042/events_2") == ("127.0.0.1", 9042, "events_2")


@pytest.mark.parametrize(
    "text",
    [
        "cassandra://",
        "cassandra://localhost/analytics",
        "cassandra://localhost:9042",
        "cassandra://localhost:9042/",
        "cassandra://localhost:0/analytics",
        "cassandra://localhost:99999/analytics",
        "cassandra://localhost:9042/Analytics",
        "cassandra://localhost:9042/a; DROP KEYSPACE b",
        "cassandra://user:password@localhost:9042/analytics",
        "sqlite:///analytics",
    ],
)
def test_what_is_no_address(text):
    with pytest.raises(AddressError) as caught:
        parse_address(text)
    assert str(caught.value).startswith(f"this is no address of a store; given: {text}; valid: cassandra://HOST:PORT/")


def test_the_command_refuses_what_is_no_address(tmp_path):
    done = run(tmp_path, "--store", "cassandra://localhost/analytics")
    assert done.returncode == 2
    assert done.stderr.startswith("analytics: this is no address of a store; given: cassandra://localhost/analytics;")


def test_a_server_that_is_not_there_is_told_at_once(tmp_path):
    [port] = free_ports(1)
    done = run(tmp_path, "--store", f"cassandra://127.0.0.1:{port}/analytics")
    assert done.returncode == 1
    assert done.stdout == ""
    [said] = done.stderr.splitlines()
    assert said.startswith("analytics: no Cassandra can be reached: ")
    assert f"given: cassandra://127.0.0.1:{port}/analytics. Does it run" in said


def test_a_host_that_is_not_there_is_told(tmp_path):
    done = run(tmp_path, "--store", "cassandra://nowhere.invalid:9042/analytics")
    assert done.returncode == 1
    [said] = done.stderr.splitlines()
    assert said.startswith("analytics: no Cassandra can be reached: there is no host nowhere.invalid; given: ")


def test_a_driver_that_is_not_there_is_told():
    code = f"from {CassandraStore.__module__} import connect; connect('cassandra://localhost:9042/analytics')"
    # -S: without the packages that are installed, the driver among them.
    done = subprocess.run([sys.executable, "-S", "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stderr.splitlines()[-1].endswith("Try: pip install cassandra-driver"), done.stderr
    assert DriverMissingError.exit_code == 3
