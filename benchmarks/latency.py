"""How long a tuple takes through one echo bolt on a real LocalCluster, at a pace that leaves everything idle between.

Taken inside the JVM by System.nanoTime: from the emit of a Java spout to the sink behind the bolt, and to the ack back
at the spout.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict, dataclass
from statistics import median

from benchmarks import report
from benchmarks.cluster import CONF, BenchmarkCluster
from benchmarks.peers import say
from benchmarks.subjects import ECHO, ONE_BY_ONE


@dataclass(frozen=True)
class Measurement:
    """One subject in one round; milliseconds.

    Attributes:
        tuples: how many were timed.
        sink: the 50th, 90th and 99th percentile from emit to the sink.
        ack: the same from emit to the ack at the spout.
    """

    subject: str
    round: int
    tuples: int
    sink: list[float]
    ack: list[float]


PERCENTILES = (50, 90, 99)


def main() -> None:
    """Measure, and print and write what was found."""
    options = _options()
    (subjects,) = report.chosen(report.names(options.only), ONE_BY_ONE)
    found = report.machine()
    results: list[Measurement] = []
    with BenchmarkCluster(options.full_jit) as cluster:
        try:
            for number in range(1, options.rounds + 1):
                for subject in subjects:
                    one = _measure(cluster, subject, number, options)
                    results.append(one)
                    say(f"round {number}: {subject}: p50 {one.sink[0]:.2f} ms, p99 {one.sink[-1]:.2f} ms")
        except KeyboardInterrupt:
            if not results:
                raise
            say("interrupted: what follows is of the rounds so far")
    settings = {"rounds": options.rounds, "seconds": options.seconds, "rate": options.rate, "conf": CONF}
    settings["full_jit"] = options.full_jit
    report.write_json(options.json, found, settings, [asdict(one) for one in results])
    title = f"Milliseconds through one echo bolt at {options.rate} tuples/s, medians of {results[-1].round} rounds"
    columns = ["subject", "tuples", *(f"{what} p{p}" for what in ("to sink", "to ack") for p in PERCENTILES)]
    note = "to ack: holds the spout's own wait of up to 1 ms between two looks at its queue"
    report.show(title, columns, _rows(results, subjects), [note, *report.about(found)])


def _options() -> argparse.Namespace:
    parser = report.parser(__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="rounds (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=20, help="measured each time (default: %(default)s)")
    parser.add_argument("--warmup", type=float, default=5, help="seconds before that (default: %(default)s)")
    parser.add_argument("--rate", type=int, default=100, help="tuples a second (default: %(default)s)")
    report.full_jit_option(parser)
    return parser.parse_args()


def _measure(cluster: BenchmarkCluster, subject: str, number: int, options: argparse.Namespace) -> Measurement:
    with cluster.running(subject, ECHO, options.rate) as running:
        running.rest(options.warmup)
        running.forget_samples()
        running.rest(options.seconds)
        sink, ack = running.samples()
    return Measurement(subject, number, len(sink), _percentiles(sink), _percentiles(ack))


def _percentiles(sorted_nanos: list[int]) -> list[float]:
    last = len(sorted_nanos) - 1
    return [sorted_nanos[round(last * percent / 100)] / 1e6 if last >= 0 else 0.0 for percent in PERCENTILES]


def _rows(results: list[Measurement], subjects: list[str]) -> list[list[str]]:
    rows = []
    for name in subjects:
        ones = [one for one in results if one.subject == name]
        if ones:
            columns = [*zip(*(one.sink for one in ones)), *zip(*(one.ack for one in ones))]
            figures = [f"{median(column):.2f}" for column in columns]
            rows.append([name, str(sum(one.tuples for one in ones)), *figures])
    return rows


if __name__ == "__main__":
    report.run_main(main)
