"""``umbrella list``, ``umbrella errors``: the running topologies, and their errors."""

from __future__ import annotations

import time

import click

from umbrella.cli.connection import cluster_options, connect, json_option
from umbrella.cli.output import console, duration, echo_json, fitted, local_time
from umbrella.settings import Settings
from umbrella.storm.nimbus.reported import without_java_frames
from umbrella.storm.operations.errors import ReportedError, of_python
from umbrella.storm.repeated import grouped


@click.command("list")
@cluster_options
@json_option
def list_command(cluster: Settings, as_json: bool) -> None:
    """List the topologies of a cluster."""
    from umbrella.storm.operations.listing import topology_rows

    with connect(cluster) as client:
        rows = topology_rows(client.topologies())
        place = client.connection.place
    if as_json:
        echo_json(rows)
        return
    if not rows:
        click.echo(f"no topology is running on {place}")
        return
    cells = [
        (row.name, row.status, duration(row.uptime_secs), row.workers, row.executors, row.tasks, row.id) for row in rows
    ]
    screen = console()
    columns = ("topology", "status", "up", "workers", "executors", "tasks", "id")
    made, _ = fitted(columns, cells, ("tasks", "executors", "id"), screen)
    screen.print(made)


@click.command()
@click.argument("name")
@click.argument("component", required=False)
@click.option("--java", is_flag=True, help="Print Java's stack below each error too.")
@cluster_options
@json_option
def errors(cluster: Settings, name: str, component: str | None, java: bool, as_json: bool) -> None:
    """Print the errors that a topology, or one COMPONENT of it, has reported, latest last.

    Errors of the same text are printed once. Storm keeps the last ten of each component; the workers' logs have all of
    them: `umbrella logs`.
    """
    from umbrella.storm.operations.errors import reported_errors

    with connect(cluster) as client:
        found = reported_errors(client, name, component)
    if as_json:
        echo_json(found)
        return
    if not found:
        click.echo(f"{component or name} has reported no error")
    for group in grouped(found, lambda error: error.text if java else without_java_frames(of_python(error.text)[1])):
        _print_errors(group, java)


def _print_errors(group: list[ReportedError], java: bool) -> None:
    """Print errors of the same text: where and when each occurred, and the text once."""
    last = group[-1]
    where = list(dict.fromkeys(map(_where, group)))
    ago = duration(max(0, int(time.time()) - last.time_secs))
    at = f"{local_time(last.time_secs)} ({ago} ago)"
    times = f"x {len(group)}, the last at {at}" if len(group) > 1 else at
    click.echo(f"{'; '.join(where)}, {times}")
    shown = last.text if java else without_java_frames(of_python(last.text)[1])
    click.echo("".join(f"    {line}\n" for line in shown.strip().splitlines()))


def _where(error: ReportedError) -> str:
    task, _ = of_python(error.text)
    place = f"{error.host}:{error.port}" if error.host else "an unknown worker"
    return f"{error.component}, task {task}, on {place}" if task else f"{error.component} on {place}"
