"""Submits a topology: never twice, never a false success, and replaces a topology only after a complete upload.

If Nimbus goes away before it answers, the topology may or may not have been submitted. So each submit has an id, which
is stored in the topology's configuration. Retrying the same submit is safe, because Nimbus checks the name under a
lock: AlreadyAlive, from a topology with our id, means that an earlier call succeeded. If no such topology is listed,
that proves nothing: the earlier call may still be in progress.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from umbrella.compile.conf import SUBMIT_ID
from umbrella.compile.lower import Lowered
from umbrella.errors import (
    AlreadyAliveError,
    AuthorizationError,
    InvalidTopologyError,
    NimbusError,
    NimbusFailedError,
    NimbusLostError,
    NimbusUnreachableError,
    NotAliveError,
    ReplaceError,
    SubmitUnknownError,
    explain,
)
from umbrella.storm.nimbus.client import NimbusClient, Progress
from umbrella.storm.nimbus.ending import KILLED, end_topology
from umbrella.storm.nimbus.patience import Patience
from umbrella.storm.nimbus.payload import Payload, check_size, make_payload
from umbrella.version import VERSION

_FAILURES = 2  # failures of the submit call in a leading Nimbus before giving up


@dataclass(frozen=True)
class SubmitOptions:
    """The options of a submit.

    Args:
        name: replaces the topology's own name.
        active: whether its spouts are active from the start.
        replace: whether to end an existing topology of that name first.
        replace_wait: how many seconds that topology's spouts are deactivated before it ends; its message timeout if
            None.
        submit_id: the id of an earlier submit whose outcome is unknown, to continue it; a new id if empty.
        outage_seconds: how long to keep retrying without an answer from Nimbus.
        command: the command that repeats this submit, for error texts.
        version: the version of Umbrella whose worker code is in the jar.
    """

    name: str = ""
    active: bool = True
    replace: bool = False
    replace_wait: int | None = None
    submit_id: str = ""
    outage_seconds: float = 75.0
    command: str = "umbrella submit ..."
    version: str = VERSION


@dataclass(frozen=True)
class Submitted:
    """A submitted topology.

    Attributes:
        name: its name.
        topology_id: Storm's id; empty if the topology ended before its id could be read.
        submit_id: the id of this submit; ``umbrella.submit.id`` in the topology's configuration.
        replaced: the id of the topology that it replaced; empty if there was none.
    """

    name: str
    topology_id: str
    submit_id: str
    replaced: str = ""


def new_submit_id() -> str:
    """Return an id for one submit."""
    return str(uuid.uuid4())


class Submission:
    """One submit, from the first look at the cluster to the topology's id."""

    def __init__(
        self,
        client: NimbusClient,
        lowered: Lowered,
        jar: Path,
        options: SubmitOptions,
        on_step: Callable[[str], None],
        on_upload: Progress,
    ) -> None:
        self._client, self._jar, self._options = client, jar, options
        submit_id = options.submit_id or new_submit_id()
        self._payload: Payload = make_payload(lowered, submit_id, options.name, options.version)
        self._on_step, self._on_upload = on_step, on_upload
        self._patience = Patience(options.outage_seconds)
        self._doubt = bool(options.submit_id)  # whether a call was sent whose answer never came
        self._failures = 0
        self._reason = ""  # of the last failed attempt
        self._ended = ""  # the id of the topology that was asked to end

    def run(self) -> Submitted:
        """Submit the topology."""
        check_size(self._payload, self._client.frame_limit())
        old = listed(self._client, self._payload.name)
        if old is not None and self._doubt and self._is_ours(old):
            return self._submitted(old.id)
        if old is not None and not self._options.replace:
            raise AlreadyAliveError(name_taken(old))
        try:
            return self._replace(old) if old is not None else self._deliver()
        except KeyboardInterrupt:
            self._on_step(self._interrupted())
            raise

    def _replace(self, old: Any) -> Submitted:
        location = self._upload_patiently()
        self._ended = old.id
        options = self._options
        end_topology(
            self._client, old, options.outage_seconds, self._command(), self._on_step, wait_seconds=options.replace_wait
        )
        self._patience = Patience(self._options.outage_seconds)
        try:
            return self._deliver(location)
        except SubmitUnknownError:
            raise
        except NimbusError as exc:
            what = f"topology {old.name!r} ({old.id}) has ended, and the new one was not submitted"
            hint = f"When what is wrong is mended, run: {self._command()}"
            raise ReplaceError(explain(what, given=str(exc), hint=hint)) from exc

    def _upload_patiently(self) -> str:
        """Upload with retries; nothing that would have to be undone has been sent to Nimbus yet."""
        while True:
            try:
                return self._upload()
            except (NimbusUnreachableError, NimbusFailedError) as exc:
                self._wait_after(exc)

    def _deliver(self, location: str = "") -> Submitted:
        """Upload and submit until Nimbus has accepted or rejected the topology.

        Args:
            location: the location of a jar that the connected Nimbus already has.
        """
        while True:
            try:
                found = self._find_ours() if self._doubt else ""  # cheaper than another upload
                if found:
                    return self._submitted(found)
                return self._submit_once(location or self._upload())
            except InvalidTopologyError:
                raise  # an earlier call without an answer is rejected too, or this one would have met its topology
            except AuthorizationError as exc:
                if self._doubt:
                    raise self._unknown(exc) from exc
                raise
            except (NimbusUnreachableError, NimbusFailedError) as exc:
                location = ""  # an upload is known only to the Nimbus that received it
                self._wait_after(exc)

    def _submit_once(self, location: str) -> Submitted:
        if self._doubt:
            # Check again, now that this Nimbus has accepted an upload and so is the leader. Just after it has become
            # the leader it knows no names (LeaderListenerCallback fills its table), and would accept a second topology.
            found = self._find_ours()
            if found:
                return self._submitted(found)
        self._on_step(f"submitting {self._payload.name}")
        doubted, self._doubt = self._doubt, True  # until the answer arrives; an interrupt may come before it
        try:
            self._client.submit(
                self._payload.name,
                location,
                self._payload.conf_text,
                self._payload.topology,
                self._options.active,
            )
        except NimbusLostError:
            raise
        except AlreadyAliveError as exc:
            return self._after_already_alive(exc)
        except NimbusFailedError:
            # Nimbus may fail after it has created the topology.
            found = self._find_ours()
            if found:
                return self._submitted(found)
            self._doubt = doubted
            self._failures += 1
            raise
        except NimbusError:
            self._doubt = doubted  # answered, or never sent
            raise
        # Stay in doubt: if an interrupt comes while the id is read, it must not be reported that nothing was submitted.
        return self._submitted(self._id_of_submitted())

    def _after_already_alive(self, exc: AlreadyAliveError) -> Submitted:
        found = self._find_ours()
        if found:
            return self._submitted(found)
        other = listed(self._client, self._payload.name)
        if other is None:  # it has ended, ours or not: ask again
            raise NimbusUnreachableError(str(exc)) from exc
        raise AlreadyAliveError(name_taken(other)) from exc

    def _upload(self) -> str:
        def progress(done: int, size: int) -> None:
            self._patience.well()
            if not done:  # from here on, this Nimbus is known to be the leader
                self._on_step(f"uploading {self._jar.name}")
            self._on_upload(done, size)

        return self._client.upload(self._jar, progress)

    def _find_ours(self) -> str:
        """Return the id of the topology of this very submit, or "" if none is listed."""
        found = listed(self._client, self._payload.name)
        return str(found.id) if found is not None and self._is_ours(found) else ""

    def _is_ours(self, summary: Any) -> bool:
        try:
            conf = self._client.conf(summary.id)
        except AuthorizationError:  # another user's topology
            return False
        except NotAliveError as exc:
            if listed(self._client, summary.name) is None:  # it has ended
                return False
            # A Nimbus that is not the leader may lack the files of a topology.
            raise NimbusFailedError(f"Nimbus lists {summary.id}, and cannot tell its configuration") from exc
        return bool(conf.get(SUBMIT_ID) == self._payload.submit_id)

    def _id_of_submitted(self) -> str:
        """Return Storm's id of what Nimbus has just accepted; the submit succeeded even if the id cannot be read."""
        while True:
            try:
                return self._find_ours()
            except NimbusError:
                if not self._patience.failed():
                    return ""

    def _submitted(self, topology_id: str) -> Submitted:
        return Submitted(self._payload.name, topology_id, self._payload.submit_id, self._ended)

    def _wait_after(self, exc: NimbusError) -> None:
        """Pause before a retry, or raise the final error when the time budget is used up."""
        self._client.drop()
        if self._failures < _FAILURES and self._patience.failed():
            reason = _short(exc)
            if reason != self._reason:
                self._reason = reason
                self._on_step(f"trying again: {reason}")
            return
        if self._doubt:
            raise self._unknown(exc) from exc
        kind = NimbusUnreachableError if isinstance(exc, NimbusLostError) else type(exc)
        raise kind(f"{exc}\nNothing was submitted.") from exc

    def _unknown(self, exc: NimbusError) -> SubmitUnknownError:
        what = f"whether topology {self._payload.name!r} was submitted is not known: it is there once, or not at all"
        hint = f"To find out, and to submit it if it is not there, run: {self._command(same=True)}"
        ended = f"\nTopology {self._ended} was ended for it." if self._ended else ""
        return SubmitUnknownError(f"{explain(what, given=str(exc))}\n{hint}{ended}")

    def _interrupted(self) -> str:
        if self._doubt:
            return f"interrupted: whether {self._payload.name!r} was submitted is not known. Run: {self._command(True)}"
        if self._ended:
            return f"interrupted: {self._ended} was told to end, and nothing was submitted. Run: {self._command()}"
        return "interrupted: nothing was submitted"

    def _command(self, same: bool = False) -> str:
        return f"{self._options.command} --submit-id {self._payload.submit_id}" if same else self._options.command


def listed(client: NimbusClient, name: str) -> Any:
    """Return the TopologySummary of that name, or None."""
    return next((one for one in client.topologies() if one.name == name), None)


def _short(exc: NimbusError) -> str:
    """Return an error in one line; of a list of seeds, the answer of the first one."""
    lines = str(exc).splitlines()
    return lines[1].strip() if len(lines) > 1 else lines[0]


def name_taken(old: Any) -> str:
    """Return the error text for a topology name that is already taken."""
    what = f"there is a topology {old.name!r} already"
    hint = "End it first, take another name by --name, or put this one in its place by --replace."
    if old.status == KILLED:
        hint = "It has been told to end: wait until it is gone, or say --replace, which does that."
    return explain(what, given=f"{old.id}, {old.status}, up {old.uptime_secs} s", hint=hint)
