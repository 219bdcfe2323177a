"""Rows 2, 3, 6, 7, 17, 18 and figures F10, F16: a value arrives equal, or is refused where it is emitted.

The way of each: Python - JsonSerializer - Kryo - JsonSerializer - Python, as between two workers.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import math
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from bare_jvm.components.carrying import (
    CompareDoubles,
    Digest,
    Doubles,
    FromFile,
    Large,
    TellsLargeList,
    TellText,
    text_of,
)
from bare_jvm.components.plain import Echo
from bare_jvm.driver import BareJvm, topology_of
from forms import JSON, OURS, PACKED, STOCK

ODD = [
    0, -1, 2**31 - 1, 2**31, -(2**31) - 1, 2**53 + 1, 2**63 - 1, 2**63, -(2**63) - 1, 2**64, 10**300,
    0.0, -0.0, 0.1 + 0.2, 1e16, 1e22, 1e23, 5e-324, 1.7976931348623157e308, -2.2250738585072014e-308,
    123456789012345678.0,
    True, False, None, "", "\x00", "\N{SNOWMAN}\U0001f602", "\u2028\u2029\x85\x7f", "\r\n\r", "end", "\nend\n",
    "\\end/\"'",
    "true", "null", "NaN", "1", [], {}, [[]], {"": {}}, [None, [True, {"a": [1.5]}]], {"end": "\nend\n"}, (1, (2,)),
    {"command": "ack", "id": "1"}, b"", float("nan"), float("inf"), {1: 2}, {None: 1}, "\ud800", ["\udfff"],
    {"\ud800": 1}, datetime.date(2024, 2, 29), {1, 2}, 1j, b"\x00\xff", {"a": [b"\n", bytearray(b"end")]},
]  # fmt: skip

LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=-(2**70), max_value=2**70),
    st.floats(),
    st.text(),
    st.text(st.characters(codec=None)),
    st.binary(max_size=3),
    st.dates(),
    st.sampled_from(ODD),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.tuples(inner, inner),
        st.dictionaries(st.text(max_size=3), inner, max_size=4),
        st.dictionaries(st.one_of(st.integers(), st.text(max_size=2)), inner, max_size=2),
    ),
    max_leaves=8,
)


def as_json(value: Any) -> Any:
    """Return a value as it is to arrive: tuples are lists, bytearrays are bytes."""
    if isinstance(value, (list, tuple)):
        return [as_json(one) for one in value]
    if isinstance(value, dict):
        return {key: as_json(one) for key, one in value.items()}
    return bytes(value) if isinstance(value, bytearray) else value


def can_be_sent(value: Any, form: str) -> bool:
    if isinstance(value, (list, tuple)):
        return all(can_be_sent(one, form) for one in value)
    if isinstance(value, dict):
        return all(type(key) is str and can_be_sent(key, form) and can_be_sent(one, form) for key, one in value.items())
    if isinstance(value, (bytes, bytearray)):
        return form == PACKED
    if isinstance(value, str):
        return not any("\ud800" <= char <= "\udfff" for char in value)
    if isinstance(value, float):
        return math.isfinite(value)
    return value is None or type(value) in (bool, int)


class Pair:
    """A spout and a bolt that reads it through Kryo."""

    def __init__(self, bare, path):
        self.form = bare.form
        path.touch()
        self.path = path
        world = bare.world(topology_of(FromFile, TellText, path=str(path)))
        self.bolt = bare.start_bolt(world, "sink")  # first: what is emitted before it runs goes nowhere
        self.spout = bare.start_spout(world)
        self.given = 0

    def send(self, values):
        """Have values emitted; return what became of each: a text, or the reason of a refusal."""
        with self.path.open("a", encoding="ascii") as file:
            file.writelines(ascii(value) + "\n" for value in values)
        self.given += len(values)
        self.spout.emitted(self.given)
        self.bolt.settled(self.given)
        sent = self.spout.take()
        assert sent.changed == 0
        texts = [row[0] for row in self.bolt.take().rows]
        assert len(sent.tuples) == len(texts) == len(values)
        return [(one["stream"] == "default", text) for one, text in zip(sent.tuples, texts)]


def same(left: Any, right: Any) -> bool:
    """Compare values with their types; the order of a dict's keys may differ, for JSON's objects have none."""
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    return ascii(left) == ascii(right)


@pytest.fixture
def pair(bare, tmp_path):
    return Pair(bare, tmp_path / "values")


def check(pair, values):
    """Send values and compare each with what arrived."""
    for value, (arrived, text) in zip(values, pair.send(values)):
        assert arrived == can_be_sent(value, pair.form), (ascii(value), text)
        assert not arrived or same(eval(text), as_json(value)), (ascii(value), text)


# What Storm's JsonSerializer makes of a value, and what our Codecs make of it.
TYPES = {
    "1": ("Integer", "Long"),
    "2**31": ("Long", "Long"),
    "-(2**63)": ("Long", "Long"),
    "2**63": ("BigInteger", "BigInteger"),
    "-(2**63) - 1": ("BigInteger", "BigInteger"),
    "0.5": ("Double", "Double"),
    "0.1 + 0.2": ("BigDecimal", "Double"),
    "1e300": ("Double", "Double"),
    "-0.0": ("Double", "Double"),
    "True": ("Boolean", "Boolean"),
    "'a'": ("String", "String"),
    "None": ("null", "null"),
    "[1, [0.5]]": ("JSONArray[Integer, JSONArray[Double]]", "ArrayList[Long, ArrayList[Double]]"),
    "{'a': 1, 'b': [None, True]}": (
        "JSONObject[Integer, JSONArray[null, Boolean]]",
        "LinkedHashMap[Long, ArrayList[null, Boolean]]",
    ),
}
BYTES = {
    "b'ab'": "byte[]",
    "bytearray(b'')": "byte[]",
    "[b'', {'a': b'c'}]": "ArrayList[byte[], LinkedHashMap[byte[]]]",
}


def test_java_components_get_these_classes_also_from_another_worker(pair):
    expected = {text: types[pair.form != STOCK] for text, types in TYPES.items()}
    if pair.form == PACKED:
        expected.update(BYTES)
    with pair.path.open("a", encoding="ascii") as file:
        file.writelines(f"{text}\n" for text in expected)
    types = [one["types"][0] for one in pair.spout.emitted(len(expected)).tuples]
    assert dict(zip(expected, types)) == expected


@pytest.mark.parametrize("form", OURS, indirect=True)
def test_an_integer_of_any_size_arrives_from_java(bare):
    bolt = bare.bolt(TellText)
    for value in (2**62, 2**63, -(2**200)):
        bolt.giveObject("source", "default", bare.jvm.classes.java.math.BigInteger(str(value)))
    assert bolt.settled(3).rows == [[str(2**62)], [str(2**63)], [str(-(2**200))]]


@pytest.mark.parametrize("form", OURS, indirect=True)
def test_numbers_of_java_that_are_none_in_json_arrive(bare):
    bolt = bare.bolt(TellText)
    numbers = bare.jvm.classes.java.lang.Double
    for value in (numbers.NaN, numbers.POSITIVE_INFINITY, numbers.NEGATIVE_INFINITY):
        bolt.giveObject("source", "default", value)
    assert bolt.settled(3).rows == [["nan"], ["inf"], ["-inf"]]


LONG_NUMBER = "1" + 5000 * "0"  # longer than Python takes unless it is told to


def test_a_long_integer_arrives_from_java(bare):
    bolt = bare.bolt(TellText)
    bolt.giveObject("source", "default", bare.jvm.classes.java.math.BigInteger(LONG_NUMBER))
    assert bolt.settled(1).rows == [[LONG_NUMBER]]


def test_a_long_integer_arrives_in_java(bare):
    bolt = bare.bolt(Echo, keep=False)
    bolt.giveObject("source", "default", bare.jvm.classes.java.math.BigInteger(LONG_NUMBER))
    notes = bolt.settled(1)
    assert (notes.acked, notes.failed, notes.errors) == (1, [], [])
    assert notes.emitted == {"default": 1}


@pytest.mark.parametrize("form", OURS)
def test_a_tuple_as_large_as_the_topology_lets_it_be_arrives(storm_jars, driver_classes, form):
    jvm = BareJvm(storm_jars, driver_classes, {"_JAVA_OPTIONS": "-Xmx1500m"})
    try:
        jvm.form = form
        bolt = jvm.bolt(TellsLargeList, {"umbrella.max.frame.bytes": 100 << 20}, keep=False)
        bolt.rows([66_000])
        notes = bolt.settled(1)
    finally:
        left = jvm.close()
    assert not left
    assert (notes.acked, notes.failed, notes.errors) == (1, [], [])
    assert notes.emitted == {"default": 1}


@pytest.mark.parametrize("form", OURS, indirect=True)
def test_bytes_of_java_are_a_list_of_numbers_in_json_and_bytes_in_msgpack(bare):
    bolt = bare.bolt(TellText)
    bolt.giveObject("source", "default", b"\x00\x7f\x80\xff")
    expected = "[0, 127, -128, -1]" if bare.form == JSON else ascii(b"\x00\x7f\x80\xff")
    assert bolt.settled(1).rows == [[expected]]


@pytest.mark.parametrize("form", OURS, indirect=True)
def test_a_value_of_java_that_no_wire_has_a_word_for_fails_its_tuple_and_is_named(bare):
    bolt = bare.bolt(TellText)
    bolt.giveObject("source", "default", bare.jvm.classes.java.lang.Object())
    bolt.rows([1])
    notes = bolt.settled(2)
    assert (notes.acked, notes.failed, notes.rows) == (1, [0], [["1"]])
    (error,) = notes.errors
    for words in ("java.lang.Object", "source", "default", "value"):
        assert words in error


@pytest.mark.parametrize("form", OURS, indirect=True)
def test_values_of_java_arrive_as_the_nearest_of_python(bare):
    java = bare.jvm.classes.java
    array = bare.jvm.gateway.new_array(java.lang.String, 2)
    array[0] = "a"
    values = {
        "1": java.lang.Short("1"),
        "-128": java.lang.Byte("-128"),
        "1.5": java.lang.Float("1.5"),
        "'x'": java.lang.Character.valueOf("x"),
        "['a', None]": array,
        "[1]": java.util.Collections.singleton(1),
        "{'k': [True]}": java.util.Collections.singletonMap("k", java.util.ArrayList([True])),
        "'NANOSECONDS'": java.util.concurrent.TimeUnit.NANOSECONDS,
    }
    bolt = bare.bolt(TellText)
    for value in values.values():
        bolt.giveObject("source", "default", value)
    assert [row[0] for row in bolt.settled(len(values)).rows] == list(values)


def test_odd_values_arrive_equal_or_are_refused(pair):
    check(pair, ODD)


def test_a_float_of_17_digits_stays_a_float(pair):
    check(pair, [2.1800466615550124e16, -1.2345678901234567e16, [9.999999999999998e16], {"a": 1.0000000000000002e16}])


# Storm's parser leaves DEL (0x7f) out of a string that also holds an escape, such as a quote or a control character.
def test_the_delete_character_arrives(pair):
    check(pair, ["\x7f", "\x1f\x7f", '"\x7f', "\\\x7f\x7f", ["\n\x7f"], {"\n\x7f": "\t\x7f"}])


def test_random_values_arrive_equal_or_are_refused(pair, full, figure):
    good = total = 0

    @settings(
        max_examples=500 if full else 50,
        deadline=None,
        database=None,
        derandomize=not full,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(VALUES, min_size=20, max_size=40))
    def run(values):
        nonlocal good, total
        check(pair, values)
        total += len(values)
        good += sum(can_be_sent(value, pair.form) for value in values)

    run()
    figure("F10 values", f"{total:,} random values: {good:,} arrived equal, {total - good:,} refused, 0 different")


def test_doubles_arrive_bit_by_bit(bare, full, figure):
    count = 200_000 if full else 20_000
    world = bare.world(topology_of(Doubles, partial(CompareDoubles, count=count), count=count))
    bolt = bare.start_bolt(world, "sink")
    spout = bare.start_spout(world, keep=False)
    spout.emitted(count, 600)
    assert bolt.settled(count, 600).rows == [[count, 0]]
    assert spout.notes.changed == 0
    figure("F10 doubles", f"{count:,} doubles through JsonSerializer and Kryo: all equal bit by bit")


def test_large_tuples_arrive_whole_in_little_memory(bare, full, figure):
    count, size = (100, 10 << 20) if full else (5, 10 << 20)
    limits = {"topology.subprocess.timeout.secs": 30, "topology.max.spout.pending": 1}
    world = bare.world(topology_of(Large, Digest, size=size), limits)
    bolt = bare.start_bolt(world, "sink")
    spout = bare.start_spout(world, keep=False)
    kilobytes = 0
    for number in range(count):
        spout.emitted(number + 1)
        (row,) = bolt.settled(number + 1) and bolt.take().rows
        assert row[0] == hashlib.sha256(text_of(number, size).encode()).hexdigest()
        kilobytes = max(kilobytes, row[1])
    assert kilobytes < 250 << 10
    figure("F16", f"{count} tuples of 10 MiB: SHA-256 equal; the bolt's process needed {kilobytes >> 10} MiB")


def test_a_large_tuple_is_warned_of_once(bare):
    spout = bare.spout(Large, keep=False, size=2 << 20)
    spout.emitted(3)
    assert len(bare.await_logged("a tuple of 2,")) == 1


def test_large_tuples_from_java_arrive_whole(bare):
    bolt = bare.bolt(Echo, keep=False)
    bolt.giveTexts("source", "default", 3, 10 << 20)
    assert bolt.settled(3).emitted == {"default": 3}
    bolt.giveRows("source", "default", json.dumps([["x" * (3 << 20)]]))
    assert bolt.settled(4).changed == 0
