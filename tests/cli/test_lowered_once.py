"""A command brings a topology into Storm's terms once, and checks it once, however many outputs it writes."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from umbrella import packed
from umbrella.cli import submitting
from umbrella.cli.main import main
from umbrella.compile import jar, lower as lowering

ROOT = Path(__file__).parents[2]
WORDCOUNT = "examples/wordcount/topology.py:WordCount"


class Nimbus:
    """As much of a NimbusClient as a dry run asks; nothing runs on its cluster."""

    connection = SimpleNamespace(place="nimbus:6627")

    def frame_limit(self):
        return 1 << 20

    def topologies(self):
        return []


@pytest.fixture
def counted(monkeypatch):
    """The calls of ``lower`` and of ``check``, by name, in their order."""
    calls = []

    def count(modules, function):
        def counting(spec):
            calls.append(function.__name__)
            return function(spec)

        for module in modules:
            monkeypatch.setattr(module, function.__name__, counting)

    count([jar, packed], lowering.lower)
    count([lowering], lowering.check)
    return calls


@pytest.fixture
def run(monkeypatch, tmp_path, capsys):
    for name in ("HOME", "UMBRELLA_CLUSTER"):  # no settings of the user's, and no development cluster
        monkeypatch.setenv(name, str(tmp_path / "nothing"))
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(submitting, "connect", lambda cluster: contextlib.nullcontext(Nimbus()))

    def call(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        out = capsys.readouterr()
        assert ended.value.code == 0, out.err
        return out.out

    return call


def test_a_jar_with_its_flux_yaml_is_lowered_once(run, counted, tmp_path):
    run("jar", WORDCOUNT, "-o", str(tmp_path / "x.jar"))
    assert counted == ["lower", "check"]


def test_a_submit_sends_what_its_jar_was_built_from(run, counted):
    out = run("submit", WORDCOUNT, "--dry-run")
    assert "would submit WordCount to Nimbus at nimbus:6627" in out
    assert counted == ["lower", "check"]


def test_a_submit_of_a_jar_lowers_what_it_holds_once(run, counted, tmp_path):
    run("jar", WORDCOUNT, "-o", str(tmp_path / "x.jar"))
    counted.clear()
    run("submit", str(tmp_path / "x.jar"), "--dry-run")
    assert counted == ["lower", "check"]


def test_settings_of_the_call_reach_nimbus_though_the_jar_was_built_without_them(run, counted):
    plain = run("submit", WORDCOUNT, "--dry-run", "--json")
    counted.clear()
    changed = run("submit", WORDCOUNT, "--dry-run", "--json", "-s", "my.note=hello")
    assert changed != plain
    assert counted == ["lower", "check", "lower", "check"]
