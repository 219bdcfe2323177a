"""``umbrella submit``: submits a topology, or a jar built from one, to a cluster."""

from __future__ import annotations

import json
import shlex
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from umbrella.cli.connection import cluster_options, connect, json_option
from umbrella.cli.packing import packing_options
from umbrella.cli.progress import steps
from umbrella.cli.settings import settings_option, with_defaults, with_settings
from umbrella.errors import explain
from umbrella.packing.options import Packing
from umbrella.settings import Settings
from umbrella.storm.nimbus.submit import Plan, SubmitOptions, Submitted


@click.command()
@click.argument("target", metavar="MODULE:TOPOLOGY|FILE.jar")
@click.option("--name", metavar="NAME", default="", help="Submit under this name instead of the topology's own.")
@click.option("--inactive", is_flag=True, help="Its spouts rest until `umbrella activate`.")
@click.option("--replace", is_flag=True, help="Upload, end the topology of that name if there is one, then submit.")
@click.option(
    "--replace-wait",
    metavar="SECONDS",
    type=click.IntRange(min=0),
    help="How long the spouts of the replaced topology rest first; default: that topology's message timeout.",
)
@click.option("--wait", is_flag=True, help="Return when every executor is up, or fail with the errors reported.")
@click.option(
    "--timeout",
    metavar="SECONDS",
    type=click.FloatRange(min=1),
    default=120.0,
    show_default=True,
    help="How long --wait waits.",
)
@click.option(
    "--patience",
    metavar="SECONDS",
    type=click.FloatRange(min=0),
    default=75.0,
    show_default=True,
    help="How long to go on while Nimbus does not answer.",
)
@click.option("--dry-run", is_flag=True, help="Check all that can be, change nothing, and say what would be done.")
@click.option("--submit-id", metavar="ID", default="", help="Go on with a submit whose outcome is not known.")
@json_option
@settings_option("-o")
@cluster_options
@packing_options
def submit(
    target: str,
    cluster: Settings,
    packing: Packing,
    settings: dict[str, Any],
    as_json: bool,
    wait: bool,
    timeout: float,
    dry_run: bool,
    **flags: Any,
) -> None:
    """Submit a topology to a cluster, from its class or from a jar made by `umbrella jar`."""
    if flags["replace_wait"] is not None and not flags["replace"]:
        raise click.UsageError(
            explain("--replace-wait says how --replace waits", hint="Add --replace, or leave it out.")
        )
    from umbrella.packed import pack
    from umbrella.storm.nimbus.submit import plan_submit, submit as send
    from umbrella.storm.nimbus.waiting import wait_until_up

    with tempfile.TemporaryDirectory(prefix="umbrella-") as folder, steps() as shown, connect(cluster) as client:
        shown.step(f"reading {target}")
        packed = pack(target, Path(folder), packing, shown.step)
        for note in packed.report.notes if packed.report else ():
            shown.note(note)
        spec = with_defaults(packed.spec, cluster.topology_conf(), cluster.python())
        lowered = packed.lowered(with_settings(spec, settings))
        options = _options(packed.version, **flags)
        if dry_run:
            _print_plan(plan_submit(client, lowered, options), packed.jar.stat().st_size, as_json)
            return
        done = send(client, lowered, packed.jar, options, shown.step, shown.bytes)
        if wait:
            try:
                wait_until_up(client, done.topology_id, timeout, shown.step)
            except KeyboardInterrupt:
                shown.note(f"{done.name} is submitted as {done.topology_id}; `umbrella kill {done.name}` ends it")
                raise
    _print_done(done, as_json)


def _options(
    version: str,
    name: str,
    inactive: bool,
    replace: bool,
    replace_wait: int | None,
    submit_id: str,
    patience: float,
) -> SubmitOptions:
    return SubmitOptions(
        name=name,
        active=not inactive,
        replace=replace,
        replace_wait=replace_wait,
        submit_id=submit_id,
        outage_seconds=patience,
        command=_command(),
        version=version,
    )


def _command() -> str:
    """Return this command line as it was typed, without --submit-id."""
    given = list(click.get_current_context().find_root().obj or ())
    return shlex.join(["umbrella", *given])


def _print_plan(plan: Plan, jar_bytes: int, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({**asdict(plan), "jar_bytes": jar_bytes}, indent=2))
        return
    name, size = plan.parts[0]
    click.echo(f"would submit {plan.name} to Nimbus at {plan.nimbus}")
    click.echo(f"would upload {jar_bytes:,} bytes")
    click.echo(f"its message: {plan.message_bytes:,} of {plan.message_limit:,} bytes; most of it {name}: {size:,}")
    click.echo(f"would end {plan.replaces} first" if plan.replaces else "the name is free")
    click.echo("nothing was changed")


def _print_done(done: Submitted, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(asdict(done), indent=2))
        return
    click.echo(f"submitted {done.name} as {done.topology_id}" if done.topology_id else f"submitted {done.name}")
    if done.replaced:
        click.echo(f"in place of {done.replaced}")
