"""What a component may send, checked before a byte is written."""

from __future__ import annotations

import datetime
import decimal
import json
import os

import pytest

from umbrella.errors import EmitError, TupleStateError
from umbrella.multilang.bolt_collector import BoltCollector
from umbrella.multilang.channel import Channel
from umbrella.multilang.codec import JsonCodec
from umbrella.multilang.collector import Outputs, stream_name
from umbrella.multilang.frames import END
from umbrella.multilang.spout_collector import SpoutCollector
from umbrella.multilang.tuples import Tuple

STREAMS = {"default": ("ip", "path"), "single": ("value",), "empty": (), "chosen": ("value",)}


class Wire:
    """A channel over real pipes, and what came out of it."""

    def __init__(self, fast: bool) -> None:
        self.in_read, self.in_write = os.pipe()
        self.out_read, self.out_write = os.pipe()
        self.channel = Channel(self.in_read, self.out_write, JsonCodec(fast))

    def sent(self) -> list[dict]:
        self.channel.flush()
        os.set_blocking(self.out_read, False)
        try:
            data = os.read(self.out_read, 1 << 16)
        except BlockingIOError:
            return []
        return [json.loads(frame) for frame in data.split(END)[:-1]]

    def close(self) -> None:
        for fd in (self.in_read, self.in_write, self.out_read, self.out_write):
            os.close(fd)


@pytest.fixture(params=[True, False], ids=["orjson", "simplejson"])
def wire(request):
    wire = Wire(request.param)
    yield wire
    wire.close()


@pytest.fixture
def bolt(wire):
    return BoltCollector(wire.channel, Outputs("parse", STREAMS, {"chosen": frozenset({3, 4})}))


@pytest.fixture
def spout(wire):
    return SpoutCollector(wire.channel, Outputs("lines", STREAMS))


def tuple_of(number):
    return Tuple(str(number), "lines", "default", 1, ["x"])


@pytest.mark.parametrize(
    ("stream", "values", "named", "row"),
    [
        ("default", ("1", "/"), {}, ["1", "/"]),
        ("default", (("1", "/"),), {}, ["1", "/"]),
        ("default", (["1", "/"],), {}, ["1", "/"]),
        ("default", (), {"path": "/", "ip": "1"}, ["1", "/"]),
        ("single", (["a", "b"],), {}, [["a", "b"]]),
        ("single", (None,), {}, [None]),
        ("empty", (), {}, []),
    ],
)
def test_values_come_by_position_as_one_tuple_or_by_name(bolt, stream, values, named, row):
    assert list(bolt.row(stream, values, named)) == row


@pytest.mark.parametrize(
    ("stream", "values", "named", "text"),
    [
        ("default", ("1",), {}, "stream 'default' of parse takes 2 values: ip, path; given: 1 value: ['1']"),
        ("default", ("1", "/", 3), {}, "given: 3 values: ['1', '/', 3]"),
        ("default", (("1", "/", 3),), {}, "given: 3 values"),
        ("single", ("a", "b"), {}, "takes 1 value: value; given: 2 values"),
        ("default", (), {"ip": "1"}, "takes the fields ip, path; given: only ip. Add path."),
        ("default", (), {"ip": "1", "pth": "/"}, "has no field 'pth'; valid: ip, path. Did you mean 'path'?"),
        ("default", ("1",), {"path": "/"}, "by position or by name, not both"),
        (
            "defalt",
            ("1", "/"),
            {},
            "parse has no stream 'defalt'; valid: 'default', 'single', 'empty', 'chosen'. Did you mean",
        ),
    ],
)
def test_a_wrong_count_or_name_is_refused_with_the_streams_fields(bolt, stream, values, named, text):
    with pytest.raises(EmitError) as caught:
        bolt.row(stream, values, named)
    assert text in str(caught.value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (float("nan"), "field 'value': nan is not a JSON number"),
        (float("-inf"), "field 'value': -inf is not a JSON number"),
        (b"raw", "b'raw' is bytes; valid: str, int, float, bool, None, list, tuple, dict; decode them"),
        (datetime.date(2020, 1, 1), "is date; valid"),
        (decimal.Decimal("1.5"), "is Decimal; valid"),
        ({1: 2}, "the dict key 1 is int; JSON keys are str"),
        ({"a": [{"b": {3}}]}, "is set; valid"),
        ("\ud800", "holds a lone surrogate"),
        (["\udfff"], "holds a lone surrogate"),
        ({"\ud800": 1}, "holds a lone surrogate"),
    ],
)
def test_a_value_that_would_not_arrive_equal_is_refused_and_nothing_is_sent(wire, bolt, value, text):
    with pytest.raises(EmitError) as caught:
        bolt.emit("single", [value], {}, [], None, False)
    assert text in str(caught.value)
    assert str(caught.value).startswith("parse cannot emit this to stream 'single'")
    assert wire.sent() == []


def test_depth_is_limited_below_what_kills_storms_parser(bolt):
    deep: list = []
    for _ in range(301):
        deep = [deep]
    with pytest.raises(EmitError, match="nested deeper than 300 levels"):
        bolt.emit("single", [deep], {}, [], None, False)


def test_a_tuple_is_acked_or_failed_once(wire, bolt):
    tup = tuple_of(1)
    bolt.receive(tup.id)
    bolt.ack(tup)
    for again in (bolt.ack, bolt.fail):
        with pytest.raises(TupleStateError, match="settled already"):
            again(tup)
    with pytest.raises(TupleStateError, match="settled already"):
        bolt.fail(tuple_of(2))
    assert wire.sent() == [{"command": "ack", "id": "1"}]


def test_an_anchor_has_to_be_open(wire, bolt):
    one, two = tuple_of(1), tuple_of(2)
    bolt.receive(one.id)
    bolt.receive(two.id)
    bolt.emit("single", ["x"], {}, [one, two], None, False)
    bolt.fail(two)
    with pytest.raises(TupleStateError, match="anchors to a tuple that is settled"):
        bolt.emit("single", ["x"], {}, [one, two], None, False)
    assert [message.get("anchors") for message in wire.sent()] == [["1", "2"], None]


def test_task_ids_are_waited_for_if_asked_and_tuples_meanwhile_are_kept(wire, bolt):
    os.write(wire.in_write, b'{"id":"9","comp":"c","stream":"s","task":1,"tuple":[]}' + END + b"[4,5]" + END)
    assert bolt.emit("single", ["x"], {}, [], None, True) == [4, 5]
    assert wire.channel.read().id == "9"


def test_a_direct_emit_never_waits_for_task_ids(wire, bolt):
    assert bolt.emit("chosen", ["x"], {}, [], 3, True) is None
    assert wire.sent()[0]["task"] == 3 + 2**32


@pytest.mark.parametrize(
    ("stream", "task", "text"),
    [
        ("chosen", None, "stream 'chosen' of parse is direct: an emit names its task; given: no task; valid: task=3"),
        ("single", 3, "stream 'single' of parse is not direct; given: task=3; valid: 'chosen'"),
        ("chosen", 9, "task 9 does not read stream 'chosen' of parse; valid: 3, 4"),
    ],
)
def test_a_direct_emit_that_storm_would_die_of_or_drop_is_refused(wire, bolt, stream, task, text):
    with pytest.raises(EmitError) as caught:
        bolt.emit(stream, ["x"], {}, [], task, False)
    assert text in str(caught.value)
    assert wire.sent() == []


def test_pending_message_ids_are_counted(spout):
    spout.emit("single", ["x"], {}, 1)
    spout.emit("single", ["x"], {}, "1")
    spout.emit("single", ["x"], {}, 1)
    spout.emit("single", ["x"], {}, None)
    assert spout.pending == 3
    spout.settle(1)
    spout.settle("unknown")
    assert spout.pending == 2


@pytest.mark.parametrize(
    ("stream", "row"), [("single", [float("nan")]), ("single", ["x", "y"]), ("sngle", ["x"])], ids=str
)
def test_a_tuple_that_is_refused_is_not_pending(wire, spout, stream, row):
    spout.emit("single", ["x"], {}, 1)
    for message_id in (1, "other"):
        with pytest.raises(EmitError):
            spout.emit(stream, row, {}, message_id)
    assert (spout.pending, spout.open_ids, spout.emitted) == (1, 1, 1)
    assert [message["tuple"] for message in wire.sent()] == [["x"]]
    spout.settle(1)
    assert (spout.pending, spout.open_ids) == (0, 0)


@pytest.mark.parametrize("message_id", [1.5, (1, 2), True, b"x"])
def test_a_message_id_is_text_or_number(spout, message_id):
    with pytest.raises(EmitError, match="a message id is a str or an int"):
        spout.emit("single", ["x"], {}, message_id)


def test_a_stream_is_a_name_or_a_class():
    assert stream_name(None) == "default"
    assert stream_name("x") == "x"
    with pytest.raises(EmitError, match="a name or a Stream class; given: 3"):
        stream_name(3)


def test_a_forked_child_cannot_write_to_storm(wire, bolt):
    bolt.log("from the parent")
    child = os.fork()
    if child == 0:
        wire.channel.disown()
        with pytest.raises(TupleStateError, match="a forked child"):
            bolt.log("from the child")
        wire.channel.flush()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert [message["msg"] for message in wire.sent()] == ["from the parent"]
