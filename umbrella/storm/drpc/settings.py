"""Settings of DRPC servers, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from umbrella.errors import SettingsError, explain
from umbrella.multilang.messages import shorten
from umbrella.storm.nimbus.from_conf import SIMPLE
from umbrella.storm.nimbus.settings import split_place

DEFAULT_PORT = 3772  # drpc.port
DEFAULT_SECONDS = 60.0  # longer than topology.message.timeout.secs (30), so that such a failure is still reported
LONGEST_SECONDS = 1_000_000.0  # a socket timeout is at most 2**31 ms
DEFAULT_FRAME_LIMIT = 1024 * 1024  # drpc.max_buffer_size

SERVERS = "drpc.servers"
PORT = "drpc.port"
MAX_BUFFER = "drpc.max_buffer_size"
_TRANSPORTS = ("drpc.thrift.transport", "storm.thrift.transport")


@dataclass(frozen=True)
class DRPCSettings:
    """The addresses of DRPC servers, and the limits of calls.

    Args:
        servers: ``drpc.servers``: hosts, optionally as HOST:PORT.
        port: ``drpc.port``, for servers without a port.
        timeout_seconds: the timeout of a call, from its first byte to the last byte of its result.
        connect_timeout_seconds: the timeout for connecting to one server.
        frame_limit: ``drpc.max_buffer_size`` in bytes: a server never answers a larger call.

    Raises:
        SettingsError: a timeout or the port is not valid.
    """

    servers: tuple[str, ...] = ("localhost",)
    port: int = DEFAULT_PORT
    timeout_seconds: float = DEFAULT_SECONDS
    connect_timeout_seconds: float = 5.0
    frame_limit: int = DEFAULT_FRAME_LIMIT

    def __post_init__(self) -> None:
        check_seconds("timeout_seconds", self.timeout_seconds)
        check_seconds("connect_timeout_seconds", self.connect_timeout_seconds)
        if type(self.port) is not int or not 0 < self.port < 65536:
            what = "the port of DRPC servers is a whole number"
            raise SettingsError(explain(what, given=repr(self.port), valid=["1 to 65535"]))

    def places(self) -> tuple[tuple[str, int], ...]:
        """Return the host and port of each server.

        Raises:
            SettingsError: there is no server, one is not a str, or a port is not valid.
        """
        if not self.servers:
            raise SettingsError(explain("no DRPC server is named", valid=[SERVERS, "--server HOST[:PORT]"]))
        return tuple(map(self._place, self.servers))

    def _place(self, server: Any) -> tuple[str, int]:
        hint = ""
        if isinstance(server, str):
            try:
                host, port = split_place(server, self.port)
            except ValueError as exc:
                hint = f"{exc}".capitalize()
            else:
                if host:
                    return host, port
        elif isinstance(server, (list, tuple)):
            hint = f"Give each as an argument: DRPCClient({', '.join(map(repr, server))})."
        raise SettingsError(explain("a DRPC server is HOST or HOST:PORT", given=shorten(server), hint=hint))


def check_seconds(name: str, given: Any) -> None:
    """Refuse an invalid timeout.

    Raises:
        SettingsError: it is not a number above 0, or it is too large for a socket.
    """
    is_number = isinstance(given, (int, float)) and not isinstance(given, bool)
    if not is_number or not 0 < given <= LONGEST_SECONDS:  # NaN fails this comparison too
        valid = [f"above 0, up to {LONGEST_SECONDS:.0f}"]
        raise SettingsError(explain(f"{name} is a number of seconds", given=shorten(given), valid=valid))


def drpc_settings(conf: Mapping[str, Any]) -> DRPCSettings:
    """Return the settings of DRPC servers from Storm's settings.

    Raises:
        SettingsError: the cluster requires a name and a password, which DRPC calls do not support yet.
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
