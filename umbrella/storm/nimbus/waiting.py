"""Waits until a submitted topology is up, or fails with the errors of its components."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from umbrella.errors import (
    NimbusFailedError,
    NimbusUnreachableError,
    NotAliveError,
    TopologyFailedError,
    explain,
)
from umbrella.storm.nimbus.client import NimbusClient
from umbrella.storm.nimbus.patience import Patience
from umbrella.storm.nimbus.reported import Reported, reported
from umbrella.storm.repeated import grouped

# A Python process that cannot start reports it within seconds of its executor's first statistics, which come from Java.
# On a machine where workers start slowly, the report is later too, at most by the same time.
SETTLE_SECONDS = 10.0

_POLL_SECONDS = 1.0
_OUTAGE_SECONDS = 75.0
_SHOWN = 5  # different errors shown in a text


def wait_until_up(
    client: NimbusClient,
    topology_id: str,
    seconds: float,
    on_step: Callable[[str], None] = lambda step: None,
    settle_seconds: float = SETTLE_SECONDS,
) -> None:
    """Return when every executor is up and no error has come for a while after that.

    Args:
        client: a client of the cluster.
        topology_id: Storm's id.
        seconds: the timeout until the last executor is up.
        on_step: called with the number of executors that are up, when it changes.
        settle_seconds: how long to watch for errors once all are up; longer if the start itself took longer.

    Raises:
        TopologyFailedError: a component reported an error, the topology ended, or the wait timed out.
        NimbusUnreachableError: Nimbus went away.
    """
    patience = Patience(_OUTAGE_SECONDS)
    begin = time.monotonic()
    assigned = all_up = 0.0  # the time since when
    shown = ""
    while True:
        try:
            info = client.info(topology_id)
        except NotAliveError as exc:
            raise TopologyFailedError(f"topology {topology_id} is gone: somebody ended it") from exc
        except (NimbusUnreachableError, NimbusFailedError):
            client.drop()
            if not patience.failed():
                raise
            continue
        patience.well()
        _check_errors(topology_id, reported(info))
        now = time.monotonic()
        up, count = _up(info), len(info.executors)
        assigned = assigned or (now if count else 0.0)
        all_up = (all_up or now) if count and up == count else 0.0
        if all_up and now - all_up >= max(settle_seconds, all_up - assigned):
            return
        if not all_up and now - begin >= seconds:
            raise TopologyFailedError(_not_up(client, topology_id, up, count, seconds))
        text = f"{up} of {count} executors are up" if count else "waiting for a slot"
        if text != shown:
            on_step(text)
            shown = text
        time.sleep(_POLL_SECONDS)


def _up(info: Any) -> int:
    # A worker sends (empty) statistics as soon as it runs, whatever executor.metrics.frequency.secs is.
    return sum(executor.stats is not None for executor in info.executors)


def _check_errors(topology_id: str, errors: Iterable[Reported]) -> None:
    found = list(errors)
    if not found:
        return
    lines = [f"topology {topology_id} was submitted, and its components report errors:"]
    groups = grouped(found, lambda error: error.text)
    lines += map(_said, groups[:_SHOWN])
    if len(groups) > _SHOWN:
        lines.append(f"... and {len(groups) - _SHOWN} others")
    lines.append("It is still there: mend it and submit with --replace, or end it with `umbrella kill`.")
    raise TopologyFailedError("\n".join(lines))


def _said(errors: Sequence[Reported]) -> str:
    """Return the texts of errors; those of the same text are shown as one."""
    whose = ", ".join(sorted({f"{one.component} on {one.host}:{one.port}" for one in errors}))
    at = time.strftime("%H:%M:%S", time.localtime(errors[-1].seconds))
    times = f", x {len(errors)}, the last at {at}" if len(errors) > 1 else ""
    return f"{whose}{times}: {errors[-1].text}"


def _not_up(client: NimbusClient, topology_id: str, up: int, count: int, seconds: float) -> str:
    supervisors = client.cluster().supervisors
    slots = sum(one.num_workers for one in supervisors)
    used = sum(one.num_used_workers for one in supervisors)
    if count:
        what = f"{up} of {count} executors of {topology_id} are up after {seconds:g} s"
        hint = "The workers' logs say why the others are not."
    else:
        what = f"{topology_id} has no worker after {seconds:g} s"
        hint = "It starts as soon as a slot is free." if used >= slots else "nimbus.log says why."
    return explain(what, given=f"{len(supervisors)} supervisors, {used} of their {slots} slots in use", hint=hint)
