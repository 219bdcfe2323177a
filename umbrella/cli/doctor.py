"""``umbrella doctor``: whether everything that is needed is there."""

from __future__ import annotations

import sys

import click
from rich.text import Text

from umbrella.cli.connection import cluster_options, connect, json_option
from umbrella.cli.output import console, echo_json
from umbrella.errors import EXIT_FAILED
from umbrella.settings import Settings
from umbrella.settings.keys import PYTHON, SEEDS
from umbrella.storm.operations.diagnosis import NOTE, OK, PROBLEM, Finding, diagnose

_STYLES = {OK: "green", NOTE: "yellow", PROBLEM: "bold red"}


@click.command()
@cluster_options
@json_option
def doctor(cluster: Settings, as_json: bool) -> None:
    """Look whether Java, Storm, Nimbus, supervisors and Python on workers are fit; exit code 1 on a problem.

    A note is something to know and no problem: without Java, for example, all but `umbrella run`, `umbrella cluster`
    and Kerberos works.
    """
    found = []
    screen = console()
    with connect(cluster) as client:
        for one in diagnose(client, cluster.origin(SEEDS), cluster.value(PYTHON), cluster.is_development()):
            found.append(one)
            if not as_json:
                screen.print(_lines(one), soft_wrap=True)
    if as_json:
        echo_json(found)
    problems = sum(one.state == PROBLEM for one in found)
    if problems:
        click.echo(f"umbrella: {problems} problem{'s' if problems > 1 else ''}", err=True)
        sys.exit(EXIT_FAILED)


def _lines(one: Finding) -> Text:
    line = Text(f"{one.state:<8}", style=_STYLES[one.state])
    line.append(f"{one.subject}: {one.text}", style="default")
    if one.remedy:
        indented = one.remedy.replace("\n", "\n          ")
        line.append(f"\n        > {indented}", style="default")
    return line
