"""Many tuples at once, on both wires."""

from __future__ import annotations

import json
import os

import msgpack
import pytest

from umbrella.errors import EmitError, TupleStateError
from umbrella.multilang.bolt_collector import BoltCollector
from umbrella.multilang.channel import Channel
from umbrella.multilang.codec import JsonCodec
from umbrella.multilang.collector import Outputs
from umbrella.multilang.frames import END
from umbrella.multilang.packed_codec import MessagePackCodec
from umbrella.multilang.rows import TOGETHER
from umbrella.multilang.spout_collector import SpoutCollector
from umbrella.multilang.tuples import Tuple

STREAMS = {"default": ("ip", "path"), "single": ("value",), "chosen": ("value",)}
MAX_FRAME = 1 << 21


class Wire:
    """A collector over a real pipe, and the emits that came out of it, one by one."""

    def __init__(self, packed: bool, spout: bool) -> None:
        self.packed = packed
        self.in_read, self.in_write = os.pipe()
        self.out_read, self.out_write = os.pipe()
        codec = MessagePackCodec(list(STREAMS)) if packed else JsonCodec()
        codec.serve(spout)
        self.channel = Channel(self.in_read, self.out_write, codec)
        outputs = Outputs("parse", STREAMS, {"chosen": frozenset({3})}, MAX_FRAME)
        self.collector = (SpoutCollector if spout else BoltCollector)(self.channel, outputs)
        os.set_blocking(self.out_read, False)
        os.set_blocking(self.out_write, False)
        self.data = b""

    def sent(self) -> list[tuple]:
        """What has been emitted: stream, values, anchors or message id."""
        self.channel.flush()
        try:
            while data := os.read(self.out_read, 1 << 20):
                self.data += data
        except BlockingIOError:
            pass
        data, self.data = self.data, b""
        return list(self._packed(data)) if self.packed else list(self._json(data))

    def _json(self, data):
        for raw in map(json.loads, data.split(END)[:-1]):
            if raw["command"] == "emit":
                yield raw.get("stream", "default"), raw["tuple"], raw.get("anchors") or raw.get("id")

    def _packed(self, data):
        names = list(STREAMS)
        while data:
            end = 4 + int.from_bytes(data[:4], "big")
            unpacker = msgpack.Unpacker()
            unpacker.feed(data[4:end])
            data = data[end:]
            for kind, stream, *rest in (one for one in unpacker if one[0] in (2, 4, 10, 11)):
                tag = rest[1]
                if kind in (2, 4):
                    yield names[stream], rest[0], tag or None
                for number, row in enumerate(rest[0] if kind in (10, 11) else ()):
                    yield names[stream], row, (tag[number] if tag and kind == 11 else tag) or None

    def close(self) -> None:
        for fd in (self.in_read, self.in_write, self.out_read, self.out_write):
            os.close(fd)


@pytest.fixture(params=["json", "msgpack"])
def packed(request):
    return request.param == "msgpack"


@pytest.fixture
def bolt(packed):
    wire = Wire(packed, spout=False)
    yield wire
    wire.close()


@pytest.fixture
def spout(packed):
    wire = Wire(packed, spout=True)
    yield wire
    wire.close()


def opened(wire, number):
    id = number if wire.packed else str(number)
    wire.collector.receive(id)
    return Tuple(id, "lines", "default", 1, ["x"])


def test_rows_of_a_bolt_are_anchored_alike(bolt):
    anchors = [opened(bolt, 1), opened(bolt, 2)]
    bolt.collector.emit_many("default", [("1", "/"), ["2", "/a"]], anchors)
    bolt.collector.emit_many("single", ([[number]] for number in range(2)), ())
    ids = [anchor._id for anchor in anchors]
    assert bolt.sent() == [
        ("default", ["1", "/"], ids),
        ("default", ["2", "/a"], ids),
        ("single", [[0]], None),
        ("single", [[1]], None),
    ]


def test_rows_of_a_spout_have_a_message_id_each_or_none(spout):
    spout.collector.emit_many("single", [["a"], ["b"]], iter(["one", 2]))
    assert spout.collector.pending == 2
    spout.collector.emit_many("single", [["c"]])
    assert spout.sent() == [("single", ["a"], "one"), ("single", ["b"], 2), ("single", ["c"], None)]
    assert spout.collector.emitted == 3
    spout.collector.settle("one")
    assert spout.collector.pending == 1


def test_none_and_very_many_rows(spout):
    spout.collector.emit_many("single", [])
    assert spout.sent() == []
    count = TOGETHER + 1
    spout.collector.emit_many("single", [[number] for number in range(count)], range(1, count + 1))
    assert spout.sent() == [("single", [number], number + 1) for number in range(count)]


def test_floats_lists_and_long_integers_go_through(spout):
    rows = [[1.5], [1e16], [[1, {"a": 1.25}]], [2**63]]
    spout.collector.emit_many("single", rows)
    assert [row for _, row, _ in spout.sent()] == rows


@pytest.mark.parametrize(
    ("stream", "rows", "text"),
    [
        ("default", [("1", "/"), ("2",)], "row 1 to stream 'default': a row has 2 values: ip, path; given: 1: ['2']"),
        (
            "single",
            [("a",), "b"],
            "row 1 to stream 'single': a row is a tuple or list of the values of value; given",
        ),
        ("single", [("a",), (float("nan"),)], "row 1 to stream 'single': field 'value': nan is not a JSON number"),
        ("single", [("a",), ({1, 2},)], "row 1 to stream 'single': field 'value': {1, 2} is set; valid"),
        (
            "default",
            [("a", "b"), ("c", "\ud800")],
            "row 1 to stream 'default': field 'path': a string holds a lone",
        ),
        ("sngle", [("a",)], "parse has no stream 'sngle'; valid: 'default', 'single', 'chosen'. Did you mean"),
        ("chosen", [("a",)], "stream 'chosen' of parse is direct: an emit names its task"),
    ],
)
def test_one_bad_row_is_named_and_nothing_is_sent(bolt, spout, stream, rows, text):
    for wire, arguments in ((bolt, [()]), (spout, [range(len(rows))])):
        with pytest.raises(EmitError) as caught:
            wire.collector.emit_many(stream, rows, *arguments)
        assert text in str(caught.value)
        assert wire.sent() == []
    assert spout.collector.pending == 0


@pytest.mark.parametrize(
    ("ids", "text"),
    [
        ([1], "emit_many takes a message id for each row; given: 1 message ids for 2 rows"),
        ([1, None], "row 1: a message id is a str or an int; given: None (NoneType)"),
    ],
)
def test_message_ids_that_are_wrong_are_named(spout, ids, text):
    with pytest.raises(EmitError) as caught:
        spout.collector.emit_many("single", [["a"], ["b"]], ids)
    assert text in str(caught.value)
    assert (spout.sent(), spout.collector.pending) == ([], 0)


def test_a_settled_anchor_is_refused(bolt):
    anchor = opened(bolt, 1)
    bolt.collector.ack(anchor)
    with pytest.raises(TupleStateError, match="anchors to a tuple that is settled already"):
        bolt.collector.emit_many("single", [["a"]], [anchor])


def test_a_row_that_is_too_large_is_refused_and_nothing_is_sent(spout):
    with pytest.raises(EmitError, match="cannot emit a tuple of 2,"):
        spout.collector.emit_many("single", [["a"], ["x" * MAX_FRAME]], [1, 2])
    assert (spout.sent(), spout.collector.pending) == ([], 0)


def test_bytes_are_for_msgpack_alone(spout):
    rows = [[b"\xff"], [bytearray(b"a")], [{"a": [b""]}]]
    if spout.packed:
        spout.collector.emit_many("single", rows)
        assert [row for _, row, _ in spout.sent()] == [[b"\xff"], [b"a"], [{"a": [b""]}]]
    else:
        with pytest.raises(EmitError, match=r"row 0 to stream 'single': field 'value': b'\\xff' is bytes"):
            spout.collector.emit_many("single", rows)
