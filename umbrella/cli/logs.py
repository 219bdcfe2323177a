"""``umbrella logs``: the logs of a topology's workers."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from umbrella.cli.connection import cluster_options, connect, json_option
from umbrella.cli.output import echo_json
from umbrella.errors import EXIT_FAILED, NotAliveError, StormError
from umbrella.settings import Settings
from umbrella.settings.development import development_cluster
from umbrella.settings.keys import LOGVIEWER_PORT
from umbrella.storm.operations.worker_logs import LogLine, WorkerLog


@click.command()
@click.argument("name")
@click.argument("component", required=False)
@click.option("-f", "--follow", "following", is_flag=True, help="Go on with new lines until Ctrl-C.")
@click.option(
    "-n",
    "--lines",
    "count",
    type=click.IntRange(min=0),
    default=50,
    show_default=True,
    metavar="N",
    help="The last N of each worker.",
)
@cluster_options
@json_option
def logs(cluster: Settings, name: str, component: str | None, following: bool, count: int, as_json: bool) -> None:
    """Print the workers' logs of a topology, or only what is of one COMPONENT.

    Files on this machine are read, as those of `umbrella cluster up`; of a topology that has ended, those of its last
    run. For other workers it prints where the file is, and asks the logviewer there by HTTP, which has been tested
    against none.
    """
    from umbrella.storm.operations.worker_logs import ended_logs, follow, last_lines, worker_logs

    development = development_cluster()
    folders = [development.worker_logs] if development else []
    with connect(cluster) as client:
        try:
            found = worker_logs(client, name, component, folders)
            topology_id = client.topology_id(name)
        except NotAliveError:
            found, topology_id = ended_logs(client, name, folders), ""
            if not found:
                raise
            following = False  # nothing more is written to them
            click.echo(f"{name} has ended; these are the logs of its last run: {_folder(found)}", err=True)
    if as_json:
        echo_json(found)
        return
    if not found:
        click.echo(f"no worker runs {component or name} now, so there is no log", err=True)
        sys.exit(EXIT_FAILED)
    here = [log for log in found if log.local]
    several = len(found) > 1
    for log in here:
        for line in last_lines(log, count, component):
            _print(line, several)
    missing = [log for log in found if not log.local]
    told = [_ask(log, topology_id, int(cluster.value(LOGVIEWER_PORT)), count, several) for log in missing]
    if following and here:
        for line in follow(here, component):
            _print(line, several)
            sys.stdout.flush()
    if not all(told):
        sys.exit(EXIT_FAILED)


def _folder(logs: list[WorkerLog]) -> Path:
    return Path(logs[0].path).parents[1]


def _ask(log: WorkerLog, topology_id: str, port: int, count: int, several: bool) -> bool:
    """Print where a log is, and its end if a logviewer returns it."""
    from umbrella.storm.operations.logviewer import last_lines, page_url

    click.echo(
        f"worker {log.host}:{log.port} runs {', '.join(log.components)}; its log: {log.host}:{log.path}", err=True
    )
    url = page_url(log.host, port, topology_id, log.port)
    click.echo(f"asking {url} (tested against no logviewer)", err=True)
    try:
        for text in last_lines(url, count):
            _print(LogLine(log.port, text), several)
    except StormError as exc:
        click.echo(f"umbrella: {exc}", err=True)
        return False
    return True


def _print(line: LogLine, several: bool) -> None:
    click.echo(f"{line.port}  {line.text}" if several else line.text)
