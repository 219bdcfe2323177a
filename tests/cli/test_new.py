"""``umbrella new``: what it writes works at once."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import umbrella
from umbrella.errors import TargetError
from umbrella.scaffold import write_project

UMBRELLA = [sys.executable, "-m", "umbrella"]
CHECKOUT = Path(__file__).parents[2]


def call(folder: Path, *command: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def project(tmp_path: Path) -> Path:
    out = call(tmp_path, *UMBRELLA, "new", "web-traffic")
    assert "wrote web-traffic/web_traffic/topology.py" in out
    return tmp_path / "web-traffic"


def test_its_tests_its_check_and_its_jar_work_at_once(project):
    assert "4 passed" in call(project, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert "no problems" in call(project, *UMBRELLA, "check", "web_traffic.topology:WebTraffic")
    out = call(project, *UMBRELLA, "jar", "web_traffic.topology:WebTraffic", "--project")
    assert "note: the jar carries umbrella-storm" in out
    assert (project / "WebTraffic.jar").exists()
    assert (project / ".gitignore").exists()
    assert not [path for path in project.rglob("*") if path.is_file() and b"@NAME@" in path.read_bytes()]


@pytest.mark.parametrize("checker", [("mypy", "--strict"), ("pyright", "--pythonpath", sys.executable)])
def test_type_checkers_find_nothing_to_say(project, checker):
    name, *options = checker
    call(project, sys.executable, "-m", name, *options, "web_traffic", "tests")


def test_it_imports_only_what_is_documented(project):
    documented = {*umbrella.__all__, "testing"}
    for path in project.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("umbrella"):
                assert node.module == "umbrella", path
                assert {one.name for one in node.names} <= documented, path


@pytest.mark.storm
def test_its_topology_prints_its_counts_and_ends(project, storm_jars):
    out = call(project, *UMBRELLA, "run", "web_traffic.topology:WebTraffic")
    assert "tuples emitted 300 acked 300 failed 0" in out
    counts: Counter[str] = Counter()
    for text in re.findall(r"\[count\] counted (\{.*\})", out):
        counts |= Counter(ast.literal_eval(text))
    assert (counts["the"], counts["moon"], sum(counts.values())) == (300, 100, 2000)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("my topology", "Try: umbrella new my-topology."),
        ("../x", "begins with a letter"),
        ("9lives", "Try: umbrella new lives."),
        ("class", "is no word of Python's"),
        ("json", "Try: umbrella new json-topology."),
        ("umbrella", "would hide a module of that name"),
    ],
)
def test_names_that_make_no_package_are_refused(tmp_path, name, text):
    with pytest.raises(TargetError) as caught:
        write_project(name, tmp_path)
    assert text in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_there_is_left_alone(tmp_path):
    (tmp_path / "mine").mkdir()
    with pytest.raises(TargetError, match=r"mine is there already.*Choose another name, such as mine-2"):
        write_project("mine", tmp_path)
    assert not list((tmp_path / "mine").iterdir())
