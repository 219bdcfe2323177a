"""``umbrella doctor``: checks whether everything that is needed is available."""

from __future__ import annotations

import sys

import click
from rich.table import Table
from rich.text import Text

from umbrella.cli.connection import cluster_options, connect, json_option
from umbrella.cli.output import console, echo_json
from umbrella.errors import EXIT_FAILED
from umbrella.settings import Settings
from umbrella.settings.keys import PORT, PYTHON, SEEDS
from umbrella.settings.settings import DEFAULT
from umbrella.storm.operations.diagnosis import NOTE, OK, PROBLEM, Finding, diagnose

_STYLES = {OK: "green", NOTE: "yellow", PROBLEM: "bold red"}


@click.command()
@cluster_options
@json_option
def doctor(cluster: Settings, as_json: bool) -> None:
    """Check Java, Storm, Nimbus, supervisors and Python on the workers; exit code 1 if there is a problem.

    A note is not a problem: without Java, for example, everything works but `umbrella run`, `umbrella cluster` and
    Kerberos; and without a cluster in the settings, `umbrella run` works.
    """
    found = []
    screen = console()
    with connect(cluster) as client:
        origin = cluster.origin(SEEDS)
        configured = any(cluster.origin(key) != DEFAULT for key in (SEEDS, PORT))
        for one in diagnose(client, origin, cluster.value(PYTHON), cluster.is_development(), configured):
            found.append(one)
            if not as_json:
                with screen.capture() as shown:
                    screen.print(_lines(one))
                click.echo("\n".join(line.rstrip() for line in shown.get().splitlines()))
    if as_json:
        echo_json(found)
    problems = sum(one.state == PROBLEM for one in found)
    if problems:
        click.echo(f"umbrella: {problems} problem{'s' if problems > 1 else ''}", err=True)
        sys.exit(EXIT_FAILED)


def _lines(one: Finding) -> Table:
    """Return a finding as text that wraps in a column next to its state."""
    made = Table.grid()
    made.add_column(width=8)  # the longest state and a space
    made.add_column(overflow="fold")
    made.add_row(Text(one.state, style=_STYLES[one.state]), Text(f"{one.subject}: {one.text}"))
    if one.remedy:
        remedy = Table.grid()
        remedy.add_column(width=2)
        remedy.add_column(overflow="fold")
        remedy.add_row(">", Text(one.remedy))
        made.add_row("", remedy)
    return made
