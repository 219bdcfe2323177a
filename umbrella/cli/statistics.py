"""``umbrella stats``: a topology's statistics, once or repeatedly."""

from __future__ import annotations

import sys
import time
from typing import Union

import click
from rich.console import Console, Group
from rich.live import Live

from umbrella.cli.connection import cluster_options, connect, json_option
from umbrella.cli.output import console, echo_json
from umbrella.cli.statistics_tables import component_view, plain_line, topology_view
from umbrella.settings import Settings
from umbrella.storm.nimbus.client import NimbusClient
from umbrella.storm.operations.statistics import (
    WINDOWS,
    ComponentFigures,
    TopologyFigures,
    component_figures,
    topology_figures,
)

Shown = Union[TopologyFigures, ComponentFigures]


@click.command()
@click.argument("name")
@click.argument("component", required=False)
@click.option("--window", type=click.Choice(list(WINDOWS)), default="all", show_default=True, help="Count since when.")
@click.option("--watch", is_flag=True, help="Go on until Ctrl-C; plain lines in a pipe.")
@click.option(
    "--interval",
    type=click.FloatRange(min=0.5),
    default=5.0,
    show_default=True,
    metavar="SECONDS",
    help="Between two looks of --watch.",
)
@cluster_options
@json_option
def stats(
    cluster: Settings, name: str, component: str | None, window: str, watch: bool, interval: float, as_json: bool
) -> None:
    """Show what a topology, or one COMPONENT of it, has done.

    Workers tell Nimbus now and then, and Storm counts a sample of the tuples; both are said below the figures. Metrics
    of your own are not among them: Storm does not send those to Nimbus.
    """
    with connect(cluster) as client:
        if not watch:
            _print(_look(client, name, component, window), as_json)
        elif as_json or not sys.stdout.isatty():
            _print_again(client, name, component, window, interval, as_json)
        else:
            _redraw(client, name, component, window, interval)


def _look(client: NimbusClient, name: str, component: str | None, window: str) -> Shown:
    if component is None:
        return topology_figures(client, name, window)
    return component_figures(client, name, component, window)


def _view(figures: Shown, screen: Console) -> Group:
    return topology_view(figures, screen) if isinstance(figures, TopologyFigures) else component_view(figures, screen)


def _print(figures: Shown, as_json: bool) -> None:
    if as_json:
        echo_json(figures)
    else:
        screen = console()
        screen.print(_view(figures, screen))


def _print_again(
    client: NimbusClient, name: str, component: str | None, window: str, interval: float, as_json: bool
) -> None:
    while True:
        figures = _look(client, name, component, window)
        if as_json:
            echo_json(figures)
        else:
            click.echo(f"{time.strftime('%H:%M:%S')} {plain_line(figures)}")
        sys.stdout.flush()
        time.sleep(interval)


def _redraw(client: NimbusClient, name: str, component: str | None, window: str, interval: float) -> None:
    screen = console()
    with Live(_view(_look(client, name, component, window), screen), console=screen, auto_refresh=False) as live:
        while True:
            time.sleep(interval)
            live.update(_view(_look(client, name, component, window), screen), refresh=True)
