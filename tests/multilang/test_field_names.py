"""Fields that are called like an argument of ``emit``: they go by position, and an emit by name says so."""

from __future__ import annotations

import pytest

from umbrella import AutoAckBolt, Spout, Stream, testing
from umbrella.errors import EmitError
from umbrella.multilang.bolt_collector import BoltCollector
from umbrella.multilang.spout_collector import SpoutCollector


def emits_of(base, names, given):
    stream = type("Default", (Stream,), {"fields": names})
    hook = "next_tuple" if base is Spout else "execute"
    emitter = type("Emitter", (base,), {"Default": stream, hook: lambda self, *_: self.emit(*given[0], **given[1])})
    if base is Spout:
        with testing.open(emitter) as spout:
            return spout.next_tuple().emits
    with testing.open(emitter, inputs={"source": "value"}) as bolt:
        return bolt.feed(1).emits


@pytest.mark.parametrize(
    ("base", "name", "value"),
    [
        (Spout, "stream", "a"),
        (Spout, "message_id", 7),
        (Spout, "task", "clean up"),
        (Spout, "need_task_ids", True),
        (AutoAckBolt, "stream", "a"),
        (AutoAckBolt, "task", 3),
        (AutoAckBolt, "need_task_ids", True),
    ],
)
def test_an_emit_by_name_says_the_collision(base, name, value):
    with pytest.raises(EmitError) as caught:
        emits_of(base, (name, "more"), ((), {name: value, "more": 1}))
    text = str(caught.value)
    assert f"{name}= is an argument of emit itself: give the values by position, emit({name}, more)." in text
    with pytest.raises(EmitError, match=f"{name}= is an argument of emit itself"):
        emits_of(base, (name,), ((), {name: value}))


def test_anchors_that_are_no_tuples_are_refused():
    for value in ("text", 3):
        with pytest.raises(EmitError, match="A field called anchors can only be given by position"):
            emits_of(AutoAckBolt, ("anchors", "more"), ((), {"anchors": value, "more": 1}))


@pytest.mark.parametrize("base", [Spout, AutoAckBolt])
def test_such_fields_go_by_position(base):
    names = (SpoutCollector if base is Spout else BoltCollector).arguments
    values = list(range(len(names)))
    (emit,) = emits_of(base, names, (values, {}))
    assert list(emit.values) == values


def test_message_id_is_no_argument_of_a_bolts_emit():
    (emit,) = emits_of(AutoAckBolt, ("message_id", "more"), ((), {"message_id": 7, "more": 1}))
    assert list(emit.values) == [7, 1]


def test_the_arguments_are_those_of_emit():
    for base, collector in ((Spout, SpoutCollector), (AutoAckBolt, BoltCollector)):
        named = {*base.emit.__kwdefaults__}
        assert named == {*collector.arguments}
