"""The options of every command that talks to a cluster, and the client they lead to."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click

from umbrella.errors import explain
from umbrella.storm.nimbus.client import NimbusClient
from umbrella.storm.nimbus.settings import NimbusSettings, split_place

Command = TypeVar("Command", bound=Callable[..., Any])


def cluster_options(command: Command) -> Command:
    """Give a command ``--nimbus``, as the argument ``cluster``: the settings it leads to."""

    @click.option("--nimbus", metavar="HOST[:PORT]", help="Where Nimbus is.")
    @wraps(command)
    def with_settings(nimbus: str | None, **named: Any) -> Any:
        return command(cluster=_settings(nimbus), **named)

    return with_settings  # type: ignore[return-value]


def json_option(command: Command) -> Command:
    """Give a command ``--json``, as the argument ``as_json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")(command)


def connect(cluster: NimbusSettings) -> NimbusClient:
    """Return a client of the cluster that the settings name; it connects at the first call."""
    return NimbusClient(cluster)


def _settings(nimbus: str | None) -> NimbusSettings:
    if nimbus is None:
        return NimbusSettings()
    try:
        split_place(nimbus, 0)
    except ValueError as exc:
        raise click.BadParameter(explain(f"--nimbus is HOST or HOST:PORT; {exc}", given=repr(nimbus))) from exc
    return NimbusSettings(seeds=(nimbus,))
