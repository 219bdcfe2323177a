"""Makes what the topology needs, runs it on the embedded Storm, and shows and checks the result."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
import time
from pathlib import Path
from typing import NamedTuple

from examples.geocoder import results
from examples.geocoder.arguments import count, port, positive
from examples.geocoder.topology import BUCKET_SECONDS, OUT, Geocoder, existing
from umbrella import Topology, UmbrellaError
from umbrella.cli.run_display import display
from umbrella.dsl import spec_of
from umbrella.storm.run import Run, RunReport
from umbrella.target import target_of

FAILED, USAGE = 1, 2
_SHOWN = 10  # differences


class Files(NamedTuple):
    """What a run reads, and the folder it writes into."""

    log: Path
    database: Path
    out: Path


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    given = _arguments(arguments)
    out = given.out.resolve()
    files = Files((given.log or out / "access.log").resolve(), (given.database or out / "places.mmdb").resolve(), out)
    try:
        if given.source == "redis":
            return live(files, given)
        if given.step in ("all", "prepare"):
            prepare(files, given)
        existing(str(files.log), "--log")
        existing(str(files.database), "--database")
        if given.step == "prepare":
            print("now: " + command(files))
            return 0
        code = 0 if given.step == "report" else run(files, given.time).exit_code
        return report(files) or code
    except UmbrellaError as exc:
        print(f"geocoder: {exc}", file=sys.stderr)
        return exc.exit_code
    except (OSError, ImportError) as exc:
        print(f"geocoder: {exc}", file=sys.stderr)
        return USAGE


def live(files: Files, given: argparse.Namespace) -> int:
    """Run the live topology, whose lines come in over Redis, and return the exit code."""
    from examples.geocoder.live import Live, run_live

    make_folder(files.out)
    if given.database is None:
        make_database(files.database)
    existing(str(files.database), "--database")
    return run_live(Live(given.redis, given.list, given.port, files.database), given.time)


def prepare(files: Files, given: argparse.Namespace) -> None:
    """Make the folder, and in it the log and the database unless they are given; delete an earlier run's results."""
    make_folder(files.out)
    results.clear(files.out)
    if given.log is None:
        from examples.geocoder.generator import write_log

        write_log(files.log, given.lines)
    if given.database is None:
        make_database(files.database)
    print(f"log       {files.log}\ndatabase  {files.database}\nresults   {files.out}", flush=True)


def make_folder(out: Path) -> None:
    """Make the folder of a run, which version control passes over."""
    if not out.exists():
        out.mkdir(parents=True)
        (out / ".gitignore").write_text("*\n")


def make_database(path: Path) -> None:
    """Make up a database of places."""
    from examples.geocoder.places import write_database

    write_database(path)


def topology(files: Files) -> type[Topology]:
    """Return the topology for these files."""

    class GeocoderRun(Geocoder):
        lines = Geocoder.lines.replace(path=str(files.log))
        locate = Geocoder.locate.replace(database=str(files.database))
        count = Geocoder.count.replace(folder=str(files.out))
        reject = Geocoder.reject.replace(folder=str(files.out))

        class Config:
            name = Geocoder.__name__

    return GeocoderRun


def command(files: Files) -> str:
    """Return the shell's command to run the topology for these files without this module."""
    named = {"GEOCODER_LOG": files.log, "GEOCODER_DATABASE": files.database, "GEOCODER_OUT": files.out}
    variables = " ".join(f"{name}={shlex.quote(str(path))}" for name, path in named.items())
    return f"{variables} umbrella run examples/geocoder/topology.py:Geocoder"


def run(files: Files, seconds: float | None) -> RunReport:
    """Run the topology on the embedded Storm until all lines are counted, or the time is over."""
    spec = spec_of(topology(files))
    with display(spec) as shown:
        once = Run(spec, paths=[target_of(Geocoder).root], on_log=shown.log, on_stats=shown.stats, on_step=shown.step)
        report = once.run(seconds)
    shown.report(report)
    return report


def report(files: Files) -> int:
    """Merge the results, show them, compare them with the plain pass, and return the exit code."""
    from examples.geocoder.plain_pass import plain_pass

    path = results.merge(files.out)
    counts, rejected = results.read_results(path), results.read_rejected(files.out)
    results.show(results.top_places(counts))
    print(f"{sum(counts.values())} lines counted in {path}, {len(rejected)} rejected in {files.out / 'rejected.jsonl'}")
    begin = time.monotonic()
    plain = plain_pass(files.log, files.database, BUCKET_SECONDS)
    print(f"the plain pass took {time.monotonic() - begin:.1f} s")
    wrong = list(results.differences("counts", counts, plain.counts))
    wrong_rejected = list(results.differences("line", rejected, plain.rejected))
    print(f"counts equal to the plain pass: {'no' if wrong else 'yes'}")
    print(f"rejected lines equal to the plain pass: {'no' if wrong_rejected else 'yes'}")
    left = plain.lines - sum(counts.values()) - len(rejected)
    if left > 0:
        print(f"{left} of {plain.lines} lines are not handled yet; --resume goes on with them")
    for line in [*wrong, *wrong_rejected][:_SHOWN]:
        print(f"  {line}")
    if len(wrong) + len(wrong_rejected) > _SHOWN:
        print(f"  and {len(wrong) + len(wrong_rejected) - _SHOWN} more")
    return FAILED if wrong or wrong_rejected else 0


def _arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m examples.geocoder", description=__doc__)
    parser.add_argument("--log", type=_file, default=os.environ.get("GEOCODER_LOG"), metavar="FILE",
                        help="your own access log, in the combined format; without it one is made up")  # fmt: skip
    parser.add_argument("--database", type=_file, default=os.environ.get("GEOCODER_DATABASE"), metavar="FILE",
                        help="your own GeoLite2-City.mmdb; without it a small one is made up")  # fmt: skip
    parser.add_argument("--out", type=Path, default=OUT, metavar="FOLDER",
                        help="where the results go (default: %(default)s); earlier ones there are deleted")  # fmt: skip
    parser.add_argument("--lines", type=count, default=100_000, metavar="N",
                        help="how many lines to make up (default: %(default)s)")  # fmt: skip
    parser.add_argument("--time", type=positive, metavar="SECONDS", help="end after this time, finished or not")
    parser.add_argument("--source", choices=("file", "redis"), default="file",
                        help="redis: lines come in over Redis, and a web page shows the places live")  # fmt: skip
    parser.add_argument("--redis", default=os.environ.get("GEOCODER_REDIS") or "redis://127.0.0.1:6379", metavar="URL",
                        help="which Redis (default: %(default)s)")  # fmt: skip
    parser.add_argument("--list", default=os.environ.get("GEOCODER_LIST") or "access-log", metavar="KEY",
                        help="the list that LPUSH puts lines into (default: %(default)s)")  # fmt: skip
    parser.add_argument("--port", type=port, default=os.environ.get("GEOCODER_PORT") or "8765", metavar="N",
                        help="the page's port (default: %(default)s)")  # fmt: skip
    steps = parser.add_mutually_exclusive_group()
    for step, what in (
        ("prepare", "make the files, and print how to run the topology by `umbrella run`"),
        ("resume", "go on in the folder of a run that broke off: what it has counted stays counted"),
        ("report", "show and check what a run left in the folder"),
    ):
        steps.add_argument(f"--{step}", dest="step", action="store_const", const=step, default="all", help=what)
    return parser.parse_args(arguments)


def _file(text: str) -> Path:
    if not Path(text).is_file():
        raise argparse.ArgumentTypeError(f"there is no file {text}")
    return Path(text)


if __name__ == "__main__":
    sys.exit(main())
