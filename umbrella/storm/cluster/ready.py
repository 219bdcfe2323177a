"""Readiness of daemons: a daemon is ready when it serves, not when its process exists or its port is open."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psutil
from thriftpy2.protocol import TBinaryProtocolFactory as _protocol_factory
from thriftpy2.rpc import make_client
from thriftpy2.thrift import TException
from thriftpy2.transport import TFramedTransportFactory

from umbrella.compile.idl import storm
from umbrella.errors import DevClusterError, explain
from umbrella.storm.cluster.daemons import Daemon
from umbrella.storm.cluster.ports import is_open

_protocol: Any = _protocol_factory  # untyped
_POLL_SECONDS = 0.1
_CALL_MILLISECONDS = 10_000
_TAIL_LINES = 15
_TIMED = re.compile(r"\d{4}-\d\d-\d\d \d\d:")
_ERROR = re.compile(r" \[(ERROR|FATAL)\] |^(Caused by: )?[\w.$]+(Exception|Error)\b|No space left on device")
_LONGEST = 300  # maximum length of an error, in characters


def wait_until(
    what: str, check: Callable[[], bool], process: psutil.Process, logs: Sequence[Path], seconds: float
) -> None:
    """Wait until a daemon is ready.

    Args:
        what: describes the condition, for the error text.
        check: returns whether the condition holds.
        process: the daemon.
        logs: its log files, for the error text.
        seconds: the timeout.

    Raises:
        DevClusterError: the daemon ended, or the wait timed out; the text ends with the daemon's log.
    """
    end = time.monotonic() + seconds
    while not check():
        if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
            raise DevClusterError(f"it ended before {what}; {tail_of(logs)}")
        if time.monotonic() > end:
            raise DevClusterError(f"it has not come so far in {seconds:.0f} s that {what}; {tail_of(logs)}")
        time.sleep(_POLL_SECONDS)


def cluster_summary(nimbus: Daemon) -> Any:
    """Return the ClusterSummary of a Nimbus, or None if it does not answer."""
    if not is_open(nimbus.address, nimbus.port):
        return None
    with contextlib.suppress(TException, OSError):
        client = make_client(
            storm.Nimbus,
            nimbus.address,
            nimbus.port,
            proto_factory=_protocol(),
            trans_factory=TFramedTransportFactory(),
            timeout=_CALL_MILLISECONDS,
        )
        try:
            return client.getClusterInfo()
        finally:
            client.close()
    return None


def leads(nimbus: Daemon) -> bool:
    """Return whether a Nimbus is the leader.

    The Nimbus itself is asked: only then does Storm not mistake the leadership of a killed Nimbus at the same address
    for its own (Nimbus.getClusterInfoImpl).
    """
    summary = cluster_summary(nimbus)
    leaders = [one for one in summary.nimbuses if one.isLeader] if summary else []
    return (nimbus.host, nimbus.port) in [(one.host, one.port) for one in leaders]


def registered(nimbuses: Sequence[Daemon], supervisors: int, since: float) -> bool:
    """Return whether a Nimbus knows that many supervisors that started after the given time.

    Args:
        nimbuses: all Nimbuses of the cluster; the first that answers is used.
        supervisors: the number of supervisors.
        since: seconds since the epoch; a supervisor killed earlier stays listed until its ZooKeeper session ends.
    """
    for nimbus in nimbuses:
        summary = cluster_summary(nimbus)
        if summary is not None:
            oldest = time.time() - since + 2
            return len([one for one in summary.supervisors if one.uptime_secs <= oldest]) >= supervisors
    return False


def tail_of(logs: Sequence[Path]) -> str:
    """Return the last lines of the first file that is not empty."""
    for path in logs:
        with contextlib.suppress(OSError):
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()[-_TAIL_LINES:]
            if lines:
                return f"the end of {path}:\n" + "\n".join(lines)
    return f"it logged nothing to {logs[0]}"


def last_error(logs: Sequence[Path], since: float) -> str:
    """Return the last error line in the first of a daemon's log files that has one, or "".

    Args:
        logs: its log files.
        since: when it was started, in seconds since the epoch; earlier lines are ignored.
    """
    began = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(since))
    for path in logs:
        with contextlib.suppress(OSError):
            found = ""
            for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
                if _TIMED.match(line) and line < began:
                    found = ""
                elif _ERROR.search(line):
                    found = line
            if found:
                return found.strip()[:_LONGEST]
    return ""


def not_free(name: str, port: int) -> DevClusterError:
    """Return the error for a port that another program has taken in the meantime."""
    return DevClusterError(
        explain(
            f"the port of this cluster's {name} is in use by another program",
            given=str(port),
            hint="End that program, or run `umbrella cluster down --delete` for a new cluster with other ports",
        )
    )
