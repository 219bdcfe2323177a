"""Values of other types than the builtin ones, in-process as on a worker."""

from __future__ import annotations

import sys
from collections import Counter

import numpy
import pytest

from umbrella import AutoAckBolt, EmitError, Item, ReliableSpout, Stream, testing

POSITION = "the position of an Item is its message id: it is a str or an int; given: "
LONG = 10**5_000  # more than Python writes as text unless it is told to


class Echo(AutoAckBolt):
    class Default(Stream):
        fields = "value"

    def execute(self, tup):
        self.emit(tup.value)


class Makes(AutoAckBolt):
    class Default(Stream):
        fields = "value"

    def execute(self, tup):
        self.emit({"long": LONG, "short": -1, "too long": 10**100_000}[tup.which])


@pytest.fixture
def short_integers():
    """Python's own limit, as it is in a test that has opened no component."""
    if not hasattr(sys, "set_int_max_str_digits"):
        pytest.skip("this Python has no limit")
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(4300)
    yield
    sys.set_int_max_str_digits(before)


def test_integers_are_as_long_as_on_a_worker(short_integers):
    with testing.open(Makes) as makes:
        assert makes.feed(which="long").emits == [(LONG,)]
        with pytest.raises(EmitError, match="field 'value': an int has more than 100,000 digits; send hex"):
            makes.feed(which="too long")
        assert makes.feed(which="short").emits == [(-1,)]


def test_a_long_integer_can_be_fed(short_integers):
    with testing.open(Echo) as echo:
        assert echo.feed(value=LONG).emits == [(LONG,)]


def test_what_is_fed_arrives_as_if_it_had_been_emitted():
    with testing.open(Echo) as echo:
        fed = echo.feed(value=Counter(a=numpy.int64(2)))
        assert fed.values == [{"a": 2}]
        assert type(fed.values[0]) is dict
        assert fed.emits == [({"a": 2},)]
        assert echo.feed(numpy.arange(2), fields="value").emits == [([0, 1],)]
        with pytest.raises(testing.HarnessError, match=r"no tuple holds this: field 'value': \{1\} is set; valid"):
            echo.feed(value={1})


class Entries(ReliableSpout):
    """Returns what a test puts into ``batches``."""

    class Default(Stream):
        fields = "value"

    def open(self):
        self.batches = []
        self.committed = []
        self.dead = []

    def fetch(self, count):
        return self.batches.pop(0) if self.batches else ()

    def commit(self, position):
        self.committed.append(position)

    def dead_letter(self, item, failures):
        self.dead.append(item.position)


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (Item(1, ({200: 5},)), "field 'value': the dict key 200 is int; JSON keys are str"),
        (Item(1, ({1},)), "field 'value': {1} is set"),
        (
            Item(("topic", 1), ("x",)),
            POSITION + "('topic', 1) (tuple). Join the parts into a str, such as",
        ),
        (Item(None, ("x",)), POSITION + "None"),
        (Item(1.5, ("x",)), POSITION + "1.5"),
    ],
)
def test_an_entry_that_is_refused_is_an_error_of_its_test(item, words):
    with testing.open(Entries, max_failures=1) as entries:
        entries.component.batches = [[Item(8, ("before",)), item, Item(9, ("after",))]]
        with pytest.raises(EmitError) as caught:
            entries.next_tuple()
        assert words in str(caught.value)
        assert entries.emits == [("before",), ("after",)]
        assert entries.component.dead == [item.position]
        assert len(entries.errors) == 1
        entries.ack(8)
        entries.ack(9)
        assert entries.component.committed[-1] == 9


def test_a_position_of_numpy_is_the_int_that_it_is():
    with testing.open(Entries) as entries:
        entries.component.batches = [[Item(numpy.int64(number), (number,)) for number in range(2)]]
        assert entries.next_tuple().emits == [(0,), (1,)]
        entries.ack(0)
        entries.ack(1)
        assert [type(position) for position in entries.component.committed] == [int, int]
