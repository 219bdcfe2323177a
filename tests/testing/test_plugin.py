"""The pytest plugin, as it is found in a user's project."""

from __future__ import annotations

import subprocess
import sys

COMPONENT = """
import pytest
from umbrella import Bolt

class Noted(Bolt):
    closed = []
    def close(self):
        self.closed.append(self.context.component)
        if self.context.component == "bad":
            raise OSError("cannot close")
"""


def test_what_a_test_opens_is_closed_after_it_last_first(run_pytest):
    code = """
def test_one(open_component):
    for name in ("a", "b"):
        open_component(Noted, name=name)
    assert Noted.closed == []

def test_two():
    assert Noted.closed == ["b", "a"]
"""
    assert "2 passed" in run_pytest(COMPONENT + code)


def test_a_close_that_raises_is_an_error_and_the_others_are_closed(run_pytest):
    code = """
def test_one(open_component):
    for name in ("a", "bad", "c"):
        open_component(Noted, name=name)

def test_two():
    assert Noted.closed == ["c", "bad", "a"]
"""
    output = run_pytest(COMPONENT + code)
    assert "2 passed, 1 error" in output
    assert "OSError: cannot close" in output


ON_STORM = "def test_it(storm_cluster): pass\n"


def test_without_java_a_test_on_storm_is_skipped_with_the_reason(run_pytest):
    output = run_pytest(ON_STORM, PATH="", JAVA_HOME="")
    assert "1 skipped" in output
    assert "Storm needs Java" in output


def test_without_java_it_fails_in_ci(run_pytest):
    output = run_pytest(ON_STORM, PATH="", JAVA_HOME="", CI="true")
    assert "1 error" in output
    assert "CI has to have one: Storm needs Java" in output


def test_components_are_imported_from_the_rootdir_or_as_the_ini_file_says(run_pytest, tmp_path):
    code = """
from pathlib import Path
import umbrella.storm.local

def test_it(monkeypatch, request):
    def started(paths):
        raise RuntimeError(f"from {[str(Path(one).relative_to(request.config.rootpath)) for one in paths]}")
    monkeypatch.setattr(umbrella.storm.local, "LocalCluster", started)
    monkeypatch.setattr("umbrella.storm.java.find_java", lambda minimum: None)
    request.getfixturevalue("storm_cluster")
"""
    assert "RuntimeError: from ['.']" in run_pytest(code)
    assert "RuntimeError: from ['src', 'more']" in run_pytest(code, ini="umbrella_paths = src more")


def test_the_plugin_imports_nothing_of_umbrella_before_it_is_used():
    script = "import sys, umbrella.testing.plugin; print(sorted(n for n in sys.modules if n.startswith('umbrella')))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['umbrella', 'umbrella.testing', 'umbrella.testing.plugin']"


def test_fixtures_are_listed_with_what_they_do(run_pytest):
    output = run_pytest("", "--fixtures")
    for name in ("open_component", "storm_cluster", "run_topology"):
        assert name in output
