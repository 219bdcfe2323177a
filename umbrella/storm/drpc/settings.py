"""Where DRPC servers are, in plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from umbrella.errors import SettingsError, explain
from umbrella.storm.nimbus.from_conf import SIMPLE
from umbrella.storm.nimbus.settings import split_place

DEFAULT_PORT = 3772  # drpc.port
DEFAULT_FRAME_LIMIT = 1024 * 1024  # drpc.max_buffer_size

SERVERS = "drpc.servers"
PORT = "drpc.port"
MAX_BUFFER = "drpc.max_buffer_size"
_TRANSPORTS = ("drpc.thrift.transport", "storm.thrift.transport")


@dataclass(frozen=True)
class DRPCSettings:
    """Where DRPC servers are, and the limits of speaking to them.

    Args:
        servers: ``drpc.servers``: hosts, each with a port of its own as HOST:PORT if need be.
        port: ``drpc.port``, of servers without one.
        timeout_seconds: the longest time of a call, from its first byte to the last of its result.
        connect_timeout_seconds: the longest time to connect to one server.
        frame_limit: ``drpc.max_buffer_size`` in bytes: a server never answers a longer call.
    """

    servers: tuple[str, ...] = ("localhost",)
    port: int = DEFAULT_PORT
    timeout_seconds: float = 30.0
    connect_timeout_seconds: float = 5.0
    frame_limit: int = DEFAULT_FRAME_LIMIT

    def places(self) -> tuple[tuple[str, int], ...]:
        """Return host and port of each server.

        Raises:
            SettingsError: there is none, or what should be a port is none.
        """
        if not self.servers:
            raise SettingsError(explain("no DRPC server is named", valid=[SERVERS, "--server HOST[:PORT]"]))
        try:
            return tuple(split_place(server, self.port) for server in self.servers)
        except ValueError as exc:
            what = "a DRPC server is HOST or HOST:PORT"
            raise SettingsError(explain(what, given=", ".join(self.servers), hint=f"{exc}".capitalize())) from exc


def drpc_settings(conf: Mapping[str, Any]) -> DRPCSettings:
    """Return where the DRPC servers are, out of Storm's settings.

    Raises:
        SettingsError: the cluster asks for a name and a password, which calls have no way for yet.
    """
    transport = next((str(conf[key]) for key in _TRANSPORTS if conf.get(key)), SIMPLE)
    if transport != SIMPLE:
        what = "calls of DRPC functions go by Storm's plain transport alone"
        hint = "Set drpc.thrift.transport if that of DRPC is another one."
        raise SettingsError(explain(what, given=transport, valid=[SIMPLE], hint=hint))
    servers = conf.get(SERVERS) or DRPCSettings.servers
    return DRPCSettings(
        servers=(servers,) if isinstance(servers, str) else tuple(map(str, servers)),
        port=int(conf.get(PORT) or DEFAULT_PORT),
        frame_limit=int(conf.get(MAX_BUFFER) or DEFAULT_FRAME_LIMIT),
    )
