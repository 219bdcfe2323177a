"""``umbrella storm``: Storm's own jars on this machine."""

from __future__ import annotations

import click

from umbrella.cli.main import Group
from umbrella.cli.progress import step_line
from umbrella.storm.distribution import DEFAULT_VERSION, fetch


@click.group(cls=Group)
def storm() -> None:
    """Storm's jars for local runs."""


@storm.command("fetch")
@click.option("--version", default=DEFAULT_VERSION, show_default=True, help="The Storm version.")
def fetch_command(version: str) -> None:
    """Get Storm's jars by Maven, once, into the cache."""
    with step_line() as step:
        distribution = fetch(version, step)
    size = sum(jar.stat().st_size for jar in distribution.jars)
    click.echo(
        f"Storm {distribution.version}: {len(distribution.jars)} jars, {size / 1e6:.0f} MB, in {distribution.home}"
    )
