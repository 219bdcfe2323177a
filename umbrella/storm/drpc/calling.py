"""One call, to wherever a function is served."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from umbrella.storm.drpc.announcement import announced_port
from umbrella.storm.drpc.client import DRPCClient
from umbrella.storm.drpc.settings import DRPCSettings


def call(function: str, args: str, settings: Callable[[], DRPCSettings], servers: Sequence[str], seconds: float) -> str:
    """Call a function and return its result.

    Args:
        function: its name.
        args: a text.
        settings: returns where DRPC servers are; asked only if nothing else says.
        servers: these instead, if there are any.
        seconds: the longest time.

    Raises:
        DRPCError: there is no result.
        SettingsError: a server is none.
    """
    with DRPCClient.of(_where(function, settings, servers)) as client:
        return client.execute(function, args, timeout_seconds=seconds)


def _where(function: str, settings: Callable[[], DRPCSettings], servers: Sequence[str]) -> DRPCSettings:
    if servers:
        return replace(settings(), servers=tuple(servers))
    port = announced_port(function)
    if port is not None:
        return DRPCSettings(servers=("127.0.0.1",), port=port)
    return settings()
