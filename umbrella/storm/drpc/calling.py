"""A single call, to wherever the function is served."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from umbrella.errors import DRPCTimeoutError, DRPCUnreachableError, explain
from umbrella.storm.drpc.announcement import announced_ports
from umbrella.storm.drpc.client import DRPCClient
from umbrella.storm.drpc.settings import DRPCSettings


def call(function: str, args: str, settings: Callable[[], DRPCSettings], servers: Sequence[str], seconds: float) -> str:
    """Call a function and return its result.

    Args:
        function: its name.
        args: its argument.
        settings: returns the configured DRPC servers; called only if nothing else names one.
        servers: servers to use instead, if not empty.
        seconds: the timeout.

    Raises:
        DRPCError: the call failed.
        SettingsError: a server's address is not valid.
    """
    if servers:
        return _call(function, args, replace(settings(), servers=tuple(servers)), seconds)
    ports = announced_ports()
    if function in ports:
        return _call(function, args, DRPCSettings(servers=("127.0.0.1",), port=ports[function]), seconds)
    try:
        return _call(function, args, settings(), seconds)
    except (DRPCUnreachableError, DRPCTimeoutError) as exc:
        what = explain(f"no `umbrella run` of this user serves {function!r}", valid=list(ports), wrong=function)
        asked = f"So the DRPC servers of the settings were asked: {exc}"
        raise type(exc)(explain(what, hint=asked)) from exc


def _call(function: str, args: str, settings: DRPCSettings, seconds: float) -> str:
    with DRPCClient.of(settings) as client:
        return client.execute(function, args, timeout_seconds=seconds)
