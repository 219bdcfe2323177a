"""``umbrella kill``, ``activate``, ``deactivate``, ``rebalance`` and ``log-level``: change a running topology."""

from __future__ import annotations

import sys
import time

import click

from umbrella.cli.connection import cluster_options, connect, json_option
from umbrella.cli.output import console, echo_json, local_time, table
from umbrella.cli.progress import step_line
from umbrella.errors import EXIT_STORM, explain
from umbrella.settings import Settings

_name = click.argument("name")
_wait = click.option(
    "--wait",
    "wait_secs",
    type=click.IntRange(min=0),
    metavar="SECONDS",
    help="How long spouts rest first, so that tuples under way are settled; default: the topology's message timeout.",
)
_follow = click.option("--no-follow", "follow", is_flag=True, flag_value=False, default=True, help="Return at once.")


@click.command()
@_name
@_wait
@_follow
@cluster_options
@json_option
def kill(cluster: Settings, name: str, wait_secs: int | None, follow: bool, as_json: bool) -> None:
    """End a topology, and wait until it is gone: at most for the --wait time and a minute."""
    from umbrella.storm.operations.changing import kill as order

    with connect(cluster) as client, step_line() as step:
        done = order(client, name, wait_secs, follow, step)
    if as_json:
        echo_json(done)
    elif done.gone:
        click.echo(f"{name} is gone after {done.seconds:.1f} s")
    elif not follow:
        click.echo(f"{name} will be gone in {done.wait_secs} s or a little more")
    if follow and not done.gone:
        click.echo(f"umbrella: {name} is still there after {done.seconds:.0f} s; see nimbus.log", err=True)
        sys.exit(EXIT_STORM)


@click.command()
@_name
@cluster_options
def activate(cluster: Settings, name: str) -> None:
    """Let a topology's spouts emit."""
    with connect(cluster) as client:
        client.topology_id(name)
        client.activate(name)
    click.echo(f"{name} is active")


@click.command()
@_name
@cluster_options
def deactivate(cluster: Settings, name: str) -> None:
    """Let a topology's spouts rest; what they have emitted is processed to its end."""
    with connect(cluster) as client:
        client.topology_id(name)
        client.deactivate(name)
    click.echo(f"{name} is inactive: its spouts emit nothing until `umbrella activate {name}`")


@click.command()
@_name
@click.option("--workers", type=click.IntRange(min=1), metavar="N", help="How many worker processes.")
@click.option("--executors", "texts", multiple=True, metavar="COMPONENT=N", help="How many executors; may be repeated.")
@_wait
@_follow
@cluster_options
@json_option
def rebalance(
    cluster: Settings,
    name: str,
    workers: int | None,
    texts: tuple[str, ...],
    wait_secs: int | None,
    follow: bool,
    as_json: bool,
) -> None:
    """Share a topology's executors out anew among workers, and wait until that is done."""
    from umbrella.storm.operations.changing import rebalance as order

    executors = dict(map(_count, texts))
    with connect(cluster) as client, step_line() as step:
        done = order(client, name, wait_secs, workers, executors, follow, step)
    if as_json:
        echo_json(done)
    elif done.done:
        counts = ", ".join(f"{component} {count}" for component, count in done.executors.items())
        click.echo(f"{name} is rebalanced after {done.seconds:.1f} s: workers {done.workers}; executors: {counts}")
    elif not follow:
        click.echo(f"{name} will be rebalanced in {done.wait_secs} s or a little more")
    if workers and done.done and done.workers < workers:
        click.echo(f"umbrella: it has {done.workers} workers, not {workers}: are there enough free slots?", err=True)
    if follow and not done.done:
        click.echo(f"umbrella: {name} is not rebalanced after {done.seconds:.0f} s; see nimbus.log", err=True)
        sys.exit(EXIT_STORM)


@click.command("log-level")
@_name
@click.argument("texts", metavar="[COMPONENT|LOGGER=LEVEL[:SECONDS]]...", nargs=-1)
@click.option(
    "--clear", "cleared", multiple=True, metavar="COMPONENT|LOGGER", help="Put back what was before; may be repeated."
)
@click.option("--clear-all", is_flag=True, help="Put back what was before, for all loggers.")
@cluster_options
@json_option
def log_level(
    cluster: Settings, name: str, texts: tuple[str, ...], cleared: tuple[str, ...], clear_all: bool, as_json: bool
) -> None:
    """Change log levels in a topology's workers, or list those that were changed.

    COMPONENT is one in Python, whose processes then log at DEBUG, INFO (as the settings say), WARN or ERROR. LOGGER is
    one of Java, or ROOT. After SECONDS the workers put back what was before.
    """
    from umbrella.storm.operations.log_levels import clear_levels, levels, read_level, set_levels

    wanted = [read_level(text) for text in texts]
    with connect(cluster) as client:
        topology_id = client.topology_id(name)
        if cleared or clear_all:
            for logger in clear_levels(client, topology_id, cleared):
                click.echo(f"{logger} goes back to what it was, within a minute", err=True)
        if wanted:
            set_levels(client, topology_id, wanted)
        found = levels(client, topology_id, time.time() * 1000)
    if as_json:
        echo_json(found)
    elif not found:
        click.echo(f"no log level of {name} is changed")
    else:
        rows = [
            (one.logger, one.level, local_time(one.until_ms / 1000) if one.until_ms else "until cleared")
            for one in found
        ]
        console().print(table(("logger", "level", "until"), rows))


def _count(text: str) -> tuple[str, int]:
    component, _, count = text.partition("=")
    if not component or not count.isdecimal() or int(count) < 1:
        raise click.BadParameter(explain("--executors takes COMPONENT=N", given=repr(text), valid=["count=4"]))
    return component, int(count)
