"""Values of other types than the builtin ones, through each library that may encode and decode them."""

from __future__ import annotations

import collections
import math
import os
import subprocess
import sys
import tempfile
import types
import uuid
from typing import Any

import msgpack
import numpy
import pytest
import simplejson
from hypothesis import given, settings, strategies as st

from topologies.odd_values import (
    ARRIVES,
    BYTES_ARRIVE,
    REFUSED,
    Color,
    Level,
    Listed,
    Order,
    Point,
    Shape,
    Text,
    same,
)
from umbrella.errors import EmitError
from umbrella.multilang import long_numbers
from umbrella.multilang.bolt_collector import BoltCollector
from umbrella.multilang.channel import Channel
from umbrella.multilang.codec import JsonCodec
from umbrella.multilang.collector import Outputs
from umbrella.multilang.frames import END
from umbrella.multilang.messagepack import find_library, with_long_integers
from umbrella.multilang.packed_codec import MessagePackCodec
from umbrella.multilang.spout_collector import SpoutCollector
from umbrella.multilang.tuples import Tuple, tuple_class
from umbrella.multilang.values import explain_fault
from umbrella.testing.storm_json import frame_of

STREAMS = {"default": ("value",), "pair": ("a", "b")}
CODECS = {
    "orjson": JsonCodec,
    "simplejson": lambda: JsonCodec(fast=False),
    "msgspec": lambda: MessagePackCodec(list(STREAMS), find_library(["msgspec"])),
    "msgpack": lambda: MessagePackCodec(list(STREAMS), find_library(["msgpack"])),
}


@pytest.fixture(autouse=True, scope="module")
def long_integers():
    """As a worker has it."""
    before = sys.get_int_max_str_digits() if hasattr(sys, "get_int_max_str_digits") else None
    long_numbers.allow()
    yield
    if before is not None:
        sys.set_int_max_str_digits(before)


class Way:
    """From an emit to the next component: a collector, Storm as far as it reads and writes, and a reader."""

    def __init__(self, library: str, collector: type = BoltCollector) -> None:
        self.codec, self.reading = CODECS[library](), CODECS[library]()
        self.packed = isinstance(self.codec, MessagePackCodec)
        self.codec.serve(collector is SpoutCollector)
        self.file = tempfile.TemporaryFile()  # noqa: SIM115 - closed in close()
        self.pipe = os.pipe()
        self.channel = Channel(self.pipe[0], self.file.fileno(), self.codec)
        self.collector = collector(self.channel, Outputs("parse", STREAMS))

    def sent(self) -> list[Any]:
        """Return what Storm has read since the last call: rows, and the message ids of a spout's."""
        self.channel.flush()
        self.file.seek(0)
        data = self.file.read()
        self.file.seek(0)
        self.file.truncate()
        if not self.packed:
            raws = [simplejson.loads(text.decode()) for text in data.split(END)[:-1]]
            return [raw["tuple"] if raw.get("id") is None else (raw["tuple"], raw["id"]) for raw in raws]
        found = []
        while data:
            end = 4 + int.from_bytes(data[:4], "big")
            unpacker = msgpack.Unpacker(ext_hook=lambda _, body: int.from_bytes(body, "big", signed=True))
            unpacker.feed(data[4:end])
            data = data[end:]
            for kind, _, values, tag, *_ in unpacker:
                rows, tags = (values, tag) if kind in (10, 11) else ([values], [tag])
                is_spout = kind in (4, 11) and tag is not None
                found += list(zip(rows, tags)) if is_spout else rows
        return [one if isinstance(one, list) else tuple(one) for one in found]

    def arrived(self) -> list[Any]:
        """Return the values of the field as the next component has them."""
        rows = self.sent()
        reader = self.reading.reader()
        if self.packed:
            tuples = [[0, number, 0, row] for number, row in enumerate(rows)]
            body = self.codec._pack(with_long_integers([[1, 0, "parse", "default", 1], *tuples], self.codec._library))
            messages = reader.feed(len(body).to_bytes(4, "big") + body)[1:]
        else:
            texts = [{"id": "1", "comp": "parse", "stream": "default", "task": 1, "tuple": row} for row in rows]
            messages = reader.feed(b"".join(map(frame_of, texts)))
            messages = [self.reading.decode(one) if isinstance(one, bytes) else one for one in messages]
        return [one[0] for one in messages if isinstance(one, Tuple)]

    def emit(self, value: Any) -> None:
        self.collector.emit("default", [value], {}, ())
        self.collector.emit_many("default", [("first",), (value,)], ())

    def close(self) -> None:
        self.file.close()
        for fd in self.pipe:
            os.close(fd)


@pytest.fixture(params=CODECS)
def way(request):
    way = Way(request.param)
    yield way
    way.close()


@pytest.fixture(params=CODECS)
def spout(request):
    way = Way(request.param, SpoutCollector)
    yield way
    way.close()


@pytest.mark.parametrize("name", [*ARRIVES, *BYTES_ARRIVE])
def test_what_means_a_builtin_value_arrives_as_it(way, name):
    if name in BYTES_ARRIVE and not way.packed:
        pytest.skip("JSON has no bytes")
    value, expected = {**ARRIVES, **BYTES_ARRIVE}[name]
    way.emit(value)
    assert [same(one, expected) for one in way.arrived()] == [True, False, True]


@pytest.mark.parametrize("name", [*REFUSED, *BYTES_ARRIVE])
def test_what_does_not_is_refused_with_the_field_and_what_to_write(way, name):
    if name in BYTES_ARRIVE and way.packed:
        pytest.skip("msgpack has bytes")
    value, words = REFUSED[name] if name in REFUSED else (BYTES_ARRIVE[name][0], " is ")
    words = words.replace(", dict", ", dict, bytes") if way.packed else words
    with pytest.raises(EmitError) as caught:
        way.collector.emit("default", [value], {}, ())
    assert str(caught.value).startswith("parse cannot emit this to stream 'default': field 'value': ")
    assert words in str(caught.value)
    with pytest.raises(EmitError) as caught:
        way.collector.emit_many("default", [("first",), (value,)], ())
    assert str(caught.value).startswith("parse cannot emit row 1 to stream 'default': field 'value': ")
    assert words in str(caught.value)
    assert way.sent() == []


def test_rows_may_be_other_lists_and_say_what_else_they_are(way):
    way.collector.emit_many("default", [Point(1, 2)[:1], Listed([1])], ())
    way.collector.emit("pair", [Point(1, 2)], {}, ())
    assert way.sent() == [[1], ["seen"], [1, 2]]
    tup = tuple_class(["value"])("1", "lines", "default", 1, ["x"])
    for rows, words in (([tup], "Send [tup.values for tup in rows]."), (numpy.array([[1]]), "Send rows.tolist().")):
        with pytest.raises(EmitError, match="row 0 to stream 'default': a row is a tuple or list") as caught:
            way.collector.emit_many("default", rows, ())
        assert str(caught.value).endswith(words)


def test_a_tuple_is_sent_on_by_its_values(way):
    tup = tuple_class(["a", "b"])("1", "lines", "pair", 1, [1, 2])
    with pytest.raises(EmitError) as caught:
        way.collector.emit("pair", [tup], {}, ())
    assert str(caught.value) == (
        "stream 'pair' of parse takes 2 values: a, b; given: 1 value: [Tuple(lines.pair: a=1, b=2)]. "
        "To send the values of a tuple on, write emit(*tup)."
    )
    way.collector.emit("pair", [*tup], {}, ())
    way.collector.emit("pair", [], {**tup}, ())
    assert way.sent() == [[1, 2], [1, 2]]


def test_a_fault_behind_a_float_that_is_spelled_out_is_the_one_that_is_named(way):
    with pytest.raises(EmitError, match="field 'b': a string holds a lone surrogate"):
        way.collector.emit("pair", [1.5e16, "\ud800"], {}, ())


def test_an_error_shows_what_cannot_be_shown(way):
    class Broken:
        def __repr__(self):
            raise RuntimeError

    with pytest.raises(EmitError, match="<Broken whose repr raises RuntimeError> is Broken; valid"):
        way.collector.emit("default", [Broken()], {}, ())
    with pytest.raises(EmitError, match="given: 2 values: <list whose repr raises ValueError>"):
        way.collector.emit("default", [10**100_001, 1], {}, ())


def test_only_what_is_refused_is_looked_at_twice():
    """Rows of builtin types go through as the same objects."""
    row = ["a", 1, 1.5, [1, {"a": (2.5, None)}]]
    for library in CODECS:
        assert CODECS[library]().repaired(row) is row


@pytest.mark.parametrize("id", [Color.RED, Level.HIGH, numpy.int64(7), numpy.uint8(7), numpy.str_("x")])
def test_a_message_id_may_be_of_a_type_that_means_str_or_int(spout, id):
    spout.collector.emit("default", ["one"], {}, id)
    spout.collector.emit_many("default", [["two"], ["three"]], [id, "last"])
    plain = {Color.RED: "red", Level.HIGH: 3}.get(id, 7 if id == 7 else "x")
    sent = spout.sent()
    assert sent == [(["one"], plain), (["two"], plain), (["three"], "last")]
    assert [type(one) for _, one in sent] == [type(plain), type(plain), str]
    spout.collector.settle_all([plain, plain, "last"])
    assert spout.collector.pending == 0


@pytest.mark.parametrize(
    ("id", "words"),
    [
        (("topic", 1), "given: ('topic', 1) (tuple). Join the parts into a str, such as f\"{topic}:{offset}\"."),
        (uuid.UUID(int=1), "(UUID). Use str(value)."),
        (Shape.ROUND, "(Shape). Use value.value."),
        (True, "given: True (bool)"),
        (numpy.True_, "(numpy.bool"),
        (numpy.float64(1), "(float64)"),
    ],
)
def test_another_message_id_is_refused_with_what_to_write(spout, id, words):
    for emit in (
        lambda: spout.collector.emit("default", ["x"], {}, id),
        lambda: spout.collector.emit_many("default", [["x"]], [id]),
    ):
        with pytest.raises(EmitError, match="a message id is a str or an int; given") as caught:
            emit()
        assert words in str(caught.value)
    assert (spout.sent(), spout.collector.pending) == ([], 0)


def test_a_message_id_may_be_as_long_as_any_integer(spout):
    spout.collector.emit("default", ["x"], {}, 10**9_999)
    assert [id == 10**9_999 for _, id in spout.sent()] == [True]
    for emit in (
        lambda: spout.collector.emit("default", ["x"], {}, 10**100_000),
        lambda: spout.collector.emit_many("default", [["x"]], [10**100_000]),
    ):
        with pytest.raises(EmitError, match="the message id: "):
            emit()
    assert spout.collector.pending == 1


def test_settings_and_options_are_taken_as_they_are():
    """Where nothing converts, the advice is the conversion."""
    advice = {
        "dict(value)": collections.Counter("a"),
        "list(value)": Listed(),
        "value.item()": numpy.int64(1),
        "value.tolist()": numpy.arange(2),
        "value.value": Color.RED,
        "str(value)": Text("a"),
    }
    for words, value in advice.items():
        assert explain_fault([value], ["key"]).endswith(f"; send {words}")
    assert "is numpy.bool" in explain_fault([numpy.True_], ["key"])


def test_umbrella_imports_none_of_the_libraries_that_it_knows():
    script = """
import collections, enum, pathlib, sys
from umbrella.multilang.values import explain_refusal, sendable
assert sendable([collections.Counter("a")]) == [{"a": 1}]
for value in (pathlib.Path(), object(), float("nan")):
    assert explain_refusal([value], ["field"])
libraries = ("numpy", "pandas", "pydantic", "msgspec", "torch", "attrs", "dataclasses")
print([name for name in libraries if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


class Refused(Exception):
    """What the strategy has made cannot be sent."""


def expected(value: Any, packed: bool) -> Any:
    """Return what is to arrive for a value, or raise Refused."""
    if value is None or type(value) is bool:
        return value
    if isinstance(value, (numpy.generic, numpy.ndarray)) and not isinstance(value, (str, bytes)):
        return expected(value.tolist(), packed)
    if isinstance(value, (bytes, bytearray)) and packed:
        return bytes(value)
    if isinstance(value, str):
        if any("\ud800" <= char <= "\udfff" for char in value):
            raise Refused
        return "".join(list(value))
    if isinstance(value, int):
        return value + 0
    if isinstance(value, float) and math.isfinite(value):
        return value + 0.0 or value
    if isinstance(value, (list, tuple)):
        return [expected(one, packed) for one in value]
    if isinstance(value, collections.abc.Mapping) and all(isinstance(key, str) for key in value):
        return {expected(key, packed): expected(one, packed) for key, one in value.items()}
    raise Refused


LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.floats(1e16, 1e17),
    st.text(st.characters(codec=None), max_size=4),
    st.binary(max_size=2),
    st.builds(bytearray, st.binary(max_size=2)),
    st.integers(-128, 127).map(numpy.int8),
    st.integers(0, 2**64 - 1).map(numpy.uint64),
    st.floats(width=32).map(numpy.float32),
    st.floats().map(numpy.float64),
    st.booleans().map(numpy.bool_),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=3).map(numpy.str_),
    st.lists(st.floats(), max_size=3).map(numpy.array),
    st.lists(st.integers(-9, 9), min_size=4, max_size=4).map(lambda row: numpy.array(row).reshape(2, 2)),
    st.sampled_from([Color.RED, Level.HIGH, Shape.ROUND, Order(), uuid.UUID(int=1), {1}, 1j, object()]),
)
KEYS = st.one_of(st.text(max_size=2), st.sampled_from([Color.RED, Text("b"), numpy.str_("c"), 1, None]))
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.builds(Point, inner, inner),
        st.dictionaries(st.text(max_size=3), inner, max_size=3),
        st.dictionaries(KEYS, inner, max_size=2).map(collections.OrderedDict),
        st.dictionaries(KEYS, inner, max_size=2).map(types.MappingProxyType),
        st.dictionaries(KEYS, inner, max_size=2).map(collections.UserDict),
        st.lists(inner, max_size=2).map(lambda row: numpy.array([*row, None], dtype=object)[:-1]),
    ),
    max_leaves=8,
)


@settings(max_examples=100, deadline=None)
@given(VALUES)
def test_any_value_arrives_as_its_builtin_form_or_is_refused_by_name(value):
    for library in CODECS:
        way = Way(library)
        try:
            try:
                builtin = expected(value, way.packed)
            except Refused:
                with pytest.raises(EmitError, match="field 'value': "):
                    way.emit(value)
                assert way.sent() == []
            else:
                way.emit(value)
                arrived = way.arrived()
                assert [same(one, builtin) for one in arrived[::2]] == [True, True]
        finally:
            way.close()
