"""Prints and exceptions of user code, on the real Storm."""

from __future__ import annotations

import pytest

from forms import FORMS, in_form
from topologies.noisy import NoisyTopology
from topologies.recording import records
from umbrella.dsl import spec_of
from umbrella.storm.jvm_log import COMPONENT, ERROR
from umbrella.storm.run import EXHAUSTED, Run

pytestmark = pytest.mark.storm

RAISING = {n for n in range(300) if n % 10 == 3}
EXITING = {n for n in range(300) if n % 100 == 7}


@pytest.fixture(scope="module", params=FORMS)
def run(storm_cluster, tmp_path_factory, request):
    directory = tmp_path_factory.mktemp("records")
    here = {"record": NoisyTopology.record.replace(directory=str(directory))}
    topology = type("Noisy", (NoisyTopology,), here)
    log = []
    report = Run(in_form(spec_of(topology), request.param), on_log=log.append).run_on(storm_cluster, seconds=120)
    return report, log, directory


def stats(report, name):
    return next(one for one in report.stats if one.name == name)


def test_exactly_the_tuples_that_raise_fail_and_the_others_are_acked(run):
    report, _, directory = run
    assert report.reason == EXHAUSTED
    good = set(range(300)) - RAISING - EXITING
    assert {one["values"][0] for one in records(directory, "record")} == good
    spout = stats(report, "numbers")
    assert (spout.emitted, spout.acked, spout.failed) == (300, len(good), 300 - len(good))
    assert report.exit_code == 1


@pytest.mark.parametrize(
    ("text", "level", "times"),
    [
        ("printed while importing", "INFO", 3),
        ("printed in open", "INFO", 2),
        ("written to fd 1", "INFO", 300),
        ("written by C", "INFO", 300),
        ("echoed by a child", "INFO", 6),
        ("on stderr", "WARN", 300),
        ('{"command":"ack","id":"1"}', "INFO", 300),
        ("printed 299", "INFO", 1),
        ("logged 250", "WARN", 1),
    ],
)
def test_what_user_code_prints_is_in_the_log(run, text, level, times):
    _, log, _ = run
    assert [one.level for one in log if one.kind == COMPONENT and one.text == text] == [level] * times


def test_each_exception_is_in_the_log_with_its_traceback(run):
    _, log, _ = run
    errors = [one for one in log if one.kind == ERROR]
    assert len(errors) == len(RAISING) + len(EXITING)
    text = next(one.text for one in errors if "no threes: 203" in one.text)
    assert "noisy.py" in text
    assert text.endswith("ValueError: no threes: 203 \N{SNOWMAN}")
    assert "umbrella/multilang" not in text
    assert sum("SystemExit: 3" in one.text for one in errors) == len(EXITING)


def test_storms_ui_has_the_error_with_its_traceback(run):
    report, _, _ = run
    errors = stats(report, "noisy").errors
    assert errors
    assert all("Traceback" in one and "noisy.py" in one for one in errors)
