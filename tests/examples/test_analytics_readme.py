"""The commands of examples/analytics/README.md that ask by hand say what it shows."""

from __future__ import annotations

import re
import shlex
import sys
import time
from pathlib import Path

import pytest
from drpc_running import Running, run

pytestmark = [pytest.mark.storm, pytest.mark.usefixtures("storm_jars")]

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "examples/analytics/README.md").read_text("utf-8")


def test_the_queries_of_the_readme_are_answered_as_it_shows(tmp_path):
    variables = {"ANALYTICS_OUT": str(tmp_path)}
    [[storing, serving]] = re.findall(r"^```\n\$ (python .*)\n\$ umbrella run (.*)\n```", PAGE, re.MULTILINE)
    stored = run(ROOT, sys.executable, *shlex.split(storing)[1:], variables=variables)
    assert stored.returncode == 0, stored.stdout
    assert re.search(r"^20000 events are stored after [\d.]+ s\n\Z", stored.stdout, re.MULTILINE)
    running = Running(ROOT, serving, variables)
    try:
        running.line_with("serving DRPC function 'analytics'")
        end = time.monotonic() + 180
        while ask('{"measure": "count"}').stdout != "20000\n":
            assert time.monotonic() < end, "".join(running.lines)
        [block] = re.findall(r"^```\n(\$ umbrella drpc .*?)^```", PAGE, re.DOTALL | re.MULTILINE)
        for piece in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, shown = piece.partition("\n")
            _, _, function, query = shlex.split(command)
            assert function == "analytics"
            done = ask(query)
            lines = r"\n(.*\n)+".join(map(re.escape, shown.split("\n...\n")))
            assert re.fullmatch(lines, done.stdout), done.stdout
        running.interrupt()
    finally:
        running.kill()


def ask(query: str):
    return run(ROOT, sys.executable, "-m", "umbrella", "drpc", "analytics", query, "--timeout", "60")
