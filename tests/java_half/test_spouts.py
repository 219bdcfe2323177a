"""Spouts whose parent is Umbrella's Java half: asked ahead, and told of acks in passing."""

from __future__ import annotations

import time

import msgpack
import pytest

from java_half import components
from java_half.driver import PATIENCE, JavaHalf
from umbrella.multilang.kinds import (
    ACKED,
    ACTIVATE,
    DEACTIVATE,
    ERROR,
    FAILED,
    NEXT,
    SPOUT_EMIT,
    SPOUT_EMITS,
    SYNC,
)

DEAD = 2  # the place of the stream that Durable tells its dead letters on


def test_each_next_of_several_is_answered_by_its_emits_and_one_sync():
    with JavaHalf(components.Numbers) as task:
        task.say([NEXT], [NEXT], [NEXT])
        task.until_count(3, SYNC)
        answers = [[[SPOUT_EMIT, 0, [number], number, 0, False], [SYNC]] for number in range(3)]
        assert task.said == [one for answer in answers for one in answer]


def test_nothing_but_a_next_is_answered():
    with JavaHalf(components.Numbers) as task:
        task.say([ACTIVATE], [NEXT], [ACKED, [0]], [FAILED, [1, "x"]], [DEACTIVATE], [NEXT])
        task.until_count(2, SYNC)
        assert [one if one[0] == SYNC else (one[2], one[3]) for one in task.said] == [
            (["activate", None], None),
            ([0], 0),
            [SYNC],
            (["ack", 0], None),
            (["fail", 1], None),
            (["fail", "x"], None),
            (["deactivate", None], None),
            ([1], 1),
            [SYNC],
        ]


def test_ids_of_the_last_process_reach_the_component_without_an_error():
    with JavaHalf(components.Numbers) as task:
        long = msgpack.ExtType(1, (2**70).to_bytes(9, "big"))
        task.say([ACKED, [long, "old", 5]], [FAILED, [7]], [NEXT])
        task.until_count(1, SYNC)
        told = [one[2] for one in task.said if one[0] == SPOUT_EMIT and one[1] == 1]
        assert told == [["ack", long], ["ack", "old"], ["ack", 5], ["fail", 7]]
        assert ERROR not in [one[0] for one in task.heard]


def test_a_spout_that_emits_many_sends_one_message():
    with JavaHalf(components.Numbers, together=4, limit=6) as task:
        task.say([NEXT], [NEXT], [NEXT])
        task.until_count(3, SYNC)
        assert task.said == [
            [SPOUT_EMITS, 0, [[0], [1], [2], [3]], [0, 1, 2, 3]],
            [SYNC],
            [SPOUT_EMITS, 0, [[4], [5]], [4, 5]],
            [SYNC],
            [SYNC],
        ]


def test_json_answers_every_command_by_one_sync_and_none_ahead():
    with JavaHalf(components.Numbers, "json", conf={"topology.max.spout.pending": 1000}) as task:
        commands = ["activate", *["next"] * 150, "deactivate"]
        task.say(*[{"command": one, "id": ""} for one in commands])
        task.say(*[{"command": "ack", "id": number} for number in range(150)])
        task.until(lambda _: sum(one["command"] == "sync" for one in task.heard) >= 302)
        task.hear_the_end()
    syncs = [one for one in task.heard if one["command"] == "sync"]
    assert len(syncs) == 302
    emits = [one["tuple"] for one in task.heard if one["command"] == "emit" and "id" in one]
    assert emits == [[number] for number in range(150)]


@pytest.mark.parametrize("command", ["ack", "fail", "activate", "deactivate", "next"])
def test_json_answers_each_kind_of_command(command):
    with JavaHalf(components.Numbers, "json") as task:
        for number in (1, 2):
            task.say({"command": command, "id": number if command in ("ack", "fail") else ""})
            task.until(lambda _: sum(one["command"] == "sync" for one in task.heard) == number)  # noqa: B023


def is_exhausted(one):
    return one[0] == SPOUT_EMIT and one[1] == 1


def test_a_finished_spout_tells_so_when_all_is_acked_and_a_fail_takes_it_back():
    with JavaHalf(components.Finite) as task:
        task.say([NEXT], [NEXT], [ACKED, [1]], [FAILED, [0]], [NEXT], [ACKED, [0]], [NEXT])
        task.until_count(4, SYNC)
        emits = [one[2] for one in task.said if one[0] == SPOUT_EMIT]
        assert emits == [[0], [1], [0], [4]]  # 4: the task, told once and after the replay
        assert [is_exhausted(one) for one in task.said if one[0] == SPOUT_EMIT] == [False, False, False, True]


def test_json_takes_it_back_too():
    with JavaHalf(components.Finite, "json", limit=1) as task:
        commands = [("next", ""), ("fail", 0), ("next", ""), ("ack", 0)]
        task.say(*[{"command": command, "id": id} for command, id in commands])
        task.until(lambda _: sum(one["command"] == "sync" for one in task.heard) == 4)
        emits = [one for one in task.heard if one["command"] == "emit"]
        assert [one.get("stream", "default") for one in emits] == ["default", "default", "umbrella_exhausted"]


def test_exceptions_in_a_row_are_counted_anew_after_any_hook_that_went_well():
    conf = {"umbrella.exceptions.until.restart": 2}
    with JavaHalf(components.RaisesWhenAsked, conf=conf) as task:
        task.say([NEXT], [ACKED, ["x"]], [NEXT], [ACKED, ["x"]], [NEXT], [ACKED, ["x"]])
        task.until_count(3, SYNC)
        assert task.process.poll() is None
        task.say([NEXT], [NEXT])
        assert task.ended() == 1


def test_an_ack_for_the_last_process_is_taken_for_an_entry_that_is_emitted_again_and_commits_no_further():
    with JavaHalf(components.Durable) as task:
        # Open at the JVM from the process before: 11, 12, 13. None of them is known here before it is fetched.
        task.say([ACKED, [13]], [FAILED, [12]], [NEXT])
        task.until_count(1, SYNC)
        emits = [one for one in task.said if one[0] == SPOUT_EMIT]
        assert [one[3] for one in emits] == [11, 12, 13]
        # Now acks of the old deliveries come: the entries are done, whatever becomes of the second delivery.
        task.say([ACKED, [11, 12]], [FAILED, [12, 11]], [NEXT])
        task.until_count(2, SYNC)
        task.say([ACKED, [11]], [ACKED, [13]], [NEXT])
        task.until_count(3, SYNC)
        committed = [one[2][0] for one in task.said if one[0] == SPOUT_EMIT and one[1] == 1]
        assert committed == [11, 12, 13]
        assert ERROR not in [one[0] for one in task.heard]


def test_an_entry_that_fails_twice_at_a_time_is_replayed_once_and_not_after_its_ack():
    with JavaHalf(components.Durable) as task:
        task.say([NEXT])
        task.until_count(1, SYNC)
        task.say([FAILED, [11]], [FAILED, [11]], [FAILED, [12]], [ACKED, [12]])  # of the old delivery, then of the new
        syncs = 1
        while not any(one[3] == 11 for one in task.said[4:] if one[0] == SPOUT_EMIT):
            task.say([NEXT])
            syncs += 1
            task.until_count(syncs, SYNC)
        for _ in range(100):
            task.say([NEXT])
            syncs += 1
            task.until_count(syncs, SYNC)
        ids = [one[3] for one in task.said if one[0] == SPOUT_EMIT and one[1] == 0]
        assert ids == [11, 12, 13, 11]


@pytest.mark.parametrize("wire", ["msgpack", "json"])
def test_an_idle_spout_answers_all_the_same(wire):
    with JavaHalf(components.Numbers, wire, limit=1) as task:
        nexts = [[NEXT]] * 5 if task.packed else [{"command": "next", "id": ""}] * 5
        task.say(*nexts)
        task.until(
            lambda _: sum((one[0] == SYNC) if task.packed else (one["command"] == "sync") for one in task.heard) >= 5
        )


def replays_until(task, syncs, position):
    """Ask until an entry has been emitted again; return how many syncs have come by then."""
    emitted = sum(one[:1] + one[3:4] == [SPOUT_EMIT, position] for one in task.said)
    limit = time.monotonic() + PATIENCE
    while sum(one[:1] + one[3:4] == [SPOUT_EMIT, position] for one in task.said) == emitted:
        assert time.monotonic() < limit, f"{position} is not emitted again"
        task.say([NEXT])
        syncs += 1
        task.until_count(syncs, SYNC)
    return syncs


def test_two_fails_of_one_delivery_count_once_towards_the_dead_letter():
    with JavaHalf(components.Durable, max_failures=2, retry_seconds=0.0) as task:
        task.say([NEXT], [FAILED, [11, 11]], [FAILED, [11]])
        task.until_count(1, SYNC)
        syncs = replays_until(task, 1, 11)
        assert not [one for one in task.said if one[0] == SPOUT_EMIT and one[1] == DEAD]
        task.say([FAILED, [11]], [NEXT])
        task.until_count(syncs + 1, SYNC)
        assert [one[2] for one in task.said if one[0] == SPOUT_EMIT and one[1] == DEAD] == [[11, 2]]


def test_an_entry_that_is_acked_while_it_waits_is_not_emitted_again():
    with JavaHalf(components.Durable, retry_seconds=0.0) as task:
        # 11 and 12 are due at once; 11 is acked before, and 12 shows that its turn has come and gone.
        task.say([NEXT], [FAILED, [11, 12]], [ACKED, [11]], [NEXT], [NEXT])
        task.until_count(3, SYNC)
        assert [one[3] for one in task.said if one[0] == SPOUT_EMIT and one[1] == 0] == [11, 12, 13, 12]
