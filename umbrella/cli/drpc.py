"""``umbrella drpc``: a call of a DRPC function."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from umbrella.cli.connection import cluster_options

if TYPE_CHECKING:
    from umbrella.settings import Settings


@click.command()
@click.argument("function")
@click.argument("args", required=False, default="")
@click.option("--server", "servers", multiple=True, metavar="HOST[:PORT]", help="A DRPC server; may be repeated.")
@click.option(
    "--timeout",
    "seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=30.0,
    show_default=True,
    metavar="SECONDS",
    help="The longest time until the result.",
)
@cluster_options
def drpc(cluster: Settings, function: str, args: str, servers: tuple[str, ...], seconds: float) -> None:
    """Call a DRPC function and print its result.

    ARGS is one text; - reads it from stdin. The call goes to --server, else to the `umbrella run` that serves the
    function, else to the DRPC servers of the settings. The exit code is 1 if the function failed.
    """
    from umbrella.storm.drpc.calling import call

    text = sys.stdin.read() if args == "-" else args
    click.echo(call(function, text, cluster.drpc, servers, seconds))
