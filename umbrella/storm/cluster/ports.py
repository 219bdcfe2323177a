"""Finds free TCP ports for the daemons and the workers' slots."""

from __future__ import annotations

import random
import socket
from collections.abc import Iterable

from umbrella.errors import DevClusterError

# Below the ephemeral port range of Linux (from 32768) and macOS (from 49152): a worker binds its slot's port long after
# it was chosen.
_RANGE = range(20000, 32000)
_TRIES = 1000


def free_ports(count: int, taken: Iterable[int] = ()) -> list[int]:
    """Return that many distinct ports that nobody listens on.

    Args:
        count: how many.
        taken: ports to exclude.
    """
    found: list[int] = []
    avoid = set(taken)
    for _ in range(_TRIES):
        if len(found) == count:
            return found
        port = random.choice(_RANGE)
        if port not in avoid and is_free(port):
            found.append(port)
            avoid.add(port)
    span = f"{_RANGE.start} to {_RANGE.stop - 1}"
    raise DevClusterError(f"{count} free ports from {span} were not found in {_TRIES} tries")


def is_free(port: int) -> bool:
    """Return whether a server could listen on the port, on any address of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as Java does: ignores closed connections
        try:
            probe.bind(("", port))
        except OSError:
            return False
    return True


def is_open(address: str, port: int, seconds: float = 1.0) -> bool:
    """Return whether something accepts connections at the address and port.

    Args:
        address: an IPv4 address.
        port: the port.
        seconds: the timeout.
    """
    try:
        socket.create_connection((address, port), timeout=seconds).close()
    except OSError:
        return False
    return True
