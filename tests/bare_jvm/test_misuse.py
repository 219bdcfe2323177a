"""Rows 1, 4, 5, 14, 15, 16, 17, 18 and figure F19: what Storm answers by ending the worker is a Python error first."""

from __future__ import annotations

import pytest

from bare_jvm.components.misusing import Misuses
from bare_jvm.components.plain import Echo, Never
from forms import PACKED

STATE, EMIT = "TupleStateError", "EmitError"
REFUSED = {
    "ack_twice": STATE,
    "fail_twice": STATE,
    "ack_then_fail": STATE,
    "ack_of_what_never_came": STATE,
    "anchor_after_ack": STATE,
    "unknown_stream": EMIT,
    "too_few_values": EMIT,
    "too_many_values": EMIT,
    "unknown_field": EMIT,
    "direct_stream_without_a_task": EMIT,
    "task_on_a_stream_for_everyone": EMIT,
    "not_a_number": EMIT,
    "infinity": EMIT,
    "some_bytes": EMIT,
    "some_date": EMIT,
    "a_set": EMIT,
    "a_decimal": EMIT,
    "an_object": EMIT,
    "a_key_that_is_no_text": EMIT,
    "half_a_character": EMIT,
    "half_a_character_in_a_key": EMIT,
    "nested_too_deep": EMIT,
    "larger_than_the_limit": EMIT,
}
ALLOWED = ["nested_deep", "direct", "with_task_ids", "with_task_ids_on_another_stream"]
LIMIT = {"umbrella.max.frame.bytes": 1 << 20}


@pytest.mark.parametrize("what", REFUSED)
def test_misuse_is_an_error_in_the_users_line(bare, what):
    bolt = bare.bolt(Misuses, LIMIT)
    bolt.rows([what], ["nothing"])
    notes = bolt.settled(2)
    rows = notes.rows
    if what == "some_bytes" and bare.form == PACKED:
        assert rows.pop(0) == [{"base64": "YWJj"}, "b", "c"]
    (told, error, text), after = rows
    assert (told, error) == (what, refused(bare.form)[what]), text
    assert after == ["nothing", "", ""]
    assert notes.settled == 2


def refused(form):
    """Return the error of each misuse; msgpack carries bytes."""
    return {**REFUSED, "some_bytes": ""} if form == PACKED else REFUSED


def test_what_is_allowed_works(bare):
    bolt = bare.bolt(Misuses)
    bolt.rows(*[[what] for what in ALLOWED])
    notes = bolt.settled(len(ALLOWED))
    assert [row for row in notes.rows if row[0] in ALLOWED] == [[what, "", ""] for what in ALLOWED]
    assert notes.errors == []


def test_a_direct_emit_reaches_its_task(bare):
    bolt = bare.bolt(Misuses)
    bolt.rows(["direct"])
    direct = [one for one in bolt.settled(1).tuples if one["stream"] == "direct"]
    assert [one["values"] for one in direct] == [[0], [1]]
    first, second = [one["direct"] for one in direct]
    assert second == first + 1


def test_all_misuse_together_leaves_the_worker_alone(bare, full, figure):
    rounds = 100 if full else 5
    bolt = bare.bolt(Misuses, LIMIT)
    for _ in range(rounds):
        bolt.rows(*[[what] for what in REFUSED])
    notes = bolt.settled(rounds * len(REFUSED))
    told = [row[1] for row in notes.rows if row[0] in list(REFUSED)]  # another row may begin with a dict
    assert told == list(refused(bare.form).values()) * rounds
    never = bare.bolt(Never)
    never.numbers(1000)
    echo = bare.bolt(Echo)
    echo.numbers(100)
    echo.settled(100)
    assert never.notes.settled == 0
    figure(
        "F19", f"{rounds * len(REFUSED)} misuses of {len(REFUSED)} kinds, 1,000 tuples never acked: 0 worker restarts"
    )
