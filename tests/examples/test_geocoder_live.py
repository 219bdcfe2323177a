"""The live geocoder as a user runs it: lines go into a real Redis, and a real browser shows their places."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import missing_program
from playwright.sync_api import Page, expect, sync_playwright

from examples.geocoder.generator import log_lines
from redis_server import RedisServer
from umbrella.storm.cluster.ports import free_ports

pytestmark = [pytest.mark.storm, pytest.mark.usefixtures("storm_jars")]

ROOT = Path(__file__).parents[2]
WITHIN_SECONDS = 2.0
TRIES = 5
START_MS = 120_000

LINE = '{} - - [29/Feb/2024:23:59:59 +0000] "GET / HTTP/1.1" 200 5 "-" "curl/8"'
VIENNA, LONDON_CA, TOKYO = "192.0.2.7", "198.51.100.200", "198.51.100.70"


@pytest.fixture(scope="module")
def address(redis_server: RedisServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page's address, while the example runs."""
    redis_server.client.flushall()
    [port] = free_ports(1)
    folder = tmp_path_factory.mktemp("live")
    command = [sys.executable, "-m", "examples.geocoder", "--source", "redis", "--redis", redis_server.url]
    command += ["--port", str(port), "--out", str(folder / "out")]
    with (folder / "output").open("w") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
    try:
        _wait_for(port, process, folder / "output")
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.send_signal(signal.SIGINT)
        code = process.wait(60)
    text = (folder / "output").read_text()
    assert code == 0, text
    assert f"lines are taken from the list 'access-log'; the page: http://127.0.0.1:{port}/" in text


def _wait_for(port: int, process: subprocess.Popen, output: Path) -> None:
    end = time.monotonic() + START_MS / 1000
    while True:
        assert process.poll() is None, output.read_text()
        assert time.monotonic() < end, output.read_text()
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)


@pytest.fixture(scope="module")
def page(address: str) -> Iterator[Page]:
    """The page in a browser."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        missing_program("chromium")
    arguments = ["--disable-dev-shm-usage"] + (["--no-sandbox"] if os.getuid() == 0 else [])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        page = browser.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.goto(address)
        expect(page.locator("#state")).to_have_text("live", timeout=START_MS)
        yield page
        browser.close()
    assert errors == []


def hits(page: Page, place: str):
    return page.locator(f'#places tr[data-place="{place}"] td.number')


def test_lines_pushed_into_redis_are_on_the_page(page: Page, redis_server: RedisServer):
    redis_server.client.lpush("access-log", *[LINE.format(TOKYO)] * 3, LINE.format(LONDON_CA), "nonsense")
    expect(hits(page, "東京, JP")).to_have_text("3", timeout=START_MS)
    expect(hits(page, "London, CA")).to_have_text("1", timeout=START_MS)
    expect(page.locator("#malformed")).to_have_text("1", timeout=START_MS)
    expect(page.locator("#total")).to_have_text("4", timeout=START_MS)


def test_they_are_there_within_two_seconds(page: Page, redis_server: RedisServer, figure):
    # Figures, not one figure: on a machine that does much else, any single one may be late.
    took = []
    for number in range(1, TRIES + 1):
        begin = time.monotonic()
        redis_server.client.lpush("access-log", LINE.format(VIENNA))
        expect(hits(page, "Vienna, AT")).to_have_text(str(number), timeout=START_MS)
        took.append(time.monotonic() - begin)
    figure("a line from Redis to the page in the browser", f"{min(took):.2f} to {max(took):.2f} s, of {TRIES}")
    assert statistics.median(took) < WITHIN_SECONDS


def test_each_place_is_marked_on_the_map_and_has_bars(page: Page):
    markers = page.locator("#map circle.jvm-marker")
    expect(markers).to_have_count(3)
    for circle, country in enumerate(["AT", "JP", "CA"]):  # as in the table: most hits first, then by name
        there, dot = (
            page.locator(f'#map path[data-code="{country}"]').bounding_box(),
            markers.nth(circle).bounding_box(),
        )
        assert there is not None
        assert dot is not None
        x, y = dot["x"] + dot["width"] / 2, dot["y"] + dot["height"] / 2
        assert there["x"] <= x <= there["x"] + there["width"], country
        assert there["y"] <= y <= there["y"] + there["height"], country
    assert page.locator("#places tr").first.get_attribute("data-place") == "Vienna, AT"
    heights = page.locator('#places tr[data-place="東京, JP"] svg.bars rect').evaluate_all(
        "bars => bars.map(bar => Number(bar.getAttribute('height')))"
    )
    assert len(heights) == 30
    assert max(heights) == 10


def test_the_feed_of_the_readme_shows_many_places(page: Page, redis_server: RedisServer):
    command = [sys.executable, "-m", "examples.geocoder.feed", "--redis", redis_server.url]
    done = subprocess.run(
        [*command, "--lines", "500", "--per-second", "1000"], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout) == (0, "500 lines are in the list 'access-log'\n"), done.stderr
    pushed = 3 + 1 + 1 + TRIES + len(list(log_lines(500)))
    malformed = page.locator("#malformed")
    expect(page.locator("#places tr")).to_have_count(11, timeout=START_MS)

    def shown() -> int:
        texts = page.locator("#total").inner_text(), malformed.inner_text()
        return sum(int(re.sub(r"\D", "", text)) for text in texts)

    end = time.monotonic() + START_MS / 1000
    while shown() < pushed:
        assert time.monotonic() < end, shown()
        time.sleep(0.1)
    assert shown() == pushed


def test_a_page_that_is_loaded_again_shows_what_was_there(page: Page):
    before = hits(page, "東京, JP").inner_text()
    page.reload()
    expect(hits(page, "東京, JP")).to_have_text(before)
    expect(page.locator("#map circle.jvm-marker")).not_to_have_count(0)
    folder = os.environ.get("UMBRELLA_PICTURES")
    if folder:
        page.screenshot(path=str(Path(folder, "live-geocoder.png")))
