"""How a worker process starts: time to its pid, to its first tuple, memory, imports; and how a LocalCluster does."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from statistics import median
from typing import Any

from benchmarks import report, wire
from benchmarks.cluster import BenchmarkCluster
from benchmarks.peers import peers_python, say
from benchmarks.subjects import ECHO, JAVA, ONE_BY_ONE, PYSTORM, PYTHON_SUBJECTS, STORM_PY, UMBRELLA, python_paths

_IMPORTS = {
    UMBRELLA: ("umbrella.multilang", "umbrella.multilang.worker", "umbrella.multilang.loops", "umbrella.dsl"),
    PYSTORM: ("pystorm",),
    STORM_PY: ("storm",),
}
_TIMED = "import time; t = time.perf_counter(); import {}; print(time.perf_counter() - t)"
PID, FIRST, MEMORY = "pid ms", "first ack ms", "RSS MB"


def main() -> None:
    """Measure, and print and write what was found."""
    options = _options()
    (subjects,) = report.chosen(report.names(options.only), ONE_BY_ONE)
    found = report.machine()
    python_subjects = [name for name in subjects if name in PYTHON_SUBJECTS]
    results: dict[str, Any] = {
        "workers": _workers(python_subjects, options.rounds),
        "imports": _imports(python_subjects, options.rounds),
        "cluster": {} if options.without_cluster else _cluster(subjects, options.cluster_rounds),
    }
    report.write_json(options.json, found, {"rounds": options.rounds}, results)
    _show(results, found, options)


def _options() -> argparse.Namespace:
    parser = report.parser(__doc__)
    parser.add_argument("--rounds", type=int, default=20, help="processes of each kind (default: %(default)s)")
    parser.add_argument("--cluster-rounds", type=int, default=3, help="LocalClusters (default: %(default)s)")
    parser.add_argument("--without-cluster", action="store_true", help="worker processes alone")
    return parser.parse_args()


def _workers(subjects: Sequence[str], rounds: int) -> dict[str, dict[str, list[float]]]:
    say("starting workers")
    results: dict[str, dict[str, list[float]]] = {name: {PID: [], FIRST: [], MEMORY: []} for name in subjects}
    for _ in range(rounds):
        for name in subjects:
            began = time.perf_counter()
            with wire.worker(name, ECHO) as running:
                running.write(b"".join(wire.tuples(1)))
                _first_ack(running, name)
                results[name][FIRST].append((time.perf_counter() - began) * 1e3)
                results[name][PID].append(running.pid_seconds * 1e3)
                results[name][MEMORY].append(running.resident_kb() / 1024)
    return results


def _first_ack(running: wire.Wire, subject: str) -> None:
    while True:
        message = running.read_until(wire.END)
        if b'"ack"' in message:
            return
        if subject == STORM_PY and b'"emit"' in message:
            running.write(b"[5]" + wire.END)  # storm.py asks for the task ids of every emit


def _imports(subjects: Sequence[str], rounds: int) -> dict[str, dict[str, list[float]]]:
    say("importing")
    results: dict[str, dict[str, list[float]]] = {name: {module: [] for module in _IMPORTS[name]} for name in subjects}
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, python_paths()))}
    for _ in range(rounds):
        for name in subjects:
            python = sys.executable if name == UMBRELLA else str(peers_python())
            for module, times in results[name].items():
                call = [python, "-c", _TIMED.format(module)]
                said = subprocess.run(call, env=environment, capture_output=True, text=True, check=True).stdout
                times.append(float(said) * 1e3)
    return results


def _cluster(subjects: Sequence[str], rounds: int) -> dict[str, list[list[float]]]:
    """Return, for each subject, the seconds of starting Storm, to the first tuple, and of ending, in each round."""
    results: dict[str, list[list[float]]] = {name: [] for name in subjects}
    for _ in range(rounds):
        for name in subjects:
            say(f"starting a LocalCluster for {name}")
            moments = [time.perf_counter()]
            with BenchmarkCluster() as cluster:
                moments.append(time.perf_counter())
                with cluster.running(name, ECHO) as running:
                    first = running.start_seconds
                moments.append(time.perf_counter())
            results[name].append([moments[1] - moments[0], first, time.perf_counter() - moments[2]])
    return results


def _show(results: dict[str, Any], found: dict[str, Any], options: argparse.Namespace) -> None:
    rows = []
    for name, figures in results["workers"].items():
        base = name if name != JAVA else "-"
        rows.append([base, "worker", *(f"{median(values):.1f}" for values in figures.values())])
    title = f"A worker process with an echo bolt, medians of {options.rounds}"
    report.show(title, ["subject", "what", PID, FIRST, MEMORY], rows)
    rows = [
        [name, module, f"{median(times):.1f}", f"{min(times):.1f}"]
        for name, modules in results["imports"].items()
        for module, times in modules.items()
    ]
    report.show("Import in a fresh interpreter", ["subject", "module", "median ms", "least ms"], rows)
    if results["cluster"]:
        rows = [
            [name, "LocalCluster", *(f"{median(column):.1f}" for column in zip(*rounds))]
            for name, rounds in results["cluster"].items()
        ]
        report.show("A LocalCluster, seconds", ["subject", "what", "start", "submit to first tuple", "end"], rows)
    report.show_lines(report.about(found))


if __name__ == "__main__":
    report.run_main(main)
