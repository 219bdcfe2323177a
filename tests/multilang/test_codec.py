"""Bytes to messages and back, with each JSON library."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, strategies as st

from umbrella.errors import ProtocolError
from umbrella.multilang.codec import JsonCodec
from umbrella.multilang.frames import END, FrameReader
from umbrella.multilang.messages import (
    Acked,
    AckTuple,
    Activate,
    Deactivate,
    Emit,
    Failed,
    FailTuple,
    Handshake,
    Heartbeat,
    Log,
    LogLevel,
    Next,
    Parent,
    Pid,
    ReportError,
    Sync,
    TaskIds,
)
from umbrella.multilang.tuples import tuple_class

CODECS = [JsonCodec(fast=True), JsonCodec(fast=False)]
codecs = pytest.mark.parametrize("codec", CODECS, ids=lambda codec: codec.name)


def test_both_json_libraries_are_tested():
    assert [codec.name for codec in CODECS] == ["orjson, simplejson", "simplejson"]


@codecs
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"pidDir":"/p","conf":{"a":1},"context":{"taskid":3}}', Handshake({"a": 1}, {"taskid": 3}, "/p")),
        (
            '{"pidDir":"/p","conf":{"a":"?","umbrella.beyond.ascii":"{\\"a\\":\\"\\\\u00fc\\"}"},"context":{}}',
            Handshake({"a": "\u00fc"}, {}, "/p"),
        ),
        (
            '{"pidDir":"/p","umbrella":{"serializer":"json","streams":["s"],"env":{"A":"\\u00fc"}}}',
            Handshake({}, {}, "/p", Parent("json", ("s",), {"A": "\u00fc"})),
        ),
        ('{"id":"7","comp":null,"stream":"__heartbeat","task":-1,"tuple":[]}', Heartbeat()),
        ("[]", TaskIds([])),
        ("[3,4]", TaskIds([3, 4])),
        ('{"command":"next","id":""}', Next()),
        ('{"command":"ack","id":5}', Acked(5)),
        ('{"command":"fail","id":"x"}', Failed("x")),
        ('{"command":"activate","id":""}', Activate()),
        ('{"command":"deactivate","id":""}', Deactivate()),
        ('{"command":"log_level","level":"DEBUG"}', LogLevel("DEBUG")),
    ],
)
def test_what_storm_writes_is_read(codec, text, message):
    assert codec.decode(text.encode()) == message


@codecs
def test_a_tuple_is_read_with_its_fields_by_name(codec):
    codec.schemas = {("c", "s"): tuple_class(["x", "y"])}
    tup = codec.decode(b'{"id":"-5","comp":"c","stream":"s","task":4,"tuple":[1,null]}')
    assert (tup.id, tup.component, tup.stream, tup.task, tup.values) == ("-5", "c", "s", 4, [1, None])
    assert (tup.x, tup.y) == (1, None)


@codecs
@pytest.mark.parametrize(
    ("message", "text"),
    [
        (Pid(12), {"pid": 12}),
        (AckTuple("1"), {"command": "ack", "id": "1"}),
        (FailTuple("1"), {"command": "fail", "id": "1"}),
        (Sync(), {"command": "sync"}),
        (Log("x\ny", 3), {"command": "log", "msg": "x\ny", "level": 3}),
        (ReportError("x"), {"command": "error", "msg": "x"}),
        (Emit([1, "a"], "default"), {"command": "emit", "tuple": [1, "a"], "need_task_ids": False}),
        (
            Emit([1], "s", 0, (), None, True),
            {"command": "emit", "tuple": [1], "need_task_ids": True, "stream": "s", "id": 0},
        ),
        (
            Emit([1], "default", None, ["4", "5"], 7),
            # beyond 32 bits, or Storm's cast to Long fails; Storm narrows it to 7
            {"command": "emit", "tuple": [1], "need_task_ids": False, "anchors": ["4", "5"], "task": 7 + 2**32},
        ),
    ],
)
def test_what_storm_reads_is_written(codec, message, text):
    frame = codec.encode(message)
    assert frame.endswith(END)
    assert json.loads(frame[: -len(END)]) == text


@codecs
@pytest.mark.parametrize("row", [["a"], [2**70]])
def test_a_message_id_is_valid_unicode_too(codec, row):
    with pytest.raises(UnicodeEncodeError):
        codec.encode_emit(row, "default", "half \ud83d", (), None, False)


@codecs
@pytest.mark.parametrize("number", [2**63 - 1, -(2**63), 2**64 - 1, 2**64, 10**30, -(10**30)])
def test_integers_of_any_size_stay_exact(codec, number):
    assert json.loads(codec.encode(Emit([number], "default"))[: -len(END)])["tuple"] == [number]
    for row in ([number], [1.5, [number]], [{"a": number}]):
        text = json.dumps({"id": "-9223372036854775807", "comp": "c", "stream": "s", "task": 1, "tuple": row})
        assert codec.decode(text.encode()).values == row
        assert codec.decode(text.replace(" ", "").encode()).values == row
    assert codec.decode(b'{"command":"ack","id":%d}' % number) == Acked(number)


@codecs
def test_nan_from_java_is_read(codec):
    frame = b'{"id":"1","comp":"c","stream":"s","task":1,"tuple":[NaN]}'
    (value,) = codec.decode(frame).values
    assert value != value


@codecs
@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"hello",
        b'{"command":"next"',
        b'{"command":"nxt"}',
        b'{"a":1}',
        b"3",
        b'["a"]',
        b'{"tuple":3,"id":"1","comp":"c","stream":"s","task":1}',
        b'{"tuple":[],"id":1,"comp":"c","stream":"s","task":1}',
        b'{"pidDir":3}',
        b'{"pidDir":"/p","conf":{"umbrella.beyond.ascii":3}}',
        b'{"pidDir":"/p","conf":{"umbrella.beyond.ascii":"[]"}}',
        b'{"pidDir":"/p","umbrella":{"env":{"A":3}}}',
        b'{"command":"next\xff"}',
        b"[" * 100_000,
    ],
)
def test_anything_else_is_a_protocol_error_that_shows_it(codec, frame):
    with pytest.raises(ProtocolError):
        codec.decode(frame)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.lists(values))
def test_both_libraries_write_the_same_values(row):
    texts = [codec.encode(Emit(row, "default"))[: -len(END)] for codec in CODECS]
    assert json.loads(texts[0]) == json.loads(texts[1])
    assert json.loads(texts[0])["tuple"] == row


@given(st.lists(st.text().map(str.encode).filter(lambda frame: END not in frame + b"\n"), max_size=5), st.data())
def test_the_same_frames_come_out_however_the_bytes_are_cut(frames, data):
    stream = b"".join(frame.replace(b"\n", b" ") + END for frame in frames) + b"rest"
    expected = FrameReader()
    whole = expected.feed(stream)
    assert whole == [frame.replace(b"\n", b" ") for frame in frames]
    by_byte, cut = FrameReader(), FrameReader()
    assert [frame for index in range(len(stream)) for frame in by_byte.feed(stream[index : index + 1])] == whole
    place = data.draw(st.integers(0, len(stream)))
    assert cut.feed(stream[:place]) + cut.feed(stream[place:]) == whole
    assert by_byte.rest == cut.rest == expected.rest == b"rest"
