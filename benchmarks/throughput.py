"""Acked tuples a second on a real LocalCluster, Umbrella beside pystorm, storm.py and Java.

Rounds are alternated: within a round each subject runs in turn, so that a noisy minute meets them all.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict, dataclass
from statistics import median

from benchmarks import report
from benchmarks.cluster import CONF, BenchmarkCluster
from benchmarks.peers import say
from benchmarks.subjects import ECHO, JAVA, MANY, ONE, PYSTORM, SUBJECTS, has_role

ROLES = (ECHO, ONE, MANY)
_TITLES = {ECHO: "echo bolt", ONE: "spout, 1 per next", MANY: "spout, 100 per next"}


@dataclass(frozen=True)
class Measurement:
    """One subject in one role in one round.

    Attributes:
        per_second: acked tuples a second.
        worker_us: processor time of the Python worker per tuple, microseconds.
        jvm_us: the same of the JVM.
    """

    subject: str
    role: str
    round: int
    seconds: float
    per_second: float
    worker_us: float
    jvm_us: float


def main() -> None:
    """Measure, and print and write what was found."""
    options = _options()
    roles, subjects = report.chosen(report.names(options.only), ROLES, SUBJECTS)
    found = report.machine()
    results: list[Measurement] = []
    with BenchmarkCluster(options.full_jit) as cluster:
        try:
            for number in range(1, options.rounds + 1):
                for role in roles:
                    for subject in (one for one in subjects if has_role(one, role)):
                        one = _measure(cluster, subject, role, number, options)
                        results.append(one)
                        say(f"round {number}: {role} {subject}: {one.per_second:,.0f} tuples/s")
        except KeyboardInterrupt:
            if not results:
                raise
            say("interrupted: what follows is of the rounds so far")
    settings = {"rounds": options.rounds, "seconds": options.seconds, "warmup": options.warmup, "conf": CONF}
    settings["full_jit"] = options.full_jit
    report.write_json(options.json, found, settings, [asdict(one) for one in results])
    title = f"Acked 100-byte tuples a second, medians of {results[-1].round} rounds of {options.seconds:g} s"
    columns = ["role", "subject", "tuples/s", "x pystorm", "lowest", "highest", "worker us", "JVM us"]
    notes = [_conditions(options), *report.about(found)]
    report.show(title, columns, _rows(results, roles, subjects), notes)


def _options() -> argparse.Namespace:
    parser = report.parser(__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=8, help="measured each time (default: %(default)s)")
    parser.add_argument("--warmup", type=float, default=4, help="seconds before that (default: %(default)s)")
    report.full_jit_option(parser)
    return parser.parse_args()


def _measure(
    cluster: BenchmarkCluster, subject: str, role: str, number: int, options: argparse.Namespace
) -> Measurement:
    with cluster.running(subject, role) as running:
        running.rest(options.warmup)
        before = running.figures()
        running.rest(options.seconds)
        after = running.figures()
    if after.failed or after.wrong:
        say(f"{role} {subject}: {after.failed} trees failed, {after.wrong} tuples were not as sent")
    seconds = (after.nanos - before.nanos) / 1e9
    tuples = after.acked - before.acked if role == ECHO else after.sunk - before.sunk
    each = 1e6 / tuples if tuples else 0.0
    worker, java = after.worker_cpu - before.worker_cpu, after.jvm_cpu - before.jvm_cpu
    return Measurement(subject, role, number, seconds, tuples / seconds, worker * each, java * each)


def _rows(results: list[Measurement], roles: list[str], subjects: list[str]) -> list[list[str]]:
    rows = []
    for role in roles:
        of_role = {name: [one for one in results if (one.role, one.subject) == (role, name)] for name in subjects}
        speeds = {name: [one.per_second for one in ones] for name, ones in of_role.items() if ones}
        base = median(speeds[PYSTORM]) if PYSTORM in speeds else 0.0
        for name, values in speeds.items():
            middle = median(values)
            ratio = f"{middle / base:.2f}" if base else "-"
            worker = "-" if name == JAVA else f"{median(one.worker_us for one in of_role[name]):.1f}"
            java = f"{median(one.jvm_us for one in of_role[name]):.1f}"
            figures = [f"{middle:,.0f}", ratio, f"{min(values):,.0f}", f"{max(values):,.0f}", worker, java]
            rows.append([_TITLES[role], name, *figures])
    return rows


def _conditions(options: argparse.Namespace) -> str:
    jit = "all its compilers" if options.full_jit else "the C1 compiler alone, as `umbrella run` has it"
    conf = ", ".join(f"{key.replace('topology.', '')} {value}" for key, value in CONF.items())
    return f"one executor each, every tuple acked; {conf}; JVM with {jit}; worker and JVM us: processor time per tuple"


if __name__ == "__main__":
    report.run_main(main)
