"""Whatever a user's class calls its attributes and methods: it is told, or every tuple is handled as without it."""

from __future__ import annotations

import threading
from typing import Any, Callable

import pytest
from hypothesis import given, settings, strategies as st

from umbrella import (
    AutoAckBolt,
    BatchingBolt,
    Bolt,
    DeclarationError,
    DRPCAggregator,
    DRPCBolt,
    Item,
    ReliableSpout,
    Spout,
    Stream,
    testing,
)
from umbrella.multilang.component import traceback_of

BASES = (AutoAckBolt, BatchingBolt, Bolt, DRPCAggregator, DRPCBolt, ReliableSpout, Spout)

# Names that user code likes, and that were Umbrella's own once.
FAVOURITES = {
    *("_collector", "_current", "_thread", "_process", "_finished", "_gathered", "_entries", "_order", "_retries"),
    *("_done", "_send", "_requests", "_finishing", "_state", "_log", "_conf", "_context", "_emit", "_ack", "_fail"),
}
OPTIONS = {"batch_size", "max_failures", "max_retry_seconds", "retry_seconds", "tick_seconds"}  # to be chosen by users
NAMES = sorted(
    {name for base in BASES for name in dir(base) if not name.startswith("__") and name not in OPTIONS}
    | {"conf", "context", "log"}
    | FAVOURITES
)


class Default(Stream):
    fields = "word"


class Acking(AutoAckBolt):
    Default = Default

    def execute(self, tup):
        self.emit(tup.word)


class Manual(Bolt):
    Default = Default

    def execute(self, tup):
        self.emit(tup.word, anchors=tup)
        self.ack(tup)


class Batch(BatchingBolt):
    Default = Default
    batch_size = 2

    def execute_batch(self, batch):
        self.emit_many([(tup.word,) for tup in batch])


class Calling(DRPCBolt):
    Default = Default

    def execute(self, tup):
        self.emit(tup.word)


class Numbers(Spout):
    Default = Default

    def next_tuple(self):
        self.emit("a", message_id=1)
        self.emit_many([("b",)], message_ids=[2])


class Entries(ReliableSpout):
    Default = Default
    max_failures = 1

    def fetch(self, count):
        return [Item(1, ("a",)), Item(2, ("b",))]


def act_of_bolt(component):
    """Return what a bolt does with three tuples, of which the last is refused."""
    with testing.open(component, inputs={"source": "word"}, raise_errors=False) as bolt:
        fed = [bolt.feed("a"), bolt.feed("b"), bolt.feed("c")]
        emits = [(emitted.values, [anchor in fed for anchor in emitted.anchors]) for emitted in bolt.emits]
        return emits, [(tup.acked, tup.failed) for tup in fed], bolt.exceptions


def act_of_spout(component):
    """Return what a spout emits, and what becomes of an ack and a fail."""
    with testing.open(component, raise_errors=False) as spout:
        emits = [(emitted.values, emitted.message_id) for emitted in spout.next_tuple().emits]
        for message_id in list(spout.pending):
            (spout.ack if message_id == 1 else spout.fail)(message_id)
        return emits, [list(spout.pending), [line.text for line in spout.logs]], spout.exceptions


def function(self):
    return None


def function_of_one(self, value):
    return None


async def coroutine(self, *args):
    return None


def generator(self, *args):
    yield 1


VALUES: list[Any] = [None, 0, 5, True, "text", [], {}, threading.Lock(), threading.Thread(), function, function_of_one]
METHODS: list[Any] = [coroutine, generator, staticmethod(function), property(lambda self: 1), type("Nested", (), {})]


def with_names(base: type, in_class: dict[str, Any], in_object: dict[str, Any]) -> type:
    """Return a subclass that has these names in its class and assigns these in ``open``."""

    def open(self):
        for name, value in in_object.items():
            setattr(self, name, value)

    own = {name: value for name, value in in_class.items() if name not in vars(base)}
    return type(base.__name__, (base,), {"__module__": __name__, "open": open, **own})


@pytest.mark.parametrize("base", [Acking, Manual, Batch, Calling, Numbers, Entries], ids=lambda base: base.__name__)
def test_a_name_is_refused_or_changes_nothing(base):
    act: Callable[[Any], Any] = act_of_bolt if issubclass(base, Bolt) else act_of_spout
    emits, outcome, exceptions = act(base)
    assert emits
    assert not exceptions

    @settings(max_examples=250, deadline=None)
    @given(
        in_class=st.dictionaries(st.sampled_from(NAMES), st.sampled_from(VALUES + METHODS), max_size=3),
        in_object=st.dictionaries(st.sampled_from(NAMES), st.sampled_from(VALUES), max_size=3),
    )
    def check(in_class, in_object):
        names = [*in_class, *in_object]
        try:
            done = act(with_names(base, in_class, in_object))
        except (DeclarationError, AttributeError) as refusal:
            told = [str(refusal)]
        else:
            told = [traceback_of(exc) for exc in done[2]]
        if told:
            assert any(name in text for name in names for text in told)
        else:
            assert done[:2] == (emits, outcome)

    check()


@pytest.mark.parametrize("base", BASES, ids=lambda base: base.__name__)
def test_nothing_of_ours_has_a_private_name_that_a_subclass_could_take(base):
    private = {name for name in dir(base) if name.startswith("_") and not name.startswith("__")}
    assert private <= {"_is_protocol"}  # of typing.Generic
    component = type("Mine", (base,), {"__module__": __name__})
    assert vars(component.__new__(component)) == {}
