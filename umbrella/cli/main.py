"""The command line: each command is in a file of this folder; ``umbrella --help`` lists them.

Exit codes: 0 success; 1 something failed in the run; 2 invalid input; 3 Java, Maven or Storm's jars are missing; 4
Storm rejected the request, ended or cannot be reached; 130 interrupted.
"""

from __future__ import annotations

import contextlib
import errno
import importlib
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click

from umbrella.cli import INTERRUPTED
from umbrella.errors import EXIT_FAILED, UmbrellaError, explain
from umbrella.version import VERSION

# In the order of ``--help``, each with its file in this folder. A file is imported only when its command is used: the
# libraries of some commands take longer to load than other commands take to run.
FILES = {
    "new": "new",
    "run": "running",
    "check": "compiling",
    "graph": "compiling",
    "flux": "compiling",
    "jar": "compiling",
    "submit": "submitting",
    "list": "listing",
    "stats": "statistics",
    "errors": "listing",
    "logs": "logs",
    "activate": "changing",
    "deactivate": "changing",
    "rebalance": "changing",
    "kill": "changing",
    "drpc": "drpc",
    "log-level": "changing",
    "doctor": "doctor",
    "config": "configuration",
    "storm": "storm",
    "cluster": "cluster",
}


class Group(click.Group):
    """A group of commands that suggests the nearest name for a misspelled one."""

    def resolve_command(
        self, context: click.Context, arguments: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the first argument names, and the arguments after it."""
        name = arguments[0]
        if not name.startswith("-") and self.get_command(context, name) is None:
            what = f"No such command {name!r}"
            raise click.UsageError(explain(what, valid=self.list_commands(context), wrong=name), context)
        return super().resolve_command(context, arguments)


class Commands(Group):
    """The commands, each imported when it is used."""

    def list_commands(self, context: click.Context) -> list[str]:
        """Return the names of all commands."""
        return list(FILES)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Return a command, or None if there is no such command."""
        if name not in FILES:
            return None
        module = importlib.import_module(f"umbrella.cli.{FILES[name]}")
        return next(one for one in vars(module).values() if isinstance(one, click.Command) and one.name == name)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="umbrella")
def commands() -> None:
    """Write Apache Storm topologies in Python, and run them on a real Storm.

    MODULE:TOPOLOGY is a dotted module or a file, and a class in it: wordcount.topology:WordCount or
    examples/wordcount/topology.py:WordCount. The current folder is importable.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit."""
    try:
        given = list(sys.argv[1:] if arguments is None else arguments)
        code = commands.main(given, prog_name="umbrella", standalone_mode=False, obj=given)
    except click.Abort:
        code = INTERRUPTED
    except KeyboardInterrupt:
        code = INTERRUPTED
    except click.ClickException as exc:
        exc.show()
        code = exc.exit_code
    except OSError as exc:
        click.echo(f"umbrella: {exc}{_free_space(exc)}", err=True)
        code = EXIT_FAILED
    except UmbrellaError as exc:
        click.echo(f"umbrella: {exc}", err=True)
        code = exc.exit_code
    sys.exit(code or 0)


def _free_space(exc: OSError) -> str:
    """Return the free space of the folders that commands write to: the system does not say which disk is full."""
    if exc.errno not in (errno.ENOSPC, errno.EDQUOT):
        return ""
    from umbrella.storm.distribution import cache_folder

    places = {"the current folder": Path.cwd(), "TMPDIR": Path(tempfile.gettempdir()), "UMBRELLA_CACHE": cache_folder()}
    free = []
    for name, folder in places.items():
        with contextlib.suppress(OSError):
            free.append(f"{shutil.disk_usage(folder).free / 1e6:,.0f} MB in {folder} ({name})")
    return f"; free: {', '.join(free)}. Free some, or set that variable to another folder" if free else ""
