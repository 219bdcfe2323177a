"""``umbrella list``, ``umbrella errors``: what runs, and what went wrong in it."""

from __future__ import annotations

import time

import click

from umbrella.cli.connection import cluster_options, connect, json_option
from umbrella.cli.output import console, duration, echo_json, fitted, local_time
from umbrella.settings import Settings
from umbrella.storm.nimbus.reported import without_java_frames
from umbrella.storm.operations.errors import ReportedError, of_python


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

    Storm keeps the last ten of each component. More are in the workers' logs: `umbrella logs`.
    """
    from umbrella.storm.operations.errors import reported_errors

    with connect(cluster) as client:
        found = reported_errors(client, name, component)
    if as_json:
        echo_json(found)
        return
    if not found:
        click.echo(f"{component or name} has reported no error")
    for error in found:
        _print_error(error, java)


def _print_error(error: ReportedError, java: bool) -> None:
    task, text = of_python(error.text)
    place = f"{error.host}:{error.port}" if error.host else "an unknown worker"
    ago = duration(max(0, int(time.time()) - error.time_secs))
    whose = f"{error.component}, task {task}," if task else error.component
    click.echo(f"{whose} on {place}, {local_time(error.time_secs)} ({ago} ago)")
    shown = error.text if java else without_java_frames(text)
    click.echo("".join(f"    {line}\n" for line in shown.strip().splitlines()))
