"""What every benchmark prints: the machine, the command, one table; and the same as JSON."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

import psutil
from rich.console import Console
from rich.table import Table

from umbrella.errors import UmbrellaError
from umbrella.storm.distribution import DEFAULT_VERSION
from umbrella.storm.java import STORM_NEEDS, find_java

BUSY = 0.5  # load average per core from which figures are not to be trusted


def machine() -> dict[str, Any]:
    """Return what the figures depend on."""
    import orjson

    return {
        "cpu": _cpu_model(),
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "java": _java_version(),
        "storm": DEFAULT_VERSION,
        "orjson": orjson.__version__,
        "load": round(os.getloadavg()[0], 2),
        "time": time.strftime("%Y-%m-%d %H:%M:%S %z"),
    }


def show(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], notes: Sequence[str] = ()) -> None:
    """Print a table; the first two columns are names, the others figures."""
    console = Console(width=None if sys.stdout.isatty() else 120)
    table = Table(title=title, title_justify="left")
    for index, column in enumerate(columns):
        table.add_column(column, justify="left" if index < 2 else "right")
    for row in rows:
        table.add_row(*row)
    console.print(table)
    show_lines(notes)


def show_lines(lines: Sequence[str]) -> None:
    """Print plain lines."""
    for line in lines:
        print(line)


def about(found: dict[str, Any]) -> list[str]:
    """Return the lines below a table: machine, command, and a warning on a busy machine."""
    lines = [
        "{cpu}, {cores} cores, {memory_gb} GB; {system}".format(**found),
        "Python {python}, orjson {orjson}, Java {java}, Storm {storm}; {time}".format(**found),
        f"command: {command_line()}",
    ]
    if found["load"] > BUSY * (found["cores"] or 1):
        lines.append(f"BUSY MACHINE: load {found['load']} at the start; these figures mean little")
    return lines


def command_line() -> str:
    """Return how this benchmark was started."""
    return shlex.join(["python", "-m", f"benchmarks.{Path(sys.argv[0]).stem}", *sys.argv[1:]])


def write_json(path: Path | None, found: dict[str, Any], settings: dict[str, Any], results: Any) -> None:
    """Write machine, command, settings and results, if a path is given."""
    if path:
        whole = {"machine": found, "command": command_line(), "settings": settings, "results": results}
        path.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")


def chosen(only: Sequence[str], *groups: Sequence[str]) -> list[list[str]]:
    """Return each group cut down to the names in ``only``; a group of which none is named stays whole.

    Raises:
        SystemExit: a name is in none of the groups.
    """
    names = [name for group in groups for name in group]
    unknown = [name for name in only if name not in names]
    if unknown:
        raise SystemExit(f"--only: {unknown[0]!r} is not known; valid: {', '.join(names)}")
    return [[name for name in group if name in only] or list(group) for group in groups]


def parser(text: str | None) -> argparse.ArgumentParser:
    """Return a parser with the options of every benchmark."""
    made = argparse.ArgumentParser(description=text)
    made.add_argument("--only", default="", metavar="NAMES", help="subjects and roles, separated by commas")
    made.add_argument("--json", type=Path, metavar="FILE", help="write the figures of every round here")
    return made


def full_jit_option(parser: argparse.ArgumentParser) -> None:
    """Add ``--full-jit``, which workers of a cluster have and ``umbrella run`` leaves out to start quickly."""
    parser.add_argument("--full-jit", action="store_true", help="with the JVM's optimising compiler as well")


def names(text: str) -> list[str]:
    """Return the names in a list separated by commas."""
    return [name.strip() for name in text.split(",") if name.strip()]


def run_main(main: Callable[[], None]) -> NoReturn:
    """Run a benchmark and exit: errors without a traceback, SIGTERM as Ctrl-C, so that everything is ended."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("interrupted")
    except (UmbrellaError, subprocess.CalledProcessError) as error:
        sys.exit(f"error: {error}")
    sys.exit(0)


def _cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown processor"
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown processor")


def _java_version() -> str:
    said = subprocess.run([str(find_java(STORM_NEEDS)), "-version"], capture_output=True, text=True, check=True).stderr
    return said.split('"')[1]
