"""How far a spout's answers run ahead, at each limit."""

from __future__ import annotations

import pytest

from umbrella.multilang.lead import FLOWING, MOST_OPEN, MOST_SYNCS, QUICK, TUPLES_AHEAD, Lead


def flowing(max_pending=10, emits=1):
    """Return the lead of a spout that flows, so many tuples a call."""
    lead = Lead(max_pending)
    for _ in range(FLOWING):
        lead.called(emits, QUICK / 2)
    return lead


@pytest.mark.parametrize("emits", [1, 4, 2 * FLOWING])
def test_a_spout_flows_after_so_many_tuples_and_not_before(emits):
    lead = Lead(10)
    sent = 0
    while sent < FLOWING:
        assert lead.room == 0
        lead.called(emits, QUICK / 2)
        sent += emits
    assert lead.room == 10


@pytest.mark.parametrize(("max_pending", "room"), [(0, 0), (1, 1), (MOST_OPEN, MOST_OPEN), (MOST_OPEN + 1, MOST_OPEN)])
def test_the_room_is_what_storm_lets_be_open_up_to_a_limit(max_pending, room):
    assert flowing(max_pending).room == room


@pytest.mark.parametrize(("emits", "seconds"), [(1, QUICK), (10, QUICK), (20, 2 * QUICK)])
def test_a_call_is_quick_up_to_a_limit_that_grows_with_its_tuples(emits, seconds):
    lead = flowing()
    lead.called(emits, seconds)
    assert lead.room == 10
    lead.called(emits, seconds * 1.01)
    assert lead.room == 0


def test_a_slow_call_takes_back_half_of_the_row():
    lead = flowing()
    lead.called(1, 2 * QUICK)
    for _ in range(FLOWING // 2 - 1):
        lead.called(1, 0.0)
    assert lead.room == 0
    lead.called(1, 0.0)
    assert lead.room == 10


@pytest.mark.parametrize("stop", [Lead.stop, lambda lead: lead.called(0, 0.0)])
def test_a_spout_that_stops_begins_anew(stop):
    lead = flowing()
    stop(lead)
    for _ in range(FLOWING - 1):
        assert lead.room == 0
        lead.called(1, 0.0)
    assert lead.room == 0
    lead.called(1, 0.0)
    assert lead.room == 10


def test_more_is_sent_while_there_is_room_and_little_in_the_pipe():
    lead = flowing(10)
    assert lead.sends_more(9, 0)
    assert not lead.sends_more(10, 0)
    assert lead.sends_more(9, TUPLES_AHEAD - 1)
    assert not lead.sends_more(9, TUPLES_AHEAD)
    batches = flowing(10, emits=TUPLES_AHEAD)
    assert batches.sends_more(9, 0)
    assert not batches.sends_more(9, 1)


def test_syncs_are_written_for_acks_that_must_come_before_storm_asks_again():
    lead = flowing(10)
    # Storm asks at fewer than 10 open tuples: with 10 open one ack or fail is certain, with 12 open three are.
    assert [lead.syncs(pending, 0) for pending in (0, 9, 10, 12)] == [0, 0, 1, 3]
    assert [lead.syncs(12, ahead) for ahead in (1, 2, 3, 4)] == [2, 1, 0, 0]
    assert lead.syncs(10 + MOST_SYNCS - 1, 0) == lead.syncs(10 + MOST_SYNCS, 0) == MOST_SYNCS
    assert lead.syncs(10 + MOST_SYNCS, 1) == MOST_SYNCS - 1


def test_no_sync_is_written_for_a_spout_that_does_not_flow():
    assert Lead(10).syncs(12, 0) == 0
    assert flowing(0).syncs(12, 0) == 0


def test_needless_answers_in_a_row_end_it_for_good():
    lead = flowing()
    for _ in range(2 * MOST_SYNCS):
        lead.needless()
    assert lead.room == 10
    lead.needless()
    for _ in range(FLOWING):
        lead.called(1, 0.0)
    assert lead.room == 0


def test_a_turn_that_storm_asked_for_begins_the_count_of_needless_answers_anew():
    lead = flowing()
    for _ in range(2 * MOST_SYNCS):
        lead.needless()
    lead.syncs(0, 0)
    lead.needless()
    assert lead.room == 10
