"""Rows 21-25 and figures F21, F22: threads, forks, children, signals and the end of the JVM."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bare_jvm.components.closing import Closes, ClosingSpout, HangsInClose
from bare_jvm.components.parallel import Forks, ForksAndEnds, LeavesChildren, ThreadedSpout, Threads
from bare_jvm.components.plain import Echo, TellsPlace
from bare_jvm.driver import topology_of
from forms import EITHER, SHELLS

ORPHAN_SECONDS = 10

shells = pytest.mark.parametrize("form", SHELLS, indirect=True)


@pytest.mark.parametrize("component", [Threads, ThreadedSpout])
def test_threads_may_emit_and_no_frame_is_torn(bare, component, full, figure):
    threads, emits = 8, 100_000 if full else 5_000
    limits = {"umbrella.execute.timeout.secs": 600, "topology.max.spout.pending": None}
    total = threads * emits
    if component is Threads:
        task = bare.bolt(component, limits, keep=not full, threads=threads, emits=emits)
        task.rows([1])
        notes = task.settled(1, 600)
    else:
        task = bare.spout(component, limits, keep=not full, threads=threads, emits=emits)
        task.finished(total, 600)
        notes = task.notes
    assert notes.emitted == {"default": total}
    assert notes.errors == []
    numbers = {thread: [] for thread in range(threads)}
    for thread, number in notes.rows:
        numbers[thread].append(number)
    assert full or all(one == list(range(emits)) for one in numbers.values())  # whole, and in each thread's order
    figure(f"F21 {component.__name__}", f"{threads} threads x {emits:,} emits: {total:,} whole tuples")


@shells
@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_multiprocessing_works_and_its_children_cannot_write_to_storm(bare, method, figure):
    bolt = bare.bolt(Forks, method=method)
    bolt.rows([1], [2])
    notes = bolt.settled(2)
    assert notes.rows == [[0], [1], [2], ["parent"]] * 2
    assert (notes.acked, notes.failed) == (2, [])
    for number in range(3):
        assert len(bare.await_logged(f"child {number} prints", 2)) == 2
    assert bare.logged(text='{"command":"emit","tuple":["forged"]}')
    figure(f"F21 multiprocessing {method}", "0 frames written by a child, its prints are in the log")


CHILDREN = {
    "exits": (0, None),
    "exits_with_code": (3, None),
    "exits_with_text": (1, "the child says why"),
    "raises": (1, "ValueError: the child raises"),
    "returns": (1, "a forked child of a component cannot emit, ack or fail"),
    "emits": (1, "a forked child of a component cannot emit, ack or fail"),
    "forks": (4, None),
}


@shells
def test_a_forked_child_that_comes_back_ends_alone(bare):
    before = set(bare.pids.iterdir())
    bolt = bare.bolt(ForksAndEnds)
    pid_files = set(bare.pids.iterdir()) - before
    bolt.rows(*[[how] for how in CHILDREN])
    notes = bolt.settled(len(CHILDREN))
    assert notes.rows == [[code] for code, _ in CHILDREN.values()]
    assert (notes.failed, notes.errors) == ([], [])
    for _, text in CHILDREN.values():
        assert text is None or bare.await_logged(text)
    assert set(bare.pids.iterdir()) - before == pid_files


@shells
@pytest.mark.parametrize("how", ["", "hang"])
def test_children_of_a_component_end_with_it(bare, how, figure):
    bolt = bare.bolt(LeavesChildren)
    bolt.rows([how])
    assert bolt.java.notes().awaitEmitted(1, 60.0)
    assert len(bare.children()) == 3
    bolt.stop()
    left = bare.left_over(ORPHAN_SECONDS)
    assert not left
    figure("F21 orphans", f"0 processes left {ORPHAN_SECONDS} s after the end of a component that started two")


@shells
@pytest.mark.parametrize("how", ["", "hang"])
def test_no_process_outlives_a_killed_jvm(doomed, how, figure):
    bolt = doomed.bolt(LeavesChildren)
    bolt.rows([how])
    assert bolt.java.notes().awaitEmitted(1, 60.0)
    assert len(doomed.children()) == 3
    doomed.jvm.process.kill()
    doomed.jvm.process.wait()
    left = doomed.left_over(ORPHAN_SECONDS)
    assert not left
    figure("row 22", f"0 processes {ORPHAN_SECONDS} s after kill -9 of the JVM, even within execute")


@shells
@pytest.mark.parametrize("state", ["idle", "busy", "asleep"])
def test_close_runs_when_storm_ends_a_bolt(bare, tmp_path, state, full, figure):
    rounds = {"idle": 100 if full else 10}.get(state, 3)
    slowest = 0.0
    for number in range(rounds):
        bolt = bare.bolt(Closes, directory=str(tmp_path))
        bolt.rows([state])
        assert bolt.java.notes().awaitEmitted(1, 60.0)
        began = time.monotonic()
        bolt.stop()
        assert not bare.left_over(ORPHAN_SECONDS)
        slowest = max(slowest, time.monotonic() - began)
        assert [file.read_text() for file in tmp_path.iterdir()] == ["closed"] * (number + 1)
    figure(f"F22 {state}", f"close ran {rounds} times of {rounds}; the slowest process ended after {slowest:.1f} s")


@shells
def test_close_runs_when_storm_ends_a_spout(bare, tmp_path):
    for number in range(5):
        bare.spout(ClosingSpout, directory=str(tmp_path)).emitted(1)
        bare.stop_tasks()
        assert not bare.left_over(ORPHAN_SECONDS)
        assert [file.read_text() for file in tmp_path.iterdir()] == ["closed"] * (number + 1)


@shells
def test_a_close_that_hangs_ends_with_its_process(bare, tmp_path):
    bolt = bare.bolt(HangsInClose, directory=str(tmp_path))
    bolt.rows(["idle"])
    bolt.settled(1)
    bolt.stop()
    assert not bare.left_over(ORPHAN_SECONDS)


@shells
def test_the_pid_file_is_gone_after_the_end(bare):
    before = set(bare.pids.iterdir())
    bolt = bare.bolt(Echo)
    (process,) = bare.children()
    assert set(bare.pids.iterdir()) - before == {bare.pids / str(process.pid)}
    bolt.rows([1])
    bolt.settled(1)
    bare.stop_tasks()
    assert not bare.left_over(ORPHAN_SECONDS)
    assert set(bare.pids.iterdir()) == before


@shells
def test_the_pid_file_is_gone_after_an_end_that_comes_at_once(bare):
    before = set(bare.pids.iterdir())
    for _ in range(10):
        bare.bolt(Echo)
        bare.stop_tasks()
    assert not bare.left_over(ORPHAN_SECONDS)
    assert set(bare.pids.iterdir()) == before


@pytest.mark.parametrize("form", EITHER, indirect=True)
@pytest.mark.parametrize("directory", ["resources", "worker", ""])
def test_the_jars_modules_are_found_wherever_python_starts(bare, tmp_path, directory):
    topology = topology_of(TellsPlace)
    topology.Config = type("Config", (), {"directory": directory or str(tmp_path)})
    bolt = bare.start_bolt(bare.world(topology))
    bolt.rows([1])
    resources = bare.jvm.folder / "world" / "resources"
    places = {"resources": resources, "worker": Path.cwd(), "": tmp_path}
    ((folder, path),) = bolt.settled(1).rows
    assert Path(folder) == places[directory]
    assert (path[-1] == str(resources)) == (directory != "resources")
