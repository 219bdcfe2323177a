"""The options that say which cluster a command talks to."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

import click

from umbrella.errors import explain
from umbrella.storm.nimbus.settings import NimbusSettings, split_place

Command = TypeVar("Command", bound=Callable[..., Any])


def cluster_options(command: Command) -> Command:
    """Give a command the options that name a cluster, as the argument ``cluster``: NimbusSettings."""

    @functools.wraps(command)
    def with_cluster(*arguments: Any, nimbus: str | None, **named: Any) -> Any:
        return command(*arguments, cluster=_settings(nimbus), **named)

    return click.option("--nimbus", metavar="HOST[:PORT]", help="Nimbus, Storm's master.")(with_cluster)  # type: ignore[return-value]


def _settings(nimbus: str | None) -> NimbusSettings:
    if nimbus is None:
        return NimbusSettings()
    try:
        split_place(nimbus, 0)
    except ValueError as exc:
        raise click.BadParameter(explain(f"--nimbus is HOST or HOST:PORT; {exc}", given=repr(nimbus))) from exc
    return NimbusSettings(seeds=(nimbus,))
