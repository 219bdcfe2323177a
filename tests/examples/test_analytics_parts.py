"""The parts of the analytics example without Storm: queries, by SQL and by parts beside the plain loop, the bolts."""

from __future__ import annotations

import json
import sqlite3

import pytest
from hypothesis import given, settings, strategies as st

from examples.analytics.__main__ import made_up_queries, main, percentile
from examples.analytics.events import (
    COLLECTIONS,
    COUNTRIES,
    DEVICES,
    Event,
    MalformedEvent,
    made_up,
    parse,
    read_events,
)
from examples.analytics.plain import answer
from examples.analytics.query import OPERATORS, QueryError, parse_query
from examples.analytics.topology import EventLines, Merge, ParseEvent, Plan, SQLiteStore
from umbrella import testing

EVENTS = list(made_up(600))


@pytest.fixture(scope="module")
def parts():
    """The events in two databases, as two tasks have them."""
    stores = []
    for share in (EVENTS[::2], EVENTS[1::2]):
        store = sqlite3.connect(":memory:")
        store.execute(f"CREATE TABLE events ({', '.join(Event._fields)})")
        store.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)", share)
        stores.append(store)
    yield stores
    for store in stores:
        store.close()


def by_sql(text, stores):
    query = parse_query(text)
    return query.merged(store.execute(*query.sql()).fetchall() for store in stores)


def condition():
    names = st.sampled_from(("country", "device", "collection", "amount", "time", "id"))
    texts = {"country": COUNTRIES, "device": DEVICES, "collection": COLLECTIONS}

    def values(name):
        return st.sampled_from(texts[name]) if name in texts else st.integers(-5, 5000)

    def made(name):
        one = st.tuples(st.just(name), st.sampled_from(OPERATORS[:-1]), values(name))
        several = st.tuples(st.just(name), st.just("in"), st.lists(values(name), max_size=4))
        return st.one_of(one, several).map(list)

    return names.flatmap(made)


QUERIES = st.fixed_dictionaries(
    {
        "measure": st.sampled_from(["sum", "average", "count"]),
        "of": st.sampled_from(["amount", "time", "id"]),
        "where": st.lists(condition(), max_size=3),
        "by": st.lists(st.sampled_from(["country", "device", "collection"]), max_size=3, unique=True),
    }
)


@settings(max_examples=80, deadline=None)
@given(QUERIES)
def test_the_parts_together_say_what_a_plain_loop_says(parts, query):
    text = json.dumps(query)
    assert by_sql(text, parts) == answer(parse_query(text), EVENTS)


@settings(max_examples=80, deadline=None)
@given(QUERIES)
def test_so_they_do_by_a_loop_over_the_properties_that_a_query_needs(query):
    query = parse_query(json.dumps(query))
    shares = [[[getattr(event, name) for name in query.properties()] for event in EVENTS[at::2]] for at in (0, 1)]
    assert query.merged(map(query.rows, shares)) == answer(query, EVENTS)


def test_the_made_up_queries_are_of_every_kind(parts):
    queries = list(map(json.loads, made_up_queries(200)))
    assert {query["measure"] for query in queries} == {"count", "sum", "average"}
    assert {bool(query["where"]) for query in queries} == {bool(query["by"]) for query in queries} == {True, False}
    assert any(by_sql(json.dumps(query), parts) in ([], None, 0) for query in queries)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "a query is JSON: "),
        ("[]", "a query has the keys measure, of, where, by; given: []"),
        ('{"measure": "median"}', "measure is one of count, sum, average; given: 'median'"),
        ('{"measure": "sum"}', "of is one of id, time, amount; given: None"),
        ('{"measure": "sum", "of": "country"}', "of is one of id, time, amount; given: 'country'"),
        ('{"measure": "count", "by": ["town"]}', "by is one of id, time, collection, "),
        ('{"measure": "count", "by": "country"}', "by takes a list; given: 'country'"),
        ('{"measure": "count", "where": [["country"]]}', "a condition is [property, operator, value]"),
        ('{"measure": "count", "where": [["1=1 --", "=", 1]]}', "where is one of id, time, "),
        ('{"measure": "count", "where": [["country", "LIKE", "D"]]}', "where is one of =, !=, "),
        ('{"measure": "count", "where": [["amount", "=", "1"]]}', "amount is compared with whole numbers of 64 bits; "),
        ('{"measure": "count", "where": [["amount", "<", true]]}', "amount is compared with whole numbers of 64 bits"),
        ('{"measure": "count", "where": [["amount", "<", 9223372036854775808]]}', "amount is compared with whole numb"),
        ('{"measure": "count", "where": [["id", "in", [0, -9223372036854775809]]]}', "id is compared with whole numb"),
        ('{"measure": "count", "where": [["country", "=", "\\ud800"]]}', "country is compared with texts of valid "),
        ('{"measure": "count", "where": [["country", "in", [1]]]}', "country is compared with texts of valid "),
        ("[" * 100_000, "a query is JSON: "),
    ],
)
def test_what_cannot_be_asked(text, said):
    with pytest.raises(QueryError) as caught:
        parse_query(text)
    assert str(caught.value).startswith(said)


def conditions(count, values=None):
    """A query with so many conditions that every event meets."""
    one = ["id", ">", -1] if values is None else ["id", "in", list(range(values))]
    return json.dumps({"measure": "count", "where": [one] * count})


def test_more_conditions_than_sqlite_takes_cannot_be_asked(parts):
    assert by_sql(conditions(500), parts) == by_sql(conditions(2, 15_000), parts) == len(EVENTS)
    for text, asked in ((conditions(501), "501 with 501"), (conditions(2, 15_001), "2 with 30002")):
        with pytest.raises(QueryError) as caught:
            parse_query(text)
        assert str(caught.value) == f"a query has up to 500 conditions with up to 30000 values; given: {asked}"


def test_the_largest_numbers_can_be_asked_for(parts):
    text = json.dumps({"measure": "count", "where": [["id", ">=", -(2**63)], ["id", "<=", 2**63 - 1]]})
    assert by_sql(text, parts) == len(EVENTS)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "no JSON"),
        ("{}", "an event has the properties id, time, collection, country, device, amount"),
        (json.dumps({**EVENTS[0]._asdict(), "amount": 1.5}), "amount is a whole number of 64 bits, not 1.5"),
        (json.dumps({**EVENTS[0]._asdict(), "country": None}), "country is a text of valid Unicode, not None"),
        (json.dumps({**EVENTS[0]._asdict(), "id": 2**63}), "id is a whole number of 64 bits, not 9223372036854775808"),
        (json.dumps({**EVENTS[0]._asdict(), "id": True}), "id is a whole number of 64 bits, not True"),
        (json.dumps({**EVENTS[0]._asdict(), "country": "\ud800"}), "country is a text of valid Unicode, not"),
    ],
)
def test_what_is_no_event(line, said):
    with pytest.raises(MalformedEvent, match=said):
        parse(line)


def test_a_line_of_a_file_that_is_no_event_is_told_and_left_out(tmp_path, capsys):
    path = tmp_path / "events.jsonl"
    path.write_text(f"{json.dumps(EVENTS[0]._asdict())}\nnonsense\n{json.dumps(EVENTS[1]._asdict())}\n")
    assert list(read_events(path)) == EVENTS[:2]
    assert capsys.readouterr().err.startswith(f"analytics: {path}, line 2 is left out: no JSON: ")


def test_a_file_that_is_no_text_is_told(tmp_path, capsys):
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"\xff\n")
    assert main(["--source", str(path), "--out", str(tmp_path / "out")]) == 1
    assert capsys.readouterr().err == f"analytics: {path} is no text in UTF-8\n"


@pytest.mark.parametrize("option", ["--events", "--queries"])
@pytest.mark.parametrize("value", ["-5", "x"])
def test_a_number_that_is_none(option, value, capsys):
    with pytest.raises(SystemExit) as ended:
        main([option, value])
    assert ended.value.code == 2
    assert capsys.readouterr().err.endswith(f"argument {option}: takes a whole number of 0 or more; given: {value}\n")


def test_a_line_that_is_no_event_is_reported_and_left_out():
    with testing.open(ParseEvent) as bolt:
        fed = bolt.feed(line="nonsense")
        assert fed.acked
        assert not bolt.emits


def test_the_file_is_sent_to_its_end(tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_text("one\ntwo\n")
    with testing.open(EventLines, path=str(path)) as spout:
        spout.next_tuple()
        assert [tuple(one) for one in spout.emits] == [("one\n",), ("two\n",)]


def test_a_query_that_cannot_be_answered_does_not_get_to_the_store():
    with testing.open(Plan, raise_errors=False) as plan:
        fed = plan.feed(request="r", args='{"measure": "median"}')
        assert fed.failed
        assert not plan.emits


def test_events_that_come_again_are_stored_once_and_queries_are_answered_by_each_task(tmp_path):
    with testing.open(SQLiteStore, folder=str(tmp_path), batch_size=2) as store:
        for event in (EVENTS[0], EVENTS[1], EVENTS[1], EVENTS[2]):
            store.feed(component="parse", **event._asdict())
        store.feed(component="plan", request="r", query='{"measure": "count"}')
        assert [tuple(one) for one in store.emits.on(SQLiteStore.Partial)] == [("r", '{"measure": "count"}', [[3, 3]])]


def test_the_answers_of_the_tasks_become_one():
    with testing.open(Merge) as merge:
        merge.feed(component="requests", stream="drpc_begin", request="r")
        for rows in ([["DE", 2, 10], ["FR", 1, 1]], [["DE", 2, 20]]):
            query = '{"measure": "average", "of": "amount", "by": ["country"]}'
            merge.feed(component="store", stream="partial", request="r", query=query, rows=rows)
        merge.feed(component="requests", stream="drpc_finish_1", request="r")
        [(_, result)] = merge.emits.on("drpc_result")
        assert json.loads(result) == [{"country": "DE", "value": 7.5}, {"country": "FR", "value": 1.0}]


def test_percentiles():
    assert [percentile(list(range(1, 101)), one) for one in (50, 99)] == [50, 99]
    assert percentile([3.0], 99) == 3.0
