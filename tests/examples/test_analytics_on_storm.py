"""The analytics example on the embedded Storm: results equal a plain computation; scripts/soak has 1,000,000 events."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.storm, pytest.mark.usefixtures("storm_jars")]

ROOT = Path(__file__).parents[2]


def test_answers_by_drpc_equal_a_plain_computation(tmp_path, full, figure):
    events, queries = (1_000_000, 300) if full else (10_000, 60)
    command = [sys.executable, "-m", "examples.analytics", "--out", str(tmp_path)]
    command += ["--events", str(events), "--queries", str(queries)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=3000 if full else 300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    assert "results equal to the plain computation: yes" in done.stdout.splitlines()
    assert re.search(rf"^{queries} queries, \d+ different ones, over {events} events$", done.stdout, re.MULTILINE)
    latency = re.search(r"^latency (p50 \d+ ms, p99 \d+ ms)$", done.stdout, re.MULTILINE)
    assert latency
    figure("analytics by DRPC", f"{events} events: {latency[1]}")
