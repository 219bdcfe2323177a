"""The geocoder example on the embedded Storm."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from examples.geocoder import results
from examples.geocoder.generator import write_log
from examples.geocoder.places import write_database
from examples.geocoder.plain_pass import PlainPass, plain_pass
from examples.geocoder.topology import BUCKET_SECONDS
from umbrella.dsl import spec_of
from umbrella.storm.jvm_log import ERROR
from umbrella.storm.run import EXHAUSTED, Run
from umbrella.target import load_target

pytestmark = [pytest.mark.storm, pytest.mark.usefixtures("storm_jars")]

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent


def command(out: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "examples.geocoder", "--out", str(out), *more]


def geocoder(out: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(out, *more), cwd=ROOT, capture_output=True, text=True, timeout=180, encoding="utf-8")


def plain(folder: Path) -> PlainPass:
    return plain_pass(folder / "access.log", folder / "places.mmdb", BUCKET_SECONDS)


def assert_equal_to_the_plain_pass(folder: Path) -> None:
    expected = plain(folder)
    assert results.read_results(folder / "results.jsonl") == expected.counts
    assert results.read_rejected(folder) == expected.rejected
    assert sum(expected.counts.values()) + len(expected.rejected) == expected.lines


def test_every_line_is_counted_or_rejected_exactly_once(tmp_path: Path):
    out = tmp_path / "of its own"
    done = geocoder(out, "--lines", "5000")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert "tuples emitted 5000 acked 5000 failed 0" in lines
    assert "counts equal to the plain pass: yes" in lines
    assert "rejected lines equal to the plain pass: yes" in lines
    assert_equal_to_the_plain_pass(out)
    numbered = dict(enumerate((out / "access.log").read_bytes().split(b"\n"), 1))
    reasons = plain(out).rejected
    for line in (out / "rejected.jsonl").read_text().splitlines():
        record = json.loads(line)
        text = numbered[record["line"]].decode("utf-8", "backslashreplace").rstrip("\r")
        assert record == {"line": record["line"], "reason": reasons[record["line"]], "text": text[:200]}


def test_a_log_and_a_database_of_ones_own_are_used_and_left_alone(tmp_path: Path):
    log, database, out = tmp_path / "own.log", tmp_path / "own.mmdb", tmp_path / "out"
    log.write_text('192.0.2.1 - - [10/Mar/2024:13:55:36 +0100] "GET / HTTP/1.1" 200 5 "-" "curl"\nnonsense\n')
    write_database(database)
    out.mkdir()
    (out / "mine.txt").write_text("stays")
    done = geocoder(out, "--log", str(log), "--database", str(database))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "tuples emitted 2 acked 2 failed 0" in done.stdout.splitlines()
    assert (out / "results.jsonl").read_text() == (
        '{"place": "Vienna", "country": "AT", "bucket": "2024-03-10T12:55:00+00:00", "hits": 1}\n'
    )
    assert (out / "rejected.jsonl").read_text() == '{"line": 2, "reason": "no identity", "text": "nonsense"}\n'
    assert not (out / ".gitignore").exists()
    assert (out / "mine.txt").read_text() == "stays"


def test_counts_are_exact_though_tuples_fail_and_are_replayed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(HERE)
    write_log(tmp_path / "access.log", 3000)
    write_database(tmp_path / "places.mmdb")
    found = load_target(str(HERE / "failing_geocoder.py") + ":FailingGeocoder")

    class Failing(found.topology):
        lines = found.topology.lines.replace(path=str(tmp_path / "access.log"))
        locate = found.topology.locate.replace(database=str(tmp_path / "places.mmdb"))
        count = found.topology.count.replace(folder=str(tmp_path))
        reject = found.topology.reject.replace(folder=str(tmp_path))

    report = Run(spec_of(Failing), paths=[found.root, ROOT]).run(120)
    assert report.reason == EXHAUSTED
    expected = plain(tmp_path)
    raised = sum(1 for number in range(50, 3001, 50) if number not in expected.rejected)
    errors = [event.text for event in report.errors if event.kind == ERROR]
    assert sum("for the first time" in text for text in errors) == raised
    assert sum("tuples written, and not acked" in text for text in errors) == 2
    assert sum("rejected lines written, and not acked" in text for text in errors) == 1
    spout = report.stats[0]
    assert spout.acked == 3000
    assert spout.failed > raised
    assert spout.emitted == spout.acked + spout.failed
    assert report.exit_code == 1
    results.merge(tmp_path)
    assert_equal_to_the_plain_pass(tmp_path)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        command(tmp_path, "--lines", "30000"), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    yield process
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)


def wait_for_counts(folder: Path, running: subprocess.Popen) -> psutil.Process:
    """Wait until counts are written, and return the process that writes them."""
    store = str(folder / "counts-0.sqlite")
    end = time.monotonic() + 60
    while not (writer := _process_with_open(store, running.pid)) or os.path.getsize(store) < 20_000:
        assert time.monotonic() < end, "no count was written in time"
        assert running.poll() is None
        time.sleep(0.1)
    return writer


@pytest.mark.parametrize("whose", ["counts-0.sqlite", "access.log"])
def test_a_run_of_which_a_process_is_killed_goes_on_to_exact_counts(tmp_path: Path, running: subprocess.Popen, whose):
    wait_for_counts(tmp_path, running)
    _process_with_open(str(tmp_path / whose), running.pid).kill()
    out, _ = running.communicate(timeout=120)
    assert "was killed by signal 9 (SIGKILL" in out
    assert "errors reported: 1" in out
    assert "counts equal to the plain pass: yes" in out.splitlines()
    assert_equal_to_the_plain_pass(tmp_path)


def test_a_run_that_broke_off_is_resumed_to_exact_counts(tmp_path: Path, running: subprocess.Popen):
    wait_for_counts(tmp_path, running)
    running.send_signal(signal.SIGINT)
    out, _ = running.communicate(timeout=60)
    assert running.returncode == 1
    assert "counts equal to the plain pass: no" in out
    assert "of 30000 lines are not handled yet; --resume goes on with them" in out

    done = geocoder(tmp_path, "--resume")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "tuples emitted 30000 acked 30000 failed 0" in done.stdout.splitlines()
    assert "counts equal to the plain pass: yes" in done.stdout.splitlines()
    assert_equal_to_the_plain_pass(tmp_path)


def _process_with_open(path: str, parent: int) -> psutil.Process | None:
    for process in psutil.Process(parent).children(recursive=True):
        try:
            if any(file.path == path for file in process.open_files()):
                return process
        except psutil.Error:
            continue
    return None
