"""Free TCP ports for the daemons and the workers' slots."""

from __future__ import annotations

import random
import socket
from collections.abc import Iterable

from umbrella.errors import DevClusterError

# Below the range that Linux and macOS take the ports of outgoing connections from (32768 and 49152 on): a worker binds
# its slot's port long after it was chosen.
_RANGE = range(20000, 32000)
_TRIES = 1000


def free_ports(count: int, taken: Iterable[int] = ()) -> list[int]:
    """Return that many different ports that nobody listens on.

    Args:
        count: how many.
        taken: ports not to choose.
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
    """Tell whether a server could listen on the port, on any address of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as Java does: closed connections do not count
        try:
            probe.bind(("", port))
        except OSError:
            return False
    return True


def is_open(address: str, port: int, seconds: float = 1.0) -> bool:
    """Tell whether something accepts connections there.

    Args:
        address: an IPv4 address.
        port: the port.
        seconds: how long to wait for an answer.
    """
    try:
        socket.create_connection((address, port), timeout=seconds).close()
    except OSError:
        return False
    return True
