"""The command line: one command a file of this folder; ``umbrella --help`` lists them.

Exit codes: 0 all is well; 1 it ran and something failed; 2 what was asked for is not valid; 3 Java, Maven or Storm's
jars are missing; 4 Storm refused or ended; 130 interrupted.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from umbrella.cli.cluster import cluster
from umbrella.cli.compiling import check, flux, graph, jar
from umbrella.cli.running import run
from umbrella.cli.storm import storm
from umbrella.cli.submitting import submit
from umbrella.errors import EXIT_FAILED, UmbrellaError
from umbrella.version import VERSION

INTERRUPTED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="umbrella")
def commands() -> None:
    """Write Apache Storm topologies in Python, and run them on a real Storm.

    MODULE:TOPOLOGY is a dotted module or a file, and a class in it: wordcount.topology:WordCount or
    examples/wordcount/topology.py:WordCount. The current folder is importable.
    """


for command in (run, check, graph, flux, jar, submit, storm, cluster):
    commands.add_command(command)


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
