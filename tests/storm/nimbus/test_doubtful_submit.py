"""Submits whose answer is lost: the topology is looked for, is never sent twice, and no outcome is made up.

tests/daemons/test_nimbus_killed.py has the same with a real Nimbus that is killed; here each call meets what it may.
"""

from __future__ import annotations

import json
import signal
import threading
from typing import Any, Callable

import pytest
from thriftpy2.thrift import TApplicationException

from tests.compile import specs
from tests.storm.nimbus.peers import HOST, Hangup, answering, topology
from umbrella.compile.idl import storm
from umbrella.compile.lower import lower
from umbrella.errors import (
    AlreadyAliveError,
    AuthorizationError,
    InvalidTopologyError,
    NimbusFailedError,
    NimbusUnreachableError,
    SubmitUnknownError,
)
from umbrella.storm.nimbus.client import NimbusClient
from umbrella.storm.nimbus.settings import NimbusSettings
from umbrella.storm.nimbus.submit import SubmitOptions, Submitted, submit

ID = "wordcount-1-1"

Moment = Callable[["Table"], None]


class Table:
    """The topologies a server lists, and what each call that submits one meets, in turn.

    Args:
        moments: each puts the topology into the table or not, and raises what is answered; after them all goes well.
        later: what happens when the jar has been uploaded for the second time.
    """

    def __init__(self, *moments: Moment, later: Moment = lambda table: None) -> None:
        self.listed: dict[str, dict[str, Any]] = {}  # the configuration of each topology by its id
        self._moments = list(moments)
        self._later = later
        self._uploads = 0
        self._conf: dict[str, Any] = {}

    def take(self, submit_id: str = "") -> None:
        """List the topology last sent, as if it was of another submit if told so."""
        self.listed[ID] = {**self._conf, **({"umbrella.submit.id": submit_id} if submit_id else {})}

    def submitted(self, name: str, location: str, conf: str, *rest: Any) -> None:
        """Answer the call that submits a topology."""
        self._conf = json.loads(conf)
        if self._moments:
            return self._moments.pop(0)(self)
        if self.listed:
            raise storm.AlreadyAliveException(msg="wordcount is already alive")
        return self.take()

    def uploaded(self, location: str) -> None:
        """Answer the call that ends an upload."""
        self._uploads += 1
        if self._uploads == 2:
            self._later(self)

    def answers(self) -> dict[str, Any]:
        """Return what a server answers."""
        return {
            "getNimbusConf": "{}",
            "getTopologySummaries": lambda: [topology("wordcount", one) for one in self.listed],
            "getTopologyConf": lambda topology_id: json.dumps(self.listed[topology_id]),
            "beginFileUpload": "place",
            "uploadChunk": None,
            "finishFileUpload": self.uploaded,
            "submitTopologyWithOpts": self.submitted,
        }


def lost(table: Table) -> None:
    raise Hangup


def taken_and_lost(table: Table) -> None:
    table.take()
    raise Hangup


def failed(table: Table) -> None:
    raise TApplicationException(TApplicationException.INTERNAL_ERROR, "Internal error processing")


def taken_and_failed(table: Table) -> None:
    table.take()
    failed(table)


def forbidden(table: Table) -> None:
    raise storm.AuthorizationException(msg="submitTopology is not authorized")


def invalid(table: Table) -> None:
    raise storm.InvalidTopologyException(msg="no spout")


@pytest.fixture
def run(clock, tmp_path):
    """Submit to a server with a table; return the outcome, and how often each call came."""
    jar = tmp_path / "topology.jar"
    jar.write_bytes(b"jar")

    def submit_to(
        table: Table, on_step: Callable[[str], None] = lambda step: None, **options: Any
    ) -> tuple[Submitted | Exception, int, int]:
        with answering(**table.answers()) as (port, got):
            settings = NimbusSettings((f"{HOST}:{port}",), timeout_seconds=10, connect_timeout_seconds=10)
            outcome: Submitted | Exception
            with NimbusClient(settings) as client:
                try:
                    outcome = submit(client, lower(specs.wordcount()), jar, SubmitOptions(**options), on_step)
                except Exception as exc:
                    outcome = exc
        return outcome, got.count("submitTopologyWithOpts"), got.count("beginFileUpload")

    return submit_to


def id_of(outcome: Submitted | Exception) -> str:
    assert isinstance(outcome, Submitted), outcome
    return outcome.topology_id


def test_without_a_fault_there_is_one_of_each_call(run):
    outcome, submits, uploads = run(Table())
    assert (id_of(outcome), submits, uploads) == (ID, 1, 1)


@pytest.mark.parametrize("moment", [taken_and_lost, taken_and_failed])
def test_a_topology_that_was_taken_is_found_before_another_upload(run, moment):
    outcome, submits, uploads = run(Table(moment))
    assert (id_of(outcome), submits, uploads) == (ID, 1, 1)


@pytest.mark.parametrize("moment", [lost, failed])
def test_a_topology_that_is_not_there_is_sent_again(run, moment):
    outcome, submits, uploads = run(Table(moment))
    assert (id_of(outcome), submits, uploads) == (ID, 2, 2)


def test_a_topology_that_is_listed_late_is_looked_for_once_more_before_it_is_sent_again(run):
    outcome, submits, uploads = run(Table(lost, later=Table.take))
    assert (id_of(outcome), submits, uploads) == (ID, 1, 2)


def test_of_two_calls_that_were_lost_the_first_may_have_gone_through(run):
    def taken_by_the_first(table: Table) -> None:
        table.take()
        raise storm.AlreadyAliveException(msg="wordcount is already alive")

    outcome, submits, _ = run(Table(lost, taken_by_the_first))
    assert (id_of(outcome), submits) == (ID, 2)


def test_a_topology_of_that_name_by_another_submit_is_no_success(run):
    def taken_by_another(table: Table) -> None:
        table.take("another")
        raise storm.AlreadyAliveException(msg="wordcount is already alive")

    for moments in ([taken_by_another], [lost, taken_by_another]):
        outcome, _, _ = run(Table(*moments))
        assert isinstance(outcome, AlreadyAliveError)
        assert f"there is a topology 'wordcount' already; given: {ID}" in str(outcome)


def test_a_call_that_keeps_failing_submitted_nothing(run):
    outcome, submits, _ = run(Table(*[failed] * 10))
    assert submits == 2
    assert isinstance(outcome, NimbusFailedError)
    assert str(outcome).endswith("Nothing was submitted.")


def test_after_a_lost_answer_the_doubt_stays_whatever_a_later_call_meets(run):
    for moments in ([lost] * 100, [lost, failed, failed], [lost, forbidden]):
        outcome, submits, _ = run(Table(*moments), command="umbrella submit app.py")
        assert submits >= 2
        assert isinstance(outcome, SubmitUnknownError), moments
        assert "whether topology 'wordcount' was submitted is not known" in str(outcome)
        assert "run: umbrella submit app.py --submit-id " in str(outcome)


def test_without_a_lost_answer_there_is_no_doubt(run):
    for moment, kind in ((forbidden, AuthorizationError), (invalid, InvalidTopologyError)):
        outcome, submits, _ = run(Table(moment))
        assert (type(outcome), submits) == (kind, 1)


def test_after_an_answer_of_failure_a_refusal_is_no_doubt(run):
    outcome, submits, _ = run(Table(failed, forbidden))
    assert (type(outcome), submits) == (AuthorizationError, 2)


def test_a_submit_that_is_gone_on_with_by_its_id_finds_its_topology(run):
    table = Table(taken_and_lost)
    first, _, _ = run(table)
    assert isinstance(first, Submitted)
    again, submits, uploads = run(table, submit_id=first.submit_id)
    assert (id_of(again), submits, uploads) == (ID, 0, 0)
    other, submits, _ = run(table, submit_id="another")
    assert (type(other), submits) == (AlreadyAliveError, 0)


def test_a_submit_that_is_gone_on_with_by_its_id_stays_in_doubt(run):
    outcome, submits, _ = run(Table(forbidden), submit_id="earlier")
    assert (type(outcome), submits) == (SubmitUnknownError, 1)


def test_what_was_accepted_is_a_success_even_if_its_id_cannot_be_asked_for(run):
    table = Table()
    answers = table.answers()

    def broken(topology_id: str) -> str:
        raise TApplicationException(TApplicationException.INTERNAL_ERROR, "Internal error processing")

    table.answers = lambda: {**answers, "getTopologyConf": broken}  # type: ignore[method-assign]
    outcome, submits, _ = run(table)
    assert (id_of(outcome), submits) == ("", 1)


def test_a_nimbus_that_is_away_before_the_submit_has_taken_nothing(run):
    table = Table()

    def away(location: str) -> None:
        raise Hangup

    table.uploaded = away  # type: ignore[method-assign]
    outcome, submits, _ = run(table)
    assert submits == 0
    assert type(outcome) is NimbusUnreachableError
    assert str(outcome).endswith("Nothing was submitted.")


def test_an_interrupt_after_nimbus_has_taken_the_topology_is_not_told_that_nothing_was_submitted(run):
    table, steps = Table(), []
    answers = table.answers()

    def interrupting(topology_id: str) -> str:
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
        raise Hangup

    table.answers = lambda: {**answers, "getTopologyConf": interrupting}  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        run(table, steps.append, command="umbrella submit app.py")
    assert table.listed
    assert (
        "interrupted: whether 'wordcount' was submitted is not known. Run: umbrella submit app.py --submit-id"
        in steps[-1]
    )
