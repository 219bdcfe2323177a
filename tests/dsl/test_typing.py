"""Type checkers accept good declarations and refuse bad ones: mypy --strict and pyright."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import umbrella

HERE = Path(__file__).parent / "typing"
ROOT = Path(__file__).parents[2]
MARKED = {
    number for number, line in enumerate((HERE / "bad.py").read_text("utf-8").splitlines(), 1) if "# error:" in line
}


def mypy(file: Path) -> set[int]:
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return {int(line.split(":")[1]) for line in done.stdout.splitlines() if ": error:" in line}


def pyright(file: Path) -> set[int]:
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return {one["range"]["start"]["line"] + 1 for one in json.loads(done.stdout)["generalDiagnostics"]}


@pytest.mark.parametrize("checker", [mypy, pyright])
def test_good_declarations_are_accepted(checker):
    assert checker(HERE / "good.py") == set()


@pytest.mark.parametrize("checker", [mypy, pyright])
def test_the_program_of_the_readme_is_accepted(checker):
    assert checker(ROOT / "examples/wordcount/topology.py") == set()


@pytest.mark.parametrize("checker", [mypy, pyright])
def test_each_bad_declaration_is_refused(checker):
    assert checker(HERE / "bad.py") == MARKED


def test_type_checkers_see_the_public_names():
    seen = {
        alias.asname: node.module
        for node in ast.walk(ast.parse((ROOT / "umbrella/__init__.py").read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module.startswith("umbrella.")
        for alias in node.names
    }
    assert seen == {name: f"umbrella.{home}" for name, home in umbrella._HOMES.items()}


def test_good_declarations_make_a_sound_topology():
    sys.path.insert(0, str(HERE))
    try:
        from good import Bigger, Traffic  # type: ignore[import-not-found, unused-ignore]

        from umbrella.dsl import spec_of

        assert len(spec_of(Traffic).components) == 7
        assert spec_of(Bigger).component("count").executors == 4
    finally:
        sys.path.remove(str(HERE))
        sys.modules.pop("good", None)
