"""The JUnit tests of ``java/``, run by Maven: what needs no Python on the other side."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import missing_storm

pytestmark = pytest.mark.storm

JAVA = Path(__file__).parents[2] / "java"


def test_the_java_classes_pass_their_own_tests(tmp_path):
    maven = shutil.which("mvn")
    if maven is None:
        missing_storm("no mvn on PATH")
    for name in ("src", "pom.xml"):
        (shutil.copytree if name == "src" else shutil.copy)(JAVA / name, tmp_path / name)
    command = [maven, "-B", "-ntp", "-o", "test"]
    done = subprocess.run(command, cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode and "offline" in done.stdout:  # the first time, what only the tests need is fetched
        command.remove("-o")
        done = subprocess.run(command, cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert not done.returncode, done.stdout[-10_000:]
    ran = re.findall(r"^\[(?:INFO|WARNING)\] Tests run: (\d+), Failures: 0, Errors: 0", done.stdout, re.MULTILINE)
    assert ran, done.stdout[-10_000:]
    assert int(ran[-1]) > 50, done.stdout[-10_000:]
