"""Kills a topology and waits until Nimbus no longer lists it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from umbrella.errors import (
    NimbusFailedError,
    NimbusUnreachableError,
    NotAliveError,
    ReplaceError,
    explain,
)
from umbrella.storm.nimbus.client import NimbusClient
from umbrella.storm.nimbus.patience import Patience

KILLED = "KILLED"

_WAIT_KEY = "topology.message.timeout.secs"  # the wait time that Nimbus uses by default (TopologyStateTransition)
_MARGIN_SECONDS = 60.0
_POLL_SECONDS = 0.5


def end_topology(
    client: NimbusClient,
    old: Any,
    outage_seconds: float,
    command: str,
    on_step: Callable[[str], None],
    wait_seconds: int | None = None,
) -> None:
    """Kill a topology and return when it is gone.

    Args:
        client: a client of the cluster.
        old: its TopologySummary.
        outage_seconds: how long to keep retrying without an answer from Nimbus.
        command: the command that continues after a failure.
        on_step: called with a description of each step.
        wait_seconds: how long its spouts are deactivated first; its ``topology.message.timeout.secs`` if None.

    Raises:
        ReplaceError: the topology did not end in time, or Nimbus went away; the text says what is known.
    """
    wait = _wait_seconds(client, old.id) if wait_seconds is None else wait_seconds
    on_step(f"ending {old.id}: its spouts rest for {wait} s first")
    patience = Patience(outage_seconds)
    end = time.monotonic() + wait + _MARGIN_SECONDS
    told = old.status == KILLED
    while time.monotonic() < end:
        try:
            status = _status(client, old.id)
            if status is None:
                return
            if status != KILLED:
                told = True
                _kill(client, old.name, wait_seconds)
            patience.well()
            time.sleep(_POLL_SECONDS)
        except (NimbusUnreachableError, NimbusFailedError) as exc:
            client.drop()
            if not patience.failed():
                raise ReplaceError(_lost(old, told, command, exc)) from exc
    raise ReplaceError(_still_there(old, wait + _MARGIN_SECONDS, command))


def _wait_seconds(client: NimbusClient, topology_id: str) -> int:
    found = client.conf(topology_id).get(_WAIT_KEY)
    return int(found if found is not None else client.nimbus_conf().get(_WAIT_KEY, 30))


def _status(client: NimbusClient, topology_id: str) -> str | None:
    return next((str(one.status) for one in client.topologies() if one.id == topology_id), None)


def _kill(client: NimbusClient, name: str, wait_seconds: int | None) -> None:
    try:
        client.kill(name, wait_seconds)
    except NotAliveError:
        return  # it has ended since it was listed


def _lost(old: Any, told: bool, command: str, exc: Exception) -> str:
    state = "was told to end, or may have been" if told else "was not told to end"
    what = f"topology {old.name!r} ({old.id}) {state}, Nimbus went away, and the new one was not submitted"
    return explain(what, given=str(exc), hint=f"When Nimbus is up again, this goes on from there: {command}")


def _still_there(old: Any, seconds: float, command: str) -> str:
    what = f"topology {old.name!r} ({old.id}) was told to end, and is not gone after {seconds:.0f} s"
    hint = f"The new one was not submitted. When `umbrella list` shows it no more, run: {command}"
    return explain(what, hint=hint)
