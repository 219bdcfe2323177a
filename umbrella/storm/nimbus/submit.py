"""Submits a topology to a cluster, or says what that would do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from umbrella.compile.lower import Lowered
from umbrella.errors import AlreadyAliveError
from umbrella.storm.nimbus.client import NimbusClient, Progress
from umbrella.storm.nimbus.payload import check_size, make_payload
from umbrella.storm.nimbus.submission import (
    Submission,
    SubmitOptions,
    Submitted,
    listed,
    name_taken,
    new_submit_id,
)

__all__ = ["Plan", "SubmitOptions", "Submitted", "new_submit_id", "plan_submit", "submit"]


@dataclass(frozen=True)
class Plan:
    """What a submit would do.

    Attributes:
        name: the topology's name.
        nimbus: the leader, as HOST:PORT.
        message_bytes: the size of the call that submits it.
        message_limit: the most that this Nimbus takes.
        parts: what the call consists of with the bytes of each, largest first.
        replaces: the id of the topology that would be ended; empty if the name is free.
    """

    name: str
    nimbus: str
    message_bytes: int
    message_limit: int
    parts: tuple[tuple[str, int], ...]
    replaces: str


def submit(
    client: NimbusClient,
    lowered: Lowered,
    jar: Path,
    options: SubmitOptions | None = None,
    on_step: Callable[[str], None] = lambda step: None,
    on_upload: Progress = lambda done, size: None,
) -> Submitted:
    """Submit a topology.

    Args:
        client: of the cluster.
        lowered: the topology.
        jar: what its workers run, made from the same topology.
        options: how.
        on_step: called with what is being done.
        on_upload: called with the bytes sent and the bytes in all.

    Raises:
        InvalidTopologyError: Storm refuses it.
        TooLargeError: it is more than Nimbus takes.
        AlreadyAliveError: there is one of that name.
        NimbusUnreachableError: no Nimbus leads; nothing was submitted.
        SubmitUnknownError: Nimbus went away, and whether it took the topology cannot be known.
        ReplaceError: the topology to be replaced was told to end, and the new one is not there.
    """
    return Submission(client, lowered, jar, options or SubmitOptions(), on_step, on_upload).run()


def plan_submit(client: NimbusClient, lowered: Lowered, options: SubmitOptions) -> Plan:
    """Return what ``submit`` would do, and raise what it would raise before it changes anything."""
    payload = make_payload(lowered, options.submit_id or new_submit_id(), options.name, options.version)
    limit = client.frame_limit()
    check_size(payload, limit)
    old = listed(client, payload.name)
    if old is not None and not options.replace:
        raise AlreadyAliveError(name_taken(old))
    parts = tuple(payload.parts())
    return Plan(payload.name, client.connection.place, payload.size(), limit, parts, old.id if old else "")
