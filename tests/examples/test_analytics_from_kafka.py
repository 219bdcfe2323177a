"""The analytics example with events out of a real Kafka."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from examples.analytics.events import write_events

pytestmark = pytest.mark.storm

ROOT = Path(__file__).parents[2]
COUNT = 3000


@pytest.mark.usefixtures("spout_jars")
def test_events_of_a_topic_are_stored_once_and_asked_for(broker, client, tmp_path):
    events = tmp_path / "events.jsonl"
    write_events(events, COUNT)
    client.create("analytics-events", 2)
    client.send("analytics-events", *events.read_text().splitlines())
    command = [sys.executable, "-m", "examples.analytics", "--out", str(tmp_path / "out"), "--queries", "20"]
    command += ["--source", f"kafka://{broker.plain}/analytics-events", "--compare", str(events)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"over {COUNT} events" in done.stdout
    assert "results equal to the plain computation: yes" in done.stdout.splitlines()


def test_without_a_file_to_compare_with_it_says_so(tmp_path):
    command = [sys.executable, "-m", "examples.analytics", "--out", str(tmp_path), "--source", "kafka://localhost:1/x"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "--compare FILE" in done.stderr
