"""The geocoder's components one by one, as a user of Umbrella tests them: no Storm, no JVM."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest

from examples.geocoder.places import write_database
from examples.geocoder.topology import CountByPlace, Geocoder, KeepRejected, Locate, LogLines, ParseLine
from umbrella import testing

LINE = '192.0.2.7 - - [29/Feb/2024:23:59:59 +0000] "GET / HTTP/1.1" 200 5 "-" "curl/8"'
MOMENT = 1709251199  # 2024-02-29 23:59:59 UTC
MIDNIGHT = 1709251200


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    path = tmp_path_factory.mktemp("places") / "places.mmdb"
    write_database(path)
    return str(path)


@pytest.fixture
def parse():
    with testing.open(ParseLine) as parse:
        yield parse


@pytest.fixture
def locate(database):
    with testing.open(Locate, database=database) as locate:
        yield locate


@pytest.fixture
def count(tmp_path):
    with testing.open(CountByPlace, folder=str(tmp_path), at_once=3, inputs={"locate": Locate.Default}) as count:
        yield count


@pytest.fixture
def reject(tmp_path):
    inputs = {("parse", "malformed"): ParseLine.Malformed}
    with testing.open(KeepRejected, folder=str(tmp_path), inputs=inputs) as reject:
        yield reject


@pytest.fixture
def open_lines(tmp_path):
    harnesses = []

    def open_them(content, **options):
        path = tmp_path / "access.log"
        path.write_bytes(content)
        harnesses.append(testing.open(LogLines, path=str(path), **options))
        return harnesses[-1]

    yield open_them
    for one in harnesses:
        one.close()


def counts(folder):
    with closing(sqlite3.connect(folder / "counts-0.sqlite")) as store:
        return store.execute("SELECT place, country, bucket, hits FROM counts ORDER BY place, bucket").fetchall()


def test_a_line_is_taken_apart(parse):
    fed = parse.feed(line=1, text=LINE)
    assert fed.emits == [(1, "192.0.2.7", MOMENT)]
    assert fed.acked


def test_a_malformed_line_leaves_by_its_own_stream(parse):
    fed = parse.feed(line=2, text="x" * 1000)
    (emitted,) = fed.emits.on(ParseLine.Malformed)
    assert (emitted.line, emitted.reason, emitted.text) == (2, "no identity", "x" * 200)
    assert emitted.anchors == [fed]
    assert fed.acked


@pytest.mark.parametrize(
    ("address", "place", "country"),
    [
        ("192.0.2.7", "Vienna", "AT"),
        ("2001:db8:4000::1", "東京", "JP"),
        ("203.0.113.130", "Iceland", "IS"),  # no city
        ("10.0.0.1", "unknown", ""),
    ],
)
def test_an_address_is_located(locate, address, place, country):
    fed = locate.feed(line=1, address=address, time=MOMENT)
    assert fed.emits == [(1, place, country, MOMENT)]
    assert fed.acked


def test_a_missing_database_is_told_when_the_bolt_opens():
    with pytest.raises(FileNotFoundError, match="there is no file /nowhere.mmdb"):
        testing.open(Locate, database="/nowhere.mmdb")


def test_places_are_counted_by_five_minutes_and_acked_when_they_are_written(count, tmp_path):
    first = count.feed(1, "Vienna", "AT", MOMENT)
    second = count.feed(2, "Vienna", "AT", MIDNIGHT)
    assert first.is_open
    assert counts(tmp_path) == []
    third = count.feed(3, "Vienna", "AT", MIDNIGHT + 299)
    assert count.acked == [first, second, third]
    assert counts(tmp_path) == [("Vienna", "AT", MIDNIGHT - 300, 1), ("Vienna", "AT", MIDNIGHT, 2)]


def test_what_waits_is_written_at_a_tick(count, tmp_path):
    count.feed(1, "Nairobi", "KE", MIDNIGHT)
    count.tick()
    assert counts(tmp_path) == [("Nairobi", "KE", MIDNIGHT, 1)]
    count.assert_settled()


def test_a_line_that_comes_again_is_acked_and_not_counted(count, tmp_path):
    for _ in range(3):
        count.feed(7, "London", "GB", MIDNIGHT)
    count.assert_settled()
    assert len(count.acked) == 3
    assert counts(tmp_path) == [("London", "GB", MIDNIGHT, 1)]


def test_lines_that_cannot_be_written_are_failed(count):
    count.component.store.execute("DROP TABLE counts")
    fed = count.feed(1, "Vienna", "AT", MIDNIGHT)
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        count.tick()
    assert count.failed == [fed]
    count.assert_settled()


def test_each_task_counts_in_a_file_of_its_own(tmp_path):
    with testing.open(Geocoder.count.replace(folder=str(tmp_path)), name="count", tasks={"count": [4, 5]}, task_id=5):
        assert [path.name for path in tmp_path.iterdir()] == ["counts-1.sqlite"]


def test_a_rejected_line_is_kept_once(parse, reject, tmp_path):
    rejected = parse.feed(line=5, text="").emits[0]
    for _ in range(2):
        reject.feed(rejected)
        reject.tick()
    reject.assert_settled()
    kept = [json.loads(line) for line in (tmp_path / "rejected.jsonl").read_text().splitlines()]
    assert kept == [{"line": 5, "reason": "empty line", "text": ""}]


def test_the_log_is_sent_line_by_line(open_lines):
    lines = open_lines(b"a\r\nb\xff\nlast", at_once=2)
    assert lines.next_tuple().emits == [(1, "a"), (2, r"b\xff")]
    assert lines.next_tuple().emits == [(3, "last")]
    assert lines.pending == [1, 2, 3]
    for message_id in (1, 2, 3):
        lines.ack(message_id)
    lines.next_tuple()
    assert lines.finished


def test_a_failed_line_is_sent_again(open_lines):
    lines = open_lines(b"a\nb\n", at_once=1)
    first = lines.next_tuple().emits[0]
    lines.fail(first)
    assert lines.next_tuple().emits == [first]
    assert not lines.finished


def test_what_storm_says_of_lines_that_a_process_before_this_one_sent_does_no_harm(open_lines):
    lines = open_lines(b"a\nb\n", at_once=1)
    lines.component.ack(2)
    lines.component.fail(2)
    first = lines.next_tuple().emits[0]
    lines.fail(first)
    lines.component.ack(1)
    assert lines.next_tuple().emits == [(2, "b")]
    lines.ack(2)
    lines.next_tuple()
    assert lines.finished


def test_the_whole_way_of_a_line(open_lines, parse, locate, count, tmp_path):
    lines = open_lines(LINE.encode() + b"\n")
    for emitted in lines.next_tuple().emits:
        located = locate.feed(parse.feed(emitted).emits[0]).emits[0]
        fed = count.feed(located, component="locate")
    count.tick()
    assert fed.acked
    assert counts(tmp_path) == [("Vienna", "AT", MIDNIGHT - 300, 1)]
