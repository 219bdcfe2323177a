"""Submits a topology to a cluster, or says what a submit would do."""

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
        message_limit: the size limit of this Nimbus.
        parts: the parts of the call with their sizes in bytes, largest first.
        replaces: the id of the topology that would be replaced; empty if the name is free.
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
        client: a client of the cluster.
        lowered: the topology in Storm's terms.
        jar: the jar for its workers, built from the same topology.
        options: the options of the submit.
        on_step: called with a description of each step.
        on_upload: called with the bytes sent and the total.

    Raises:
        InvalidTopologyError: Storm rejects it.
        TooLargeError: it exceeds Nimbus's size limit.
        AlreadyAliveError: there is already a topology of that name.
        NimbusUnreachableError: there is no leader; nothing was submitted.
        SubmitUnknownError: Nimbus went away, and whether it accepted the topology is unknown.
        ReplaceError: the old topology was asked to end, but the new one was not submitted.
    """
    return Submission(client, lowered, jar, options or SubmitOptions(), on_step, on_upload).run()


def plan_submit(client: NimbusClient, lowered: Lowered, options: SubmitOptions) -> Plan:
    """Return what ``submit`` would do; raises what it would raise before it changes anything."""
    payload = make_payload(lowered, options.submit_id or new_submit_id(), options.name, options.version)
    limit = client.frame_limit()
    check_size(payload, limit)
    old = listed(client, payload.name)
    if old is not None and not options.replace:
        raise AlreadyAliveError(name_taken(old))
    parts = tuple(payload.parts())
    return Plan(payload.name, client.connection.place, payload.size(), limit, parts, old.id if old else "")
