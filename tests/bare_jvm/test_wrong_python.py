"""A worker whose Python or Umbrella is not what the topology was built for says so in Storm's UI."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from bare_jvm.components import Echo
from bare_jvm.driver import topology_of
from umbrella.compile.thrift import serialize, to_thrift
from umbrella.dsl import spec_of
from umbrella.version import VERSION

OWN = f"{sys.version_info.major}.{sys.version_info.minor}"


def old_python() -> str:
    """Return a Python that is too old for Umbrella, or skip."""
    found = [shutil.which(f"python3.{minor}") for minor in (8, 7, 6)]
    found += map(str, sorted(Path.home().glob(".pyenv/versions/3.[678].*/bin/python")))
    for python in filter(None, found):
        if os.access(python, os.X_OK):
            return python
    pytest.skip("no Python older than 3.9 on this machine")


def errors_of(jvm, conf):
    return jvm.bolt(Echo, {"storm.cluster.mode": "local", **conf}).reported()


@pytest.mark.parametrize(
    ("conf", "texts"),
    [
        (
            {"umbrella.version": "0.0.9"},
            ["compiled by Umbrella 0.0.9", f"given: Umbrella {VERSION} at ", "build it again"],
        ),
        (
            {"umbrella.python": "3.7"},
            ["is for CPython 3.7", f"given: cpython {OWN} at {sys.executable}", f"--python-version {OWN}"],
        ),
        ({"umbrella.python": ">=3.99"}, ["is for CPython >=3.99"]),
        ({"umbrella.platform": "linux-vax"}, ["is for linux-vax", "--platform PLATFORM"]),
    ],
)
def test_a_worker_that_does_not_fit_says_both_and_what_to_do(doomed, conf, texts):
    (error,) = errors_of(doomed, conf)
    assert "task[" in error
    assert "Traceback" not in error
    for text in texts:
        assert text in error


def test_a_worker_that_fits_runs(bare):
    conf = {"umbrella.version": VERSION, "umbrella.python": OWN, "umbrella.platform": sys.platform}
    bolt = bare.bolt(Echo, conf)
    bolt.rows([1])
    assert bolt.settled(1).acked == 1


def test_a_python_that_is_too_old_is_said_in_words(doomed, monkeypatch):
    python = old_python()
    spec = spec_of(topology_of(Echo))
    data = serialize(
        to_thrift(
            spec._replace(python=python, components=tuple(one._replace(tasks=one.executors) for one in spec.components))
        )
    )
    conf = f'{{"storm.cluster.mode": "local", "umbrella.version": "{VERSION}"}}'
    world = doomed.jvm.classes.bare.World(data, conf, str(doomed.jvm.folder / "world"))
    (error,) = doomed.start_bolt(world).reported()
    assert f"Umbrella {VERSION} cannot run on the Python of this worker; given: Python 3." in error
    assert f"at {os.path.realpath(python)}" in error or f"at {python}" in error
    assert "valid: 3.9 or newer. Set python in the topology's Config" in error
    assert "SyntaxError" not in error
