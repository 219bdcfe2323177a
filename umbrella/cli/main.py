"""The command line: one command a file of this folder; ``umbrella --help`` lists them.

Exit codes: 0 all is well; 1 it ran and something failed; 2 what was asked for is not valid; 3 Java, Maven or Storm's
jars are missing; 4 Storm refused or ended; 130 interrupted.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence

import click

from umbrella.cli.start import INTERRUPTED
from umbrella.errors import EXIT_FAILED, UmbrellaError
from umbrella.version import VERSION

# In the order of ``--help``, each with the file of this folder it is in. A command's file is read when it is used: the
# libraries of some take longer to load than others take to run.
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


class Commands(click.Group):
    """The commands, each imported when it is asked for."""

    def list_commands(self, context: click.Context) -> list[str]:
        """Return the names of all commands."""
        return list(FILES)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Return a command, or None if there is none of that name."""
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
        click.echo(f"umbrella: {exc}", err=True)
        code = EXIT_FAILED
    except UmbrellaError as exc:
        click.echo(f"umbrella: {exc}", err=True)
        code = exc.exit_code
    sys.exit(code or 0)
