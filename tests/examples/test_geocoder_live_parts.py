"""The parts of the live geocoder: components, counts, and the page's server, each by itself."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from examples.geocoder.__main__ import main as example
from examples.geocoder.feed import main as feed
from examples.geocoder.live_page import LivePage
from examples.geocoder.live_topology import LiveGeocoder, LocateOnMap, ParseEntry, PushToPage
from examples.geocoder.place_counts import PlaceCounts
from examples.geocoder.places import write_database
from umbrella import Stream, testing
from umbrella.compile.jar import build_jar, collect_sources
from umbrella.dsl import spec_of
from umbrella.storm.cluster.ports import free_ports

ROOT = Path(__file__).parents[2]

GOOD = '192.0.2.7 - - [29/Feb/2024:23:59:59 +0000] "GET / HTTP/1.1" 200 5 "-" "caf\xe9"'


class Entry(Stream):
    fields = "value"


@pytest.fixture
def counts() -> PlaceCounts:
    return PlaceCounts(10, 3)


@pytest.fixture
def page(counts: PlaceCounts) -> Iterator[str]:
    """A running server's address, without http:// or ws://."""
    [port] = free_ports(1)
    served = LivePage("127.0.0.1", port, counts)
    yield f"127.0.0.1:{port}"
    served.close()


def test_an_entry_is_parsed_and_what_is_malformed_leaves_by_its_own_stream():
    with testing.open(ParseEntry, inputs={"lines": Entry}) as parse:
        assert parse.feed(GOOD).emits == [("192.0.2.7", 1709251199)]
        fed = parse.feed("nonsense \xff")
        assert (fed.emits.on("default"), fed.emits.on("malformed")) == ([], [("no user", "nonsense \\xff")])


def test_a_place_has_its_position_and_nowhere_has_none(tmp_path: Path):
    write_database(tmp_path / "places.mmdb")
    with testing.open(
        LocateOnMap, database=str(tmp_path / "places.mmdb"), inputs={"parse": ParseEntry.Default}
    ) as locate:
        assert locate.feed("192.0.2.7", 1).emits == [("Vienna", "AT", 48.2082, 16.3738)]
        assert locate.feed("10.0.0.1", 1).emits == [("unknown", "", None, None)]


def test_hits_are_kept_by_stretch_of_time_and_the_oldest_forgotten(counts: PlaceCounts):
    for moment in (100, 105, 119, 120, 131):
        counts.add("Vienna", "AT", 48.2, 16.4, moment)
    version, changes = counts.changes(-1, timeout=0)
    assert changes is not None
    assert changes["places"] == [
        {"place": "Vienna", "country": "AT", "latitude": 48.2, "longitude": 16.4, "hits": 5,
         "buckets": {"11": 1, "12": 1, "13": 1}}
    ]  # fmt: skip
    assert counts.changes(version, timeout=0) == (version, None)


def test_only_what_has_changed_is_told_again(counts: PlaceCounts):
    counts.add("Vienna", "AT", 48.2, 16.4, 100)
    version, _ = counts.changes(-1, timeout=0)
    counts.add("London", "CA", 43.0, -81.2, 100)
    counts.add("London", "GB", 51.5, -0.1, 100)
    counts.add_malformed()
    _, changes = counts.changes(version, timeout=0)
    assert changes is not None
    assert [place["country"] for place in changes["places"]] == ["CA", "GB"]
    assert changes["malformed"] == 1


def test_a_page_gets_all_there_is_and_then_what_changes(counts: PlaceCounts, page: str):
    counts.add("Vienna", "AT", 48.2, 16.4, 100)
    with connect(f"ws://{page}/live", origin=f"http://{page}") as listening:
        assert json.loads(listening.recv(timeout=10))["places"][0]["hits"] == 1
        counts.add("Vienna", "AT", 48.2, 16.4, 100)
        assert json.loads(listening.recv(timeout=10))["places"][0]["hits"] == 2
    with connect(f"ws://{page}/live") as other:
        assert json.loads(other.recv(timeout=10))["places"][0]["hits"] == 2


def test_pages_of_other_servers_may_not_listen(page: str):
    with pytest.raises(InvalidStatus) as caught, connect(f"ws://{page}/live", origin="http://elsewhere.example"):
        pass
    assert caught.value.response.status_code == 403


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/index.html", "text/html; charset=utf-8"),
        ("/vendor/world.js", "text/javascript; charset=utf-8"),
        ("/vendor/jsvectormap.min.css", "text/css"),
    ],
)
def test_the_page_and_its_library_are_served(page: str, path: str, kind: str):
    with urllib.request.urlopen(f"http://{page}{path}", timeout=10) as answer:
        assert answer.headers.get_all("Content-Type") == [kind]
        assert len(answer.read()) > 1000


@pytest.mark.parametrize("path", ["/nothing", "/../live_page.py", "/vendor/README.md"])
def test_nothing_else_is_served(page: str, path: str):
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"http://{page}{path}", timeout=10)
    assert caught.value.code == 404
    caught.value.close()


def test_a_port_that_is_taken_is_told_with_the_way_to_name_another(page: str, counts: PlaceCounts):
    host, port = page.split(":")
    with pytest.raises(OSError, match=f"{host}:{port}: .* in use.*; --port, or GEOCODER_PORT"):
        LivePage(host, int(port), counts)


def test_a_port_that_there_is_not_is_told_likewise(counts: PlaceCounts):
    with pytest.raises(OSError, match="127.0.0.1:99999: a port is 1 to 65535; --port, or GEOCODER_PORT"):
        LivePage("127.0.0.1", 99999, counts)


@pytest.mark.parametrize(
    ("main", "arguments", "text"),
    [
        (example, ["--port", "99999"], "argument --port: '99999' is not a port, 1 to 65535"),
        (example, ["--port", "x"], "argument --port: 'x' is not a port, 1 to 65535"),
        (example, ["--lines", "x"], "argument --lines: 'x' is not a whole number of 1 or more"),
        (example, ["--lines", "0"], "argument --lines: '0' is not a whole number of 1 or more"),
        (example, ["--time", "nan"], "argument --time: 'nan' is not a number above 0"),
        (feed, ["--lines", "-1"], "argument --lines: '-1' is not a whole number of 1 or more"),
        (feed, ["--per-second", "0"], "argument --per-second: '0' is not a number above 0"),
        (feed, ["--per-second", "inf"], "argument --per-second: 'inf' is not a number above 0"),
    ],
)
def test_numbers_that_make_no_sense_are_refused_in_words(
    main, arguments, text: str, capsys: pytest.CaptureFixture[str]
):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert capsys.readouterr().err.splitlines()[-1].endswith(f": error: {text}")


def test_the_page_travels_in_the_topology_s_jar(tmp_path: Path):
    spec = spec_of(LiveGeocoder)
    build_jar(spec, collect_sources("examples.geocoder.live_topology", ROOT), tmp_path / "live.jar")
    with zipfile.ZipFile(tmp_path / "live.jar") as jar:
        names = set(jar.namelist())
    page = "resources/examples/geocoder/page"
    assert {f"{page}/index.html", f"{page}/vendor/world.js", f"{page}/vendor/LICENSE"} <= names
    assert {"resources/umbrella/contrib/redis.py", "umbrella/storm/redis/step.lua"} <= names


def test_the_pushing_bolt_counts_and_serves():
    [port] = free_ports(1)
    inputs = {"locate": LocateOnMap.Default, ("parse", "malformed"): ParseEntry.Malformed}
    with testing.open(PushToPage, port=port, inputs=inputs) as push:
        push.feed("Vienna", "AT", 48.2, 16.4, component="locate")
        push.feed("no user", "x", component="parse", stream="malformed")
        with connect(f"ws://127.0.0.1:{port}/live") as listening:
            told = json.loads(listening.recv(timeout=10))
        assert (told["places"][0]["hits"], told["malformed"]) == (1, 1)
        push.assert_settled()
