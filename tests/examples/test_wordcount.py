"""The wordcount example on the embedded Storm."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.storm
@pytest.mark.usefixtures("storm_jars")
def test_wordcount_prints_its_counts_and_ends():
    command = [sys.executable, "-m", "umbrella", "run", "examples/wordcount/topology.py:WordCount"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert lines[-1] == "tuples emitted 3000 acked 3000 failed 0"
    assert lines[-2].endswith(": every spout has finished and all tuples are settled")
    counts: Counter[str] = Counter()
    for text in re.findall(r"\[count\] counted (\{.*\})", done.stdout):
        counts |= Counter(ast.literal_eval(text))
    assert counts.pop("the") == 3000
    assert len(counts) >= 9  # the most frequent five of each task; words of the same number come in any order
    assert max(counts.values()) == 1000
