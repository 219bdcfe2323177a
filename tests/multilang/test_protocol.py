"""Which message may come when."""

from __future__ import annotations

import pytest

from umbrella.errors import ProtocolError
from umbrella.multilang import protocol as states
from umbrella.multilang.messages import (
    Acked,
    Handshake,
    Heartbeat,
    Next,
    Pid,
    Sync,
    TaskIds,
)
from umbrella.multilang.protocol import TABLE, Protocol
from umbrella.multilang.tuples import Tuple


def test_a_bolt_greets_loads_and_then_takes_tuples_at_any_time():
    protocol = Protocol()
    for message in (Handshake, Pid):
        protocol.move(message)
    protocol.loaded(as_spout=False)
    for message in (Tuple, Heartbeat, TaskIds, Tuple):
        protocol.move(message)
    assert protocol.state == states.BOLT


def test_a_spout_answers_each_command_with_one_sync():
    protocol = Protocol(states.LOADING)
    protocol.loaded(as_spout=True)
    for message in (Next, TaskIds, Sync, Acked, Sync):
        protocol.move(message)
    assert protocol.state == states.SPOUT_WAITS


@pytest.mark.parametrize(
    ("state", "message"),
    [
        (states.STARTING, Tuple),
        (states.STARTING, Pid),
        (states.GREETED, Handshake),
        (states.LOADING, Next),
        (states.BOLT, Next),
        (states.BOLT, Handshake),
        (states.SPOUT_WAITS, Sync),  # would end a turn that has not begun
        (states.SPOUT_WAITS, Tuple),
        (states.SPOUT_ANSWERS, Next),
    ],
)
def test_a_message_out_of_turn_is_refused_and_changes_nothing(state, message):
    protocol = Protocol(state)
    with pytest.raises(ProtocolError, match=f"{message.__name__} is out of turn.*{state!r}(; valid: |$)"):
        protocol.move(message)
    assert protocol.state == state


def test_every_state_leads_to_states_of_the_table():
    assert {state for moves in TABLE.values() for state in moves.values()} | {states.STARTING} >= {
        states.GREETED,
        states.LOADING,
        states.BOLT,
    }
    assert all(state in TABLE for moves in TABLE.values() for state in moves.values())


def test_a_component_is_loaded_after_the_pid_is_answered():
    with pytest.raises(ProtocolError, match="after the pid is answered"):
        Protocol().loaded(as_spout=False)
