"""Bolts whose parent is Umbrella's Java half."""

from __future__ import annotations

import pytest

from java_half import components
from java_half.driver import JavaHalf
from umbrella.multilang.kinds import (
    ACK,
    ALIVE,
    BOLT_EMIT,
    BOLT_EMITS,
    ERROR,
    FAIL,
    HEARTBEAT,
    METRICS,
    SOURCE,
    TASK_IDS,
    TUPLE,
)

wires = pytest.mark.parametrize("wire", ["msgpack", "json"])


def settled(task):
    return [one for one in task.heard if one[0] in (ACK, FAIL)]


def test_tuples_of_a_frame_are_emitted_and_acked_in_order():
    with JavaHalf(components.Echo) as task:
        task.say(*[task.tuple(id, f"value {id}") for id in range(1000)])
        task.until_count(1000, ACK)
        emits = [one[:4] for one in task.said if one[0] == BOLT_EMIT]
        assert emits == [[BOLT_EMIT, 0, [f"value {id}"], [id]] for id in range(1000)]
        assert settled(task) == [[ACK, id] for id in range(1000)]
        emitted = set()
        for one in task.said:  # acks come together, each after what is anchored to its tuple
            if one[0] == BOLT_EMIT:
                emitted.update(one[3])
            else:
                assert one[1] in emitted


def test_what_json_has_and_bytes_arrive_equal():
    values = [
        None,
        True,
        -1,
        2**64 - 1,
        -(2**63),
        1.5,
        1e16,
        "x\x7f\u2028\U0001f600",
        [1, [2]],
        {"a": {"b": None}},
        b"\xff\0",
    ]
    with JavaHalf(components.Echo) as task:
        task.say(*[task.tuple(id, value) for id, value in enumerate(values)])
        assert [one[2][0] for one in task.until_count(len(values), BOLT_EMIT)] == values


def test_the_json_wire_is_that_of_stock_storm():
    with JavaHalf(components.Echo, "json") as task:
        task.say(task.tuple(-5, "a"))
        task.until(lambda one: one["command"] == "ack")
        emit = {"command": "emit", "tuple": ["a"], "need_task_ids": False, "anchors": ["-5"]}
        assert task.said == [emit, {"command": "ack", "id": "-5"}]


def test_several_emits_keep_their_streams_and_an_exception_fails_the_tuple():
    with JavaHalf(components.Doubled) as task:
        task.say(task.tuple(1, "a"), task.tuple(2, "raise"), task.tuple(3, "b"))
        task.until_count(2, ACK)
        emits = [one for one in task.heard if one[0] == BOLT_EMIT]
        assert [(one[1], one[2], one[3]) for one in emits] == [
            (0, ["a"], [1]),
            (1, ["a"], [1]),
            (0, ["raise"], [2]),
            (0, ["b"], [3]),
            (1, ["b"], [3]),
        ]
        assert sorted(settled(task)) == [[ACK, 1], [ACK, 3], [FAIL, 2]]
        assert "ValueError: as told" in task.errors()


@wires
def test_an_emit_goes_out_while_its_call_still_runs(tmp_path, wire):
    with JavaHalf(components.EmitsAndStays, wire, path=str(tmp_path / "go on")) as task:
        task.say(task.tuple(1, "a"))
        task.until(lambda one: one[0] == BOLT_EMIT if task.packed else one["command"] == "emit")
        assert not [one for one in task.heard if (one[0] == ACK if task.packed else one["command"] == "ack")]
        (tmp_path / "go on").touch()
        task.until(lambda one: one[0] == ACK if task.packed else one["command"] == "ack")


def test_a_long_call_gives_signs_of_life(tmp_path):
    with JavaHalf(components.EmitsAndStays, path=str(tmp_path / "go on")) as task:
        task.say(task.tuple(1, "a"))
        task.until_count(2, ALIVE)
        (tmp_path / "go on").touch()
        task.until_count(1, ACK)


def test_what_is_emitted_is_as_it_was_then():
    with JavaHalf(components.Changes) as task:
        task.say(task.tuple(1, "a"))
        assert task.until_count(1, BOLT_EMIT)[0][2] == [["a"]]


def test_threads_never_anchor_to_a_tuple_that_is_acked_already():
    with JavaHalf(components.Threads) as task:
        for id in range(20):
            task.say(task.tuple(id, "go"))
        task.until_count(20, ACK)
        acked = set()
        for one in task.heard:
            if one[0] == ACK:
                acked.add(one[1])
            elif one[0] == BOLT_EMIT:
                assert not acked.intersection(one[3])
        for id in range(20):
            of_one = [one[2][0] for one in task.heard if one[0] == BOLT_EMIT and one[3] == [id]]
            assert sorted(of_one) == [number * 1000 + count for number in range(5) for count in range(50)]


def test_task_ids_are_told_while_tuples_wait():
    with JavaHalf(components.AsksTaskIds) as task:
        task.say(task.tuple(1, "a"), task.tuple(2, "b"))
        task.until_count(1, BOLT_EMIT)
        task.say(task.tuple(3, "c"), [TASK_IDS, [8, 9]])
        task.until_count(3, BOLT_EMIT)
        task.say([TASK_IDS, []])
        task.until_count(5, BOLT_EMIT)
        task.say([TASK_IDS, [5]])
        emits = task.until_count(6, BOLT_EMIT)
        assert [(one[2][0], one[5]) for one in emits] == [
            ("a", True), ([8, 9], False), ("b", True), ([], False), ("c", True), ([5], False)
        ]  # fmt: skip


def test_a_batch_is_one_message_anchored_to_all_of_it():
    with JavaHalf(components.Gathers) as task:
        task.say(*[task.tuple(id, f"value {id}") for id in range(3)])
        task.until_count(3, ACK)
        assert [one for one in task.heard if one[0] == BOLT_EMITS] == [
            [BOLT_EMITS, 0, [["value 0"], ["value 1"], ["value 2"]], [0, 1, 2]]
        ]


def test_a_heartbeat_is_answered():
    with JavaHalf(components.Echo) as task:
        task.say([HEARTBEAT])
        task.until_count(1, ALIVE)


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ([17], "this is no message; given: [17]; valid: [0, id, source, values]"),
        ([0, 1, 99, []], "a tuple of a source that was not named before: [0, 1, 99, []]"),
        ([0, "1", 7, []], "this is no message"),
    ],
)
def test_a_malformed_message_ends_the_process_and_is_shown(message, text):
    with JavaHalf(components.Echo) as task:
        task.say(message)
        assert text in task.errors()
        assert task.ended() == 1


def test_a_worker_without_a_library_says_what_to_install(tmp_path):
    for name in ("msgspec", "msgpack"):
        (tmp_path / f"{name}.py").write_text("raise ImportError")
    with JavaHalf(
        components.Echo, environment={"PYTHONPATH": f"{tmp_path}:{':'.join(__import__('sys').path)}"}
    ) as task:
        text = task.errors()
        assert task.ended() == 1
    assert 'serializer = "msgpack" needs msgspec or msgpack, and this worker\'s Python has neither' in text
    assert "pip install msgspec" in text
    assert "umbrella jar -r" in text


@wires
def test_metrics_are_sent_as_increases_and_the_last_at_the_end(wire):
    with JavaHalf(components.Measured, wire) as task:
        task.say(task.tuple(1, 4))
        is_metrics = lambda one: one[0] == METRICS if task.packed else one["command"] == "metrics"  # noqa: E731
        task.until(is_metrics)
        task.say(task.tuple(2, 1500))
        task.hear_the_end()
        found = [one[1] if task.packed else one["params"] for one in task.heard if is_metrics(one)]
    if not task.packed:
        assert {one["name"] for one in task.heard if is_metrics(one)} == {"umbrella"}
    assert sum(one.get("counters", {}).get("hits", 0) for one in found) == 6
    assert found[0]["gauges"] == {"queue.depth": 4}
    assert found[0]["histograms"] == {"size": [0, 1, 2, 3]}
    assert len(found[0]["timers"]["took"]) == 1
    assert len(found[-1]["histograms"]["size"]) == 1000
    assert found[-1]["counts"] == {"size": 1500}


def test_stock_storm_is_told_once_that_it_carries_no_metrics():
    with JavaHalf(components.Measured, None) as task:
        task.say(task.tuple(1, 4))
        task.hear_the_end()
    about = [one["msg"] for one in task.heard if "metrics" in one.get("msg", "")]
    assert len(about) == 1
    assert "(hits, queue.depth, size, took)" in about[0]
    assert "metrics" not in {one["command"] for one in task.heard}
    assert ERROR not in {one["command"] for one in task.heard}


def tick(task, id):
    values = [1]
    if task.packed:
        return [TUPLE, id, 8, values]
    return {"id": str(id), "comp": "__system", "stream": "__tick", "task": -1, "tuple": values}


@wires
def test_every_tick_is_acked_also_one_that_raises(wire):
    with JavaHalf(components.Ticked, wire) as task:
        if task.packed:
            task.say([SOURCE, 8, "__system", "__tick", -1])
        task.say(tick(task, 21), tick(task, 22), task.tuple(23, "a"))
        if task.packed:
            assert [id for _, id in task.until_count(3, ACK)] == [21, 22, 23]
        else:
            task.until(lambda _: sum(one["command"] == "ack" for one in task.heard) == 3)
            assert [one["id"] for one in task.heard if one["command"] == "ack"] == ["21", "22", "23"]
        assert "as told" in task.errors()


def test_exceptions_in_a_row_are_counted_anew_after_a_success():
    conf = {"umbrella.exceptions.until.restart": 3}
    with JavaHalf(components.RaisesAsTold, conf=conf) as task:
        values = ["raise", "raise", "well", "raise", "raise", "well"]
        task.say(*[task.tuple(id, value) for id, value in enumerate(values)])
        assert task.until_count(2, BOLT_EMIT)
        assert task.process.poll() is None
        task.say(*[task.tuple(id, "raise") for id in (10, 11, 12)])
        assert task.ended() == 1
        task.hear_the_end()
        assert "3 exceptions in a row" in [one[1] for one in task.heard if one[0] == ERROR][-1]
        assert len([one for one in task.heard if one[0] == FAIL]) == 7


def test_exceptions_of_ticks_count_too():
    conf = {"umbrella.exceptions.until.restart": 1}
    with JavaHalf(components.Ticked, conf=conf) as task:
        task.say([SOURCE, 8, "__system", "__tick", -1], tick(task, 21))
        assert task.ended() == 1
