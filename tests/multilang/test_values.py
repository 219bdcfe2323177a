"""Values of other types than the builtin ones, through each library that may encode and decode them."""

from __future__ import annotations

import collections
import math
import os
import sys
import tempfile
import types
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
