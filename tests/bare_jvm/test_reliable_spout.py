"""Rows 21, 27 and figure F23: a tuple that always fails is replayed with growing pauses and stops nothing else."""

from __future__ import annotations

import time

import pytest
from py4j.protocol import Py4JError

from bare_jvm.driver import PATIENCE, BareJvm
from bare_jvm.reliable import FileLines
from forms import OURS


@pytest.fixture
def directory(tmp_path):
    def make(lines):
        (tmp_path / "lines").write_text("\n".join(lines))
        return tmp_path

    return make


def test_a_tuple_that_always_fails_is_given_up_and_stops_no_other(bare, directory, full, figure):
    count, failures = 10_000 if full else 2_000, 5
    lines = [f"line{number}" for number in range(count)]
    lines[17] = "poison"
    folder = directory(lines)
    spout = bare.spout(FileLines, directory=str(folder), retry_seconds=0.2, max_failures=failures)
    spout.fail("poison")
    notes = spout.finished(count - 1 + failures, 120)
    spout.turns(5)
    sent = [row[0] for row in notes.rows]
    assert sorted(line for line in sent if line != "poison") == sorted(line for line in lines if line != "poison")
    times = [one["seconds"] for one in notes.tuples if one["values"] == ["poison"]]
    assert len(times) == failures
    pauses = [after - before for before, after in zip(times, times[1:])]
    for number, pause in enumerate(pauses):
        assert pause >= 0.75 * 0.2 * 2**number
    assert (folder / "dead").read_text().split() == ["poison", str(failures)]
    commits = list(map(int, (folder / "commits").read_text().split()))
    assert commits == sorted(set(commits))
    assert commits[0] <= 16
    assert commits[-1] == count - 1
    figure(
        "F23", f"1 of {count:,} tuples always fails: the others once each, pauses {[round(one, 1) for one in pauses]} s"
    )


def deadly_lines():
    lines = [f"line{number}" for number in range(500)]
    lines[250] = "deadly"
    return lines


def until(spout, reached):
    """Ask the spout on until something is so."""
    end = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < end, spout.notes
        spout.turns(5)
        time.sleep(0.005)


@pytest.mark.parametrize("form", OURS, indirect=True)
def test_a_new_process_goes_on_from_the_committed_position(bare, directory, figure):
    lines = deadly_lines()
    folder = directory(lines)
    spout = bare.spout(FileLines, directory=str(folder))
    spout.fail("deadly")
    until(spout, lambda: spout.notes.errors)
    spout.fail("")
    until(spout, lambda: (folder / "commits").read_text().split()[-1:] == ["499"])
    notes = spout.notes
    seen = [row[0] for row in notes.rows]
    assert set(seen) == set(lines)
    assert seen.count("line0") == 1
    (error,) = notes.errors  # the next one is told of the failed tuple too, and lives through it
    assert "ended with exit code 9" in error
    figure(f"F3 {bare.form}", "a spout's process dies within 500 tuples: 0 lost, those committed are not emitted again")


def test_nothing_is_committed_beyond_what_is_done(bare, directory):
    folder = directory([f"line{number}" for number in range(100)])
    spout = bare.spout(FileLines, directory=str(folder))
    spout.hold(True)
    spout.emitted(100)
    spout.settleHeld("[5-9]|[2-9][0-9]")  # fails these, acks the others
    until(spout, lambda: (folder / "commits").read_text().split()[-1:] == ["4"])  # an ack is not waited for
    spout.turns(5)
    assert (folder / "commits").read_text().split()[-1] == "4"


def test_a_new_worker_goes_on_from_the_committed_position(storm_jars, driver_classes, directory, figure):
    lines = deadly_lines()
    folder = directory(lines)
    seen = []
    for run in range(2):
        jvm = BareJvm(storm_jars, driver_classes)
        try:
            spout = jvm.spout(FileLines, directory=str(folder))
            if run == 0:
                spout.fail("deadly")
                with pytest.raises(Py4JError):
                    spout.finished(500)
            else:
                spout.finished(250)
            seen.append({row[0] for row in spout.notes.rows})
        finally:
            assert not jvm.close()
    assert seen[0] | seen[1] == set(lines)
    assert (folder / "commits").read_text().split()[-1] == "499"
    assert "line0" not in seen[1]
    figure("row 21", "a spout's process dies within 500 tuples: 0 lost, those committed are not emitted again")
