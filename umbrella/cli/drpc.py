"""``umbrella drpc``: calls a DRPC function."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from umbrella.cli.connection import cluster_options
from umbrella.errors import explain
from umbrella.multilang.messages import shorten
from umbrella.storm.drpc.settings import DEFAULT_SECONDS, LONGEST_SECONDS

if TYPE_CHECKING:
    from umbrella.settings import Settings


class _Call(click.Command):
    """A command that explains how to give arguments that look like an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as exc:
            hint = f"If that is ARGS, write -- before it: {ctx.command_path} FUNCTION -- ARGS"
            raise click.UsageError(f"{exc.format_message().rstrip('.')}. {hint}", ctx) from None


@click.command(cls=_Call)
@click.argument("function")
@click.argument("args", required=False, default="")
@click.option("--server", "servers", multiple=True, metavar="HOST[:PORT]", help="A DRPC server; may be repeated.")
@click.option(
    "--timeout",
    "seconds",
    type=click.FloatRange(min=0, min_open=True, max=LONGEST_SECONDS),
    default=DEFAULT_SECONDS,
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

    text = _decoded(sys.stdin.buffer.read() if args == "-" else args.encode(errors="surrogateescape"))
    click.echo(call(function, text, cluster.drpc, servers, seconds))


def _decoded(given: bytes) -> str:
    try:
        return given.decode()
    except UnicodeDecodeError:
        raise click.BadParameter(explain("ARGS is text in UTF-8", given=shorten(given))) from None
