"""Processor time of a worker process per tuple, without Storm: a steady figure on a machine that is busy.

Bolts are fed through a pipe as fast as they read. Spouts are asked one command at a time, each answered before the
next, as ShellSpout does; each tuple is acked. The time is the worker's own (/proc/PID/schedstat: Linux).
"""

from __future__ import annotations

import argparse
import threading
from statistics import median

from benchmarks import report, wire
from benchmarks.peers import say
from benchmarks.subjects import ECHO, MANY, ONE, PYSTORM, SPOUT_BATCH, UMBRELLA

ROLES = (ECHO, ONE, MANY)
SUBJECTS = (UMBRELLA, PYSTORM)  # storm.py waits for task ids at every emit: its time is Storm's answer


def main() -> None:
    """Measure, and print and write what was found."""
    options = _options()
    roles, subjects = report.chosen(report.names(options.only), ROLES, SUBJECTS)
    found = report.machine()
    results: dict[str, dict[str, list[float]]] = {role: {name: [] for name in subjects} for role in roles}
    for number in range(1, options.rounds + 1):
        for role in roles:
            for name in subjects:
                each = _bolt(name, options.tuples) if role == ECHO else _spout(name, role, options.tuples)
                results[role][name].append(each)
                say(f"round {number}: {role} {name}: {each:.2f} us")
    report.write_json(options.json, found, {"rounds": options.rounds, "tuples": options.tuples}, results)
    rows = [_row(role, name, results[role]) for role in roles for name in subjects]
    title = f"Worker's processor time per tuple, microseconds, of {options.rounds} rounds of {options.tuples:,} tuples"
    report.show(title, ["role", "subject", "median", "least", "pystorm / it"], rows, report.about(found))


def _options() -> argparse.Namespace:
    parser = report.parser(__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds (default: %(default)s)")
    parser.add_argument("--tuples", type=int, default=50_000, help="in each round (default: %(default)s)")
    return parser.parse_args()


def _bolt(subject: str, count: int) -> float:
    with wire.worker(subject, ECHO) as running:
        _feed(running, wire.tuples(1000))
        tuples = wire.tuples(count, seed=2)
        before = running.cpu_seconds()
        _feed(running, tuples)
        used = running.cpu_seconds() - before
    return used / count * 1e6


def _feed(running: wire.Wire, tuples: list[bytes]) -> None:
    # On a thread of its own: the worker stops reading while nobody reads what it writes.
    feeder = threading.Thread(target=running.write, args=(b"".join(tuples),), daemon=True)
    feeder.start()
    running.count(b'"ack"', len(tuples))
    feeder.join()


def _spout(subject: str, role: str, count: int) -> float:
    batch = SPOUT_BATCH[role]
    with wire.worker(subject, role) as running:
        running.turn(wire.ACTIVATE)
        _turns(running, 0, 1000, batch)
        before = running.cpu_seconds()
        _turns(running, 1000, count, batch)
        used = running.cpu_seconds() - before
    return used / count * 1e6


def _turns(running: wire.Wire, first: int, count: int, batch: int) -> None:
    for start in range(first, first + count, batch):
        running.turn(wire.NEXT)
        for number in range(start, start + batch):
            running.turn(wire.ack_of(number))


def _row(role: str, name: str, by_subject: dict[str, list[float]]) -> list[str]:
    middle = median(by_subject[name])
    ratio = f"{median(by_subject[PYSTORM]) / middle:.2f}" if PYSTORM in by_subject else "-"
    return [role, name, f"{middle:.2f}", f"{min(by_subject[name]):.2f}", ratio]


if __name__ == "__main__":
    report.run_main(main)
