"""The wordcount example on the embedded Storm."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.storm
@pytest.mark.usefixtures("storm_jars")
def test_wordcount_counts_words_for_as_long_as_it_is_told_to():
    command = [sys.executable, "-m", "umbrella", "run", "examples/wordcount/topology.py:WordCount", "--time", "5"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    figures = dict(re.findall(r"^(\w+): (emitted \d+ acked \d+ failed \d+) latency", done.stdout, re.MULTILINE))
    sentences, split, count = (
        [int(number) for number in re.findall(r"\d+", figures[name])] for name in ("sentences", "split", "count")
    )
    assert sentences[0] >= split[1] > 0
    assert split[0] >= count[1] > 0
    assert 6 <= split[0] / split[1] <= 8  # words in a sentence
    assert sentences[2] == split[2] == count[2] == 0
    assert re.search(r"^ended after \d+\.\d s: the time is over$", done.stdout, re.MULTILINE)
    assert re.search(rf"^tuples emitted {sentences[0]} acked {sentences[1]} failed 0$", done.stdout, re.MULTILINE)
