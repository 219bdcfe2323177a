"""The geocoder example without Storm: parser, made-up log, database, plain pass, results, and what goes wrong."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import maxminddb
import pytest

from examples.geocoder import results
from examples.geocoder.generator import MALFORMED, UNUSUAL, log_lines, write_log
from examples.geocoder.log_lines import MAX_LENGTH, Hit, MalformedLine, parse, text_of
from examples.geocoder.places import write_database
from examples.geocoder.plain_pass import plain_pass
from examples.geocoder.topology import CountByPlace, KeepRejected, Locate, LogLines, ParseLine
from umbrella import testing

ROOT = Path(__file__).parents[2]
GOOD = '192.0.2.7 - - [29/Feb/2024:23:59:59 +0000] "GET / HTTP/1.1" 200 5 "-" "curl/8"'
MOMENT = 1709251199  # 2024-02-29 23:59:59 UTC


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "places.mmdb"
    write_database(path)
    return path


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new)


def test_a_line_in_the_combined_format_is_parsed():
    assert parse(GOOD) == Hit("192.0.2.7", MOMENT, "GET / HTTP/1.1", 200)


@pytest.mark.parametrize(
    ("line", "hit"),
    [
        (changed("+0000", "+0545"), Hit("192.0.2.7", MOMENT - 20700, "GET / HTTP/1.1", 200)),
        (changed("+0000", "-0330"), Hit("192.0.2.7", MOMENT + 12600, "GET / HTTP/1.1", 200)),
        (changed("29/Feb/2024:23:59:59", "01/Jan/1970:00:00:00"), Hit("192.0.2.7", 0, "GET / HTTP/1.1", 200)),
        (changed("192.0.2.7", "2001:0DB8::0:1"), Hit("2001:db8::1", MOMENT, "GET / HTTP/1.1", 200)),
        (changed("192.0.2.7", "::ffff:192.0.2.7"), Hit("192.0.2.7", MOMENT, "GET / HTTP/1.1", 200)),
        (changed("192.0.2.7", "fe80::1%eth0"), Hit("fe80::1", MOMENT, "GET / HTTP/1.1", 200)),
        (changed("- -", "- ann e. user"), Hit("192.0.2.7", MOMENT, "GET / HTTP/1.1", 200)),
        (changed("GET / HTTP/1.1", ""), Hit("192.0.2.7", MOMENT, "", 200)),
        (changed("GET / HTTP/1.1", r"\x16\"\\"), Hit("192.0.2.7", MOMENT, r"\x16\"\\", 200)),
        (changed("200 5", "304 -"), Hit("192.0.2.7", MOMENT, "GET / HTTP/1.1", 304)),
        (changed("curl/8", 'curl \u2028\x00" "more" 7'), Hit("192.0.2.7", MOMENT, "GET / HTTP/1.1", 200)),
    ],
)
def test_an_unusual_line_is_parsed(line: str, hit: Hit):
    assert parse(line) == hit


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("", "empty line"),
        ("   ", "no address"),
        ("\x00", "no identity"),
        ("192.0.2.7", "no identity"),
        (GOOD[:12], "no user"),
        (GOOD[:30], "no time"),
        (GOOD[:50], "no request"),
        (changed("GET /", 'GET "/'), "no status"),
        (changed("200", "2000"), "no size"),
        (changed(' "curl/8"', ""), "no user agent"),
        (changed('"-"', "-"), "no referer"),
        (GOOD[:-1], "no user agent"),
        (changed("192.0.2.7", "192.0.2.300"), "not an IP address: '192.0.2.300'"),
        (changed("192.0.2.7", "web.example"), "not an IP address: 'web.example'"),
        (changed("192.0.2.7", "1\x002"), r"not an IP address: '1\x002'"),
        (changed("192.0.2.7", "١٢٣.0.2.7"), "not an IP address: '١٢٣.0.2.7'"),
        (changed("29/Feb/2024", "29/Feb/2023"), "no such time: '29/Feb/2023:23:59:59 +0000'"),
        (changed("29/Feb/2024", "29/Fév/2024"), "no time: '29/Fév/2024:23:59:59 +0000'"),
        (changed("29/Feb/2024", "29/Foo/2024"), "no such time: '29/Foo/2024:23:59:59 +0000'"),
        (changed("29/Feb/2024", "31/Dec/1969"), "no such time: '31/Dec/1969:23:59:59 +0000'"),
        (changed("29/Feb/2024", "01/Jan/0000"), "no such time: '01/Jan/0000:23:59:59 +0000'"),
        (changed("29/Feb/2024:23:59:59 +0000", "31/Dec/9999:23:59:59 -0100"),
         "no such time: '31/Dec/9999:23:59:59 -0100'"),
        (changed("+0000", "+1401"), "no such time: '29/Feb/2024:23:59:59 +1401'"),
        (changed("+0000", "+0160"), "no such time: '29/Feb/2024:23:59:59 +0160'"),
        (changed("23:59:59", "23:59:60"), "no such time: '29/Feb/2024:23:59:60 +0000'"),
        (changed("curl/8", "x" * MAX_LENGTH), f"longer than {MAX_LENGTH} characters"),
    ],
)  # fmt: skip
def test_a_malformed_line_is_refused_with_its_reason(line: str, reason: str):
    with pytest.raises(MalformedLine) as caught:
        parse(line)
    assert str(caught.value) == reason


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"plain\n", "plain"),
        (b"last", "last"),
        (b"dos\r\n", "dos"),
        (b"caf\xc3\xa9 \xe2\x98\x82\n", "café ☂"),
        (b"caf\xe9\n", r"caf\xe9"),
        (b"half \xe2\x82\n", r"half \xe2\x82"),
        (b"surrogate \xed\xa0\x80\n", r"surrogate \xed\xa0\x80"),
        (b"\n", ""),
    ],
)
def test_any_bytes_become_text(raw: bytes, text: str):
    assert text_of(raw) == text


@pytest.mark.parametrize("part", [" [", ' [x] "', '" ', "\\", '\\"', ' - - [29/Feb/2024:23:59:59 +0000] "', "1 ", "::"])
def test_no_line_of_the_longest_length_takes_long(part: str):
    text = f"192.0.2.7 - - {part * MAX_LENGTH}"[:MAX_LENGTH]
    begin = time.process_time()  # of this process alone: a busy machine takes nothing from it
    with pytest.raises(MalformedLine):
        parse(text)
    assert time.process_time() - begin < 1.0


def test_the_made_up_log_is_the_same_bytes_on_every_machine(tmp_path: Path):
    write_log(tmp_path / "a.log", 20_000)
    digest = hashlib.sha256((tmp_path / "a.log").read_bytes()).hexdigest()
    code = "import pathlib, sys; from examples.geocoder.generator import *; write_log(pathlib.Path(sys.argv[1]), 20000)"
    environment = {"PYTHONHASHSEED": "7", "LC_ALL": "C"}
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "b.log")], cwd=ROOT, env=environment, check=True)
    assert hashlib.sha256((tmp_path / "b.log").read_bytes()).hexdigest() == digest
    assert digest == "bfc85097ccefe336f790393c0323e6229a468fe9daddbc8ae6cd8525ff5f5120"


def test_the_made_up_log_changes_with_the_seed():
    assert list(log_lines(50, seed=1)) == list(log_lines(50, seed=1)) != list(log_lines(50, seed=2))


@pytest.mark.parametrize("lines", [1, 2, 1000])
def test_the_made_up_log_has_as_many_lines_as_asked_for_and_ends_within_its_last(tmp_path: Path, lines: int):
    write_log(tmp_path / "x.log", lines)
    with (tmp_path / "x.log").open("rb") as file:
        assert sum(1 for _ in file) == lines
    assert not (tmp_path / "x.log").read_bytes().endswith(b"\n")


def test_the_made_up_log_has_every_kind_of_line(tmp_path: Path, database: Path):
    write_log(tmp_path / "x.log", 20_000)
    plain = plain_pass(tmp_path / "x.log", database, 300)
    kinds = {reason.partition(":")[0] for reason in plain.rejected.values()}
    assert {"empty line", "no address", "no time", "no request", "no status", "no such time"} < kinds
    assert {"not an IP address", f"longer than {MAX_LENGTH} characters"} < kinds
    assert {place for place, _, _ in plain.counts} == {
        *("Vienna", "Zürich", "São Paulo", "Nairobi", "東京", "London", "Montréal", "Wellington", "Iceland", "unknown")
    }
    assert len(plain.rejected) == pytest.approx(400, rel=0.3)


def test_unusual_lines_are_well_formed_and_malformed_ones_are_not():
    import random
    from datetime import datetime, timezone

    rng, moment = random.Random(1), datetime(2024, 3, 1, tzinfo=timezone.utc)
    for maker in UNUSUAL:
        parse(text_of(maker(rng, moment)))
    for maker in MALFORMED:
        for _ in range(20):
            with pytest.raises(MalformedLine):
                parse(text_of(maker(rng, moment)))


@pytest.mark.parametrize(
    ("address", "city", "country"),
    [
        ("192.0.2.0", "Vienna", "AT"),
        ("192.0.2.63", "Vienna", "AT"),
        ("192.0.2.64", "Zürich", "CH"),
        ("198.51.100.130", "London", "GB"),
        ("198.51.100.200", "London", "CA"),
        ("2001:db8:4000::1", "東京", "JP"),
    ],
)
def test_the_database_is_of_the_shape_of_geolite2_city(database: Path, address: str, city: str, country: str):
    with maxminddb.open_database(database) as reader:
        record = reader.get(address)
        assert record["city"]["names"]["en"] == city
        assert record["country"]["iso_code"] == country
        assert -90 <= record["location"]["latitude"] <= 90
        assert reader.metadata().database_type == "GeoLite2-City"


@pytest.mark.parametrize("address", ["203.0.113.200", "10.1.2.3", "2001:db8:f000::1", "::1"])
def test_an_address_that_is_nowhere_has_no_record(database: Path, address: str):
    with maxminddb.open_database(database) as reader:
        assert reader.get(address) is None


def test_the_plain_pass_counts_a_small_log(tmp_path: Path, database: Path):
    log = tmp_path / "small.log"
    lines = [
        changed("192.0.2.7", "192.0.2.1"),
        changed("192.0.2.7", "192.0.2.2").replace("23:59:59", "23:55:00"),
        changed("192.0.2.7", "192.0.2.3").replace("23:59:59", "23:54:59"),
        changed("29/Feb/2024:23:59:59 +0000", "01/Mar/2024:00:59:59 +0100"),  # the same moment
        changed("192.0.2.7", "::ffff:192.0.2.70"),
        changed("192.0.2.7", "203.0.113.130"),  # a country, no city
        changed("192.0.2.7", "203.0.113.255"),
        "",
        "nonsense",
        GOOD.replace("curl", "caf\x85\u2028"),
    ]
    log.write_bytes("\n".join(lines).encode())
    plain = plain_pass(log, database, 300)
    at_55, at_50 = 1709250900, 1709250600
    assert plain.counts == {
        ("Vienna", "AT", at_55): 4,
        ("Vienna", "AT", at_50): 1,
        ("Zürich", "CH", at_55): 1,
        ("Iceland", "IS", at_55): 1,
        ("unknown", "", at_55): 1,
    }
    assert plain.rejected == {8: "empty line", 9: "no identity"}
    assert plain.lines == 10


def hits(store: Path) -> dict:
    with closing(sqlite3.connect(store)) as database:
        rows = database.execute("SELECT place, country, bucket, hits FROM counts")
        return {tuple(row[:3]): row[3] for row in rows}


def counting(folder: Path, at_once: int = 1000) -> testing.BoltHarness:
    """Open the second of two tasks of the counting bolt."""
    inputs = {"locate": Locate.Default}
    task = {"name": "count", "tasks": {"count": [6, 7]}, "task_id": 7}
    return testing.open(CountByPlace, folder=str(folder), at_once=at_once, inputs=inputs, **task)


def test_a_line_that_comes_again_is_counted_once_and_acked_again(tmp_path: Path):
    for _ in range(2):  # the second is another process
        with counting(tmp_path, at_once=2) as count:
            count.feed(1, "Vienna", "AT", 299)
            count.feed(1, "Vienna", "AT", 299)
            assert len(count.acked) == 2
    assert hits(tmp_path / "counts-1.sqlite") == {("Vienna", "AT", 0): 1}


def test_counts_that_cannot_be_written_fail_and_are_not_kept(tmp_path: Path):
    with counting(tmp_path, at_once=2) as count:
        count.feed(1, "Vienna", "AT", 299)
        with pytest.raises(sqlite3.Error):
            count.feed(2, {"no": "text"}, "AT", 299)
        assert (len(count.failed), count.acked) == (2, [])
        assert hits(tmp_path / "counts-1.sqlite") == {}
        count.feed(1, "Vienna", "AT", 299)
        count.tick()
        assert hits(tmp_path / "counts-1.sqlite") == {("Vienna", "AT", 0): 1}
        count.assert_settled()


def test_rejected_lines_are_kept_once_and_half_a_line_is_written_over(tmp_path: Path):
    path = tmp_path / "rejected.jsonl"
    inputs = {("parse", "malformed"): ParseLine.Malformed}
    with testing.open(KeepRejected, folder=str(tmp_path), at_once=3, inputs=inputs) as reject:
        for row in ((4, "empty line", ""), (9, "no time", "é\u2028"), (4, "empty line", "")):
            reject.feed(row)
        assert len(reject.acked) == 3
    with path.open("ab") as file:
        file.write(b'{"line": 12, "rea')  # killed here
    with testing.open(KeepRejected, folder=str(tmp_path), inputs=inputs) as reject:
        reject.feed(4, "empty line", "")
        reject.feed(12, "no user", "x")
        assert len(reject.tick().acked) == 2
    assert [json.loads(line) for line in path.read_text().splitlines()] == [
        {"line": 4, "reason": "empty line", "text": ""},
        {"line": 9, "reason": "no time", "text": "é\u2028"},
        {"line": 12, "reason": "no user", "text": "x"},
    ]
    assert results.read_rejected(tmp_path) == {4: "empty line", 9: "no time", 12: "no user"}


def test_the_spout_sends_a_failed_line_again_before_new_ones_and_gives_up_in_the_end(tmp_path: Path):
    (tmp_path / "x.log").write_bytes(b"a\nb\nc")
    with testing.open(LogLines, path=str(tmp_path / "x.log"), at_once=2, attempts=2) as spout:
        assert spout.next_tuple().emits == [(1, "a"), (2, "b")]
        spout.ack(1)
        spout.fail(2)
        assert not spout.finished
        assert spout.next_tuple().emits == [(2, "b"), (3, "c")]
        assert spout.next_tuple().emits == []
        assert spout.finished
        assert spout.fail(2).errors == ["LogLines[1]: line 2 failed 2 times and is given up"]
        spout.ack(3)
        assert spout.next_tuple().emits == spout.pending == []
        assert spout.finished
        assert not spout.component.pending
        assert not spout.component.failures


@pytest.mark.parametrize(("component", "option"), [(LogLines, "path"), (Locate, "database")])
def test_a_missing_file_is_told_with_the_way_to_make_it(tmp_path: Path, component: type, option: str):
    with pytest.raises(FileNotFoundError, match="nowhere: `python -m examples.geocoder --prepare` makes one"):
        testing.open(component, **{option: str(tmp_path / "nowhere")})


def test_ipv6_in_a_database_of_ipv4_is_unknown(tmp_path: Path):
    from mmdb_writer import MMDBWriter

    MMDBWriter(4).to_db_file(str(tmp_path / "empty.mmdb"))
    with testing.open(Locate, database=str(tmp_path / "empty.mmdb")) as locate:
        assert locate.feed(line=1, address="2001:db8::1", time=5).emits == [(1, "unknown", "", 5)]
    (tmp_path / "x.log").write_text(changed("192.0.2.7", "2001:db8::1"))
    assert list(plain_pass(tmp_path / "x.log", tmp_path / "empty.mmdb", 300).counts) == [("unknown", "", 1709250900)]


def test_the_files_of_all_tasks_are_merged(tmp_path: Path):
    for number, place in enumerate(["Vienna", "東京"]):
        with closing(sqlite3.connect(tmp_path / f"counts-{number}.sqlite")) as store, store:
            store.execute("CREATE TABLE counts (place, country, bucket, hits)")
            store.execute("INSERT INTO counts VALUES (?, 'XX', 300, 2), ('shared', 'XX', 300, 3)", (place,))
    path = results.merge(tmp_path)
    assert [json.loads(line) for line in path.read_text("utf-8").splitlines()] == [
        {"place": "Vienna", "country": "XX", "bucket": "1970-01-01T00:05:00+00:00", "hits": 2},
        {"place": "shared", "country": "XX", "bucket": "1970-01-01T00:05:00+00:00", "hits": 6},
        {"place": "東京", "country": "XX", "bucket": "1970-01-01T00:05:00+00:00", "hits": 2},
    ]
    counts = results.read_results(path)
    assert counts["shared", "XX", 300] == 6
    best = [row[:3] for row in results.top_places(counts)]
    assert best == [("shared", "XX", 6), ("Vienna", "XX", 2), ("東京", "XX", 2)]


def test_differences_are_told_either_way():
    assert list(results.differences("line", {1: "a", 2: "b"}, {1: "a", 3: "c"})) == [
        "line 2: b, by the plain pass None",
        "line 3: None, by the plain pass c",
    ]
