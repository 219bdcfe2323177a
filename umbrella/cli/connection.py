"""The options of every command that talks to a cluster, and the client that results from them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

from umbrella.errors import SettingsError, explain

if TYPE_CHECKING:
    from umbrella.settings import Settings
    from umbrella.storm.nimbus.client import NimbusClient

Command = TypeVar("Command", bound=Callable[..., Any])


def cluster_options(command: Command) -> Command:
    """Add ``--env``, ``--nimbus`` and ``-c`` to a command, as the argument ``cluster``: the resulting settings."""

    @click.option("--env", "environment", metavar="NAME", help="An environment of umbrella.toml: [env.NAME].")
    @click.option("--nimbus", metavar="HOST[:PORT]", help="Where Nimbus is, whatever the settings say.")
    @click.option("-c", "--setting", "given", multiple=True, metavar="KEY=VALUE", help="A setting; may be repeated.")
    @wraps(command)
    def with_settings(environment: str | None, nimbus: str | None, given: tuple[str, ...], **named: Any) -> Any:
        from umbrella.settings import read_settings

        return command(cluster=read_settings(_flags(nimbus, given), environment), **named)

    return with_settings  # type: ignore[return-value]


def json_option(command: Command) -> Command:
    """Add ``--json`` to a command, as the argument ``as_json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")(command)


def connect(cluster: Settings) -> NimbusClient:
    """Return a client for the cluster in the settings; it connects at the first call."""
    from umbrella.storm.nimbus.client import NimbusClient

    return NimbusClient(cluster.nimbus())


def _flags(nimbus: str | None, given: tuple[str, ...]) -> dict[str, Any]:
    from umbrella.settings.keys import SEEDS, canonical, unknown
    from umbrella.settings.variables import value_of

    flags: dict[str, Any] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name:
            what = "-c takes KEY=VALUE"
            raise SettingsError(explain(what, given=repr(text), valid=["nimbus.thrift.port=6627"]))
        key = canonical(name)
        if key is None:
            raise SettingsError(unknown(name, f"-c {text}"))
        flags[key] = value_of(key, value, f"-c {name}")
    if nimbus is not None:
        flags[SEEDS] = [_place(nimbus)]
    return flags


def _place(nimbus: str) -> str:
    from umbrella.storm.nimbus.settings import split_place

    try:
        host, _ = split_place(nimbus, 0)
    except ValueError as exc:
        raise SettingsError(
            explain("--nimbus takes HOST or HOST:PORT", given=repr(nimbus), hint=f"{exc}".capitalize())
        ) from exc
    if not host:
        raise SettingsError(explain("--nimbus takes HOST or HOST:PORT", given=repr(nimbus)))
    return nimbus
