"""``umbrella new``: creates a starter project."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("name", metavar="NAME")
def new(name: str) -> None:
    """Write a small working project into the new folder NAME: topology, tests, README, settings."""
    from umbrella.scaffold import write_project

    for path in write_project(name, Path.cwd()):
        click.echo(f"wrote {path}")
    click.echo(f"Next: cd {name}, and see its README.md: how to run, test and submit it")
