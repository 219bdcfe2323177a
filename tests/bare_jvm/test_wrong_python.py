"""A worker whose Python or Umbrella is not what the topology was built for says so in Storm's UI."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bare_jvm.components.plain import Echo
from umbrella.errors import WorkerMismatchError
from umbrella.multilang.built_for import check_worker
from umbrella.version import VERSION

OWN = f"{sys.version_info.major}.{sys.version_info.minor}"


def old_python() -> str:
    """Return a Python that is too old for Umbrella, or skip."""
    found = [shutil.which(f"python3.{minor}") for minor in (8, 7, 6)]
    found += map(str, sorted(Path.home().glob(".pyenv/versions/3.[678].*/bin/python")))
    for python in filter(None, found):
        # Asked, not only looked for: a version manager's stand-in on PATH may have nothing behind it.
        if subprocess.run([python, "-c", ""], stderr=subprocess.DEVNULL, check=False).returncode == 0:
            return python
    pytest.skip("no Python older than 3.9 on this machine")


VERSIONS = (
    {"umbrella.version": "0.0.9"},
    ["compiled by Umbrella 0.0.9", f"given: Umbrella {VERSION} at ", "build it again"],
)
PYTHONS = (
    {"umbrella.python": "3.7"},
    ["is for CPython 3.7", f"given: cpython {OWN} at {sys.executable}", f"--python-version {OWN}"],
)


@pytest.mark.parametrize(
    ("conf", "texts"),
    [
        VERSIONS,
        PYTHONS,
        ({"umbrella.python": ">=3.99"}, ["is for CPython >=3.99"]),
        ({"umbrella.platform": "linux-vax"}, ["is for linux-vax", "--platform PLATFORM"]),
    ],
)
def test_what_does_not_fit_is_told_with_both_and_what_to_do(conf, texts):
    with pytest.raises(WorkerMismatchError) as caught:
        check_worker({"umbrella.version": VERSION, **conf})
    assert all(text in str(caught.value) for text in texts), caught.value


@pytest.mark.parametrize(("conf", "texts"), [VERSIONS, PYTHONS])
def test_a_worker_that_does_not_fit_says_so_to_storm(doomed, conf, texts):
    error, *_ = doomed.bolt(Echo, {"storm.cluster.mode": "local", **conf}).reported()
    assert "task[" in error
    assert "Traceback" not in error
    assert all(text in error for text in texts), error


def test_a_worker_that_fits_runs(bare):
    conf = {"umbrella.version": VERSION, "umbrella.python": OWN, "umbrella.platform": sys.platform}
    bolt = bare.bolt(Echo, conf)
    bolt.rows([1])
    assert bolt.settled(1).acked == 1


def test_a_python_that_is_too_old_is_said_in_words(doomed, monkeypatch):
    python = old_python()
    monkeypatch.setattr(sys, "executable", python)  # which the driver takes for the workers' Python
    error, *_ = doomed.bolt(Echo, {"storm.cluster.mode": "local"}).reported()
    assert f"Umbrella {VERSION} cannot run on the Python of this worker; given: Python 3." in error
    assert "valid: 3.9 or newer. Set python in the topology's Config" in error
    assert "SyntaxError" not in error
