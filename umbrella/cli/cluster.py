"""``umbrella cluster``: Storm's daemons on this machine, for development."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from umbrella.cli.cluster_display import follow_lines, last_lines, ready_lines, status_data, status_table
from umbrella.cli.main import Group
from umbrella.cli.progress import step_line
from umbrella.errors import EXIT_FAILED, explain
from umbrella.storm.distribution import DEFAULT_VERSION, locate

if TYPE_CHECKING:
    from umbrella.storm.cluster import DevCluster

_folder = click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="The cluster's folder. Default: $UMBRELLA_CLUSTER, or cluster in the cache.",
)


@click.group(cls=Group)
def cluster() -> None:
    """A Storm cluster on this machine: ZooKeeper, Nimbus, supervisors and a DRPC server, each a process."""


@cluster.command()
@_folder
@click.option("--supervisors", type=click.IntRange(1, 16), help="How many supervisors. Default: 1.")
@click.option("--slots", type=click.IntRange(1, 64), help="Worker slots of each supervisor. Default: 4.")
@click.option("--nimbuses", type=click.IntRange(1, 2), help="How many Nimbuses. Default: 1.")
@click.option("--drpc/--no-drpc", default=None, help="With a DRPC server or without. Default: with.")
@click.option(
    "-c", "settings", multiple=True, metavar="KEY=VALUE", help="A setting of storm.yaml; the value is JSON or a text."
)
@click.option("--storm", "version", metavar="VERSION", help=f"The Storm version. Default: {DEFAULT_VERSION}.")
def up(folder: Path | None, settings: tuple[str, ...], version: str | None, **shape: Any) -> None:
    """Start what does not run of the cluster, and return when all of it serves.

    Options that are not given are as they were for the last `up`.
    """
    conf = dict(map(_setting, settings)) if settings else None
    dev_cluster, where = _cluster(folder)
    storm = locate(version) if version else None
    with step_line() as step:
        started = dev_cluster.up(where, conf=conf, distribution=storm, progress=step, **shape)
    for line in ready_lines(started):
        click.echo(line)


@cluster.command()
@_folder
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def status(context: click.Context, folder: Path | None, as_json: bool) -> None:
    """Show each daemon; exit code 1 if one does not run."""
    dev_cluster, where = _cluster(folder)
    found = dev_cluster.find(where)
    daemons = found.status()
    if as_json:
        click.echo(json.dumps(status_data(found, daemons), indent=2))
    else:
        status_table(found, daemons)
    if any(one.state != "running" for one in daemons):
        context.exit(EXIT_FAILED)


@cluster.command()
@_folder
@click.argument("daemon", required=False)
@click.option("-f", "--follow", is_flag=True, help="Go on until Ctrl-C.")
@click.option("-n", "--lines", default=20, show_default=True, type=click.IntRange(0), help="Lines of each file.")
def logs(folder: Path | None, daemon: str | None, follow: bool, lines: int) -> None:
    """Print the last lines of the daemons' logs, or of one daemon's."""
    dev_cluster, where = _cluster(folder)
    files = dev_cluster.find(where).log_files(daemon)
    shown = follow_lines(files, lines) if follow else last_lines(files, lines)
    for line in shown:
        click.echo(line)


@cluster.command()
@_folder
@click.option("--delete", is_flag=True, help="Delete the cluster's data as well, except logs.")
def down(folder: Path | None, delete: bool) -> None:
    """End every process of the cluster: daemons, workers, and the Python processes of components."""
    dev_cluster, where = _cluster(folder)
    found = dev_cluster.find(where)
    with step_line() as step:
        found.down(step, delete)
    kept = f"logs are kept in {found.folder / 'logs'}" if delete else f"its data and logs are kept in {found.folder}"
    click.echo(f"the cluster is down; {kept}")


def _cluster(folder: Path | None) -> tuple[type[DevCluster], Path]:
    """Return the DevCluster class, imported late because that loads Thrift, and the folder of the cluster."""
    from umbrella.storm.cluster import DevCluster
    from umbrella.storm.cluster.folder import default_folder

    return DevCluster, folder or default_folder()


def _setting(text: str) -> tuple[str, Any]:
    key, equals, value = text.partition("=")
    if not equals or "." not in key:
        valid = ["nimbus.monitor.freq.secs=5"]
        raise click.BadParameter(explain("a setting is KEY=VALUE with a dotted key", given=repr(text), valid=valid))
    try:
        return key, json.loads(value)
    except ValueError:
        return key, value
