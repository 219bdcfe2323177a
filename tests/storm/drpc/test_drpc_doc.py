"""docs/drpc.md: its topology is run, its commands and its Python are executed, and say what the page says."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import pytest
from drpc_running import Running, run

from umbrella.storm.drpc.announcement import announced_ports

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/drpc.md").read_text("utf-8")
PYTHON = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
CONSOLE = re.findall(r"^```\n(\$ .*?)^```", PAGE, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("drpc-doc")
    (folder / "reach.py").write_text(PYTHON[0])
    (folder / "test_reach.py").write_text(PYTHON[2])
    return folder


@pytest.fixture(scope="module")
def running(project, storm_jars):
    one = Running(project, "reach.py:Reach")
    one.line_with("serving DRPC function")
    yield one
    one.kill()


@pytest.mark.storm
def test_the_run_says_how_to_call_it(running):
    said = running.line_with("serving DRPC function")
    shown = CONSOLE[0].splitlines()[-1]
    assert re.sub(r":\d+", ":PORT", shown) in re.sub(r":\d+", ":PORT", said)


@pytest.mark.storm
def test_the_commands_of_the_page_print_what_it_shows(running, project):
    pieces = re.split(r"^\$ ", CONSOLE[1], flags=re.MULTILINE)[1:]
    assert len(pieces) == 4
    for piece in pieces:
        command, _, shown = piece.partition("\n")
        arguments = shlex.split(command)
        assert arguments[0] == "umbrella"
        # The first call waits for the components to start, on a busy machine for long.
        done = run(project, sys.executable, "-m", *arguments, "--timeout", "100")
        printed = re.sub(r'File ".*/reach\.py"', 'File "reach.py"', done.stdout)
        assert re.sub(r"\n +[\^~]+\n", "\n", printed) == shown
        assert done.returncode == (1 if "failed" in shown else 0)


@pytest.mark.storm
def test_the_client_of_the_page(running, project):
    port = announced_ports()["reach"]
    code = PYTHON[1].replace('"drpc1", "drpc2:3772"', f'"127.0.0.1:1", "127.0.0.1:{port}"').replace("=5", "=60")
    assert run(project, sys.executable, "-c", code).stdout == "4\n"
    failing = code.replace('"storm.apache.org"', '"no.such.link"')
    assert run(project, sys.executable, "-c", failing).stdout.endswith("KeyError: 'no.such.link'\n")


def test_the_unit_test_of_the_page(project):
    done = run(project, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_reach.py")
    assert done.returncode == 0, done.stdout


@pytest.mark.storm
def test_at_the_end_nobody_is_told_of_the_run_any_more(running):
    assert "reach" in announced_ports()
    running.interrupt()
    assert "reach" not in announced_ports()
