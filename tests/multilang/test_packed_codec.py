"""The msgpack wire, with each library: both give the same."""

from __future__ import annotations

import contextlib

import msgpack
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from umbrella.errors import ProtocolError, WorkerMismatchError
from umbrella.multilang.messagepack import LIBRARIES, find_library
from umbrella.multilang.messages import (
    WARN,
    AckedMany,
    AckTuple,
    Activate,
    Deactivate,
    FailedMany,
    FailTuple,
    Heartbeat,
    Log,
    LogLevel,
    Metrics,
    Next,
    ReportError,
    SourceNamed,
    Sync,
    TaskIds,
)
from umbrella.multilang.packed_codec import MessagePackCodec
from umbrella.multilang.packed_frames import frame
from umbrella.multilang.packed_words import PackedWords
from umbrella.multilang.tuples import Tuple, tuple_class

BIG = msgpack.ExtType(1, (10**30).to_bytes(13, "big"))


def codecs_of(streams=("default", "other")):
    return [MessagePackCodec(streams, find_library([name])) for name in LIBRARIES]


codecs = pytest.mark.parametrize("codec", codecs_of(), ids=LIBRARIES)


def framed(*messages):
    body = msgpack.packb(messages)
    return len(body).to_bytes(4, "big") + body


def decoded(codec, data):
    return codec.reader().feed(data)


def plain(messages):
    return [(one.id, one.values) if isinstance(one, Tuple) else one for one in messages]


def unpacked(data):
    return msgpack.unpackb(data, strict_map_key=False)


def test_both_libraries_are_tested():
    assert [codec.name.split()[0] for codec in codecs_of()] == ["msgspec", "msgpack"]
    assert find_library().name.startswith("msgspec")


@codecs
def test_what_java_writes_is_read(codec):
    data = framed([2], [3, [4, 5]], [4], [5, [1, "x", BIG]], [6, [2]], [7], [8], [9, "DEBUG"], [1, 0, "c", "s", 3])
    assert decoded(codec, data) == [
        Heartbeat(),
        TaskIds([4, 5]),
        Next(),
        AckedMany([1, "x", 10**30]),
        FailedMany([2]),
        Activate(),
        Deactivate(),
        LogLevel("DEBUG"),
        SourceNamed(),
    ]


@codecs
def test_a_tuple_has_its_source_and_its_fields_by_name(codec):
    codec.schemas = {("c", "s"): tuple_class(["x", "y"])}
    _, tup = decoded(codec, framed([1, 0, "c", "s", 3], [0, 2**40, 0, [b"\xff", None]]))
    assert (tup.id, tup.component, tup.stream, tup.task, tup.values) == (str(2**40), "c", "s", 3, [b"\xff", None])
    assert (tup.x, tup.y, tup.fields) == (b"\xff", None, ("x", "y"))
    assert "x=b'\\xff'" in repr(tup)


@codecs
def test_a_tuple_can_be_copied_and_pickled(codec):
    import copy
    import pickle

    codec.schemas = {("c", "s"): tuple_class(["x"])}
    _, tup = decoded(codec, framed([1, 0, "c", "s", 3], [0, 5, 0, ["v"]]))
    for again in (copy.copy(tup), pickle.loads(pickle.dumps(tup))):
        assert (again.id, again.component, again.task, again.x) == ("5", "c", 3, "v")


@codecs
def test_what_java_reads_is_written(codec):
    assert unpacked(codec.encode_acks([2**60, 1])) == [12, [2**60, 1]]
    assert unpacked(codec.encode(AckTuple(5))) == [0, 5]
    assert unpacked(codec.encode(FailTuple(5))) == [1, 5]
    assert unpacked(codec.encode_emit([1, "a"], "other", None, [5, 6], 7, True)) == [2, 1, [1, "a"], [5, 6], 7, True]
    assert unpacked(codec.encode_emit([1], "default", None, (), None, False)) == [2, 0, [1], [], 0, False]
    assert unpacked(codec.encode_emits([[1], (2,)], "other", None, [5])) == [10, 1, [[1], [2]], [5]]
    assert unpacked(codec.encode_emits([[1], (2,)], "other", ["x", 3], None)) == [11, 1, [[1], [2]], ["x", 3]]
    assert unpacked(codec.encode_emits([[1]], "default", None, None)) == [11, 0, [[1]], None]
    assert unpacked(codec.encode(Sync())) == unpacked(codec.sync) == [5]
    assert unpacked(codec.encode(Log("x\u20ac\ny", WARN))) == [6, WARN, "x\u20ac\ny"]
    assert unpacked(codec.encode(Log("half \ud83d", WARN))) == [6, WARN, "half \\ud83d"]
    assert unpacked(codec.encode(ReportError("x" * 100_000))) == [7, "x" * 100_000]
    assert unpacked(codec.encode(Metrics({"counters": {"n": 2**70}}))) == [
        8, {"counters": {"n": msgpack.ExtType(1, (2**70).to_bytes(9, "big"))}}
    ]  # fmt: skip
    assert unpacked(codec.alive) == [9]


@pytest.mark.parametrize("name", LIBRARIES)
def test_a_spouts_emit_has_its_message_id(name):
    codec = MessagePackCodec(("default",), find_library([name]))
    codec.serve(as_spout=True)
    assert unpacked(codec.encode_emit([1], "default", "id", (), None, True)) == [4, 0, [1], "id", 0, True]
    assert unpacked(codec.encode_emit([1], "default", 10**30, (), 6, False)) == [4, 0, [1], BIG, 6, False]
    assert unpacked(codec.encode_emit([1], "default", None, (), None, False)) == [4, 0, [1], None, 0, False]


@codecs
@pytest.mark.parametrize("number", [2**63 - 1, -(2**63), 2**64 - 1, 2**64, -(2**63) - 1, 2**71 - 1, 2**71, -(2**71)])
def test_integers_of_any_size_stay_exact(codec, number):
    sent = codec.encode_emit([number, [number], {"a": number}], "default", None, (), None, False)
    (raw,) = codec._unpacked(b"\x91" + sent)
    assert raw[2] == [number, [number], {"a": number}]


@pytest.mark.parametrize("name", LIBRARIES)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xc1",
        b"\x05",
        b"\x91\x05",
        b"\x91\x90",
        b"\x91\x91\x63",
        b"\x91\x91\x03",
        b"\x91\x92\x03\x91\xa1x",
        b"\x91\x92\x05\x05",
        b"\x91\x94\x00\x01\x00\x90",
        b"\x91\x94\x00\x01\x90\x90",
        b"\x91\x94\x00\xa1x\x00\x90",
        b"\x91\x95\x01\x00\x01\x01\x01",
        b"\x91\xa1\xff",
        b"\x91\x81\x91\x80\x01",
        b"\x91\xd4\x05a",
        b"\x92\x91\x04",
        b"\x91\x91\x04\x00",
        b"\x91" * 100_000,
    ],
)
def test_anything_else_is_a_protocol_error(name, body):
    with pytest.raises(ProtocolError):
        decoded(MessagePackCodec(("default",), find_library([name])), len(body).to_bytes(4, "big") + body)


@codecs
def test_a_length_that_is_none_is_a_protocol_error(codec):
    with pytest.raises(ProtocolError, match="a frame of 4,294,967,295 bytes; at most 1,073,741,824 are valid"):
        codec.reader().feed(b"\xff\xff\xff\xff\x91")


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(values), st.lists(values).map(tuple))
def test_both_libraries_write_and_read_the_same(row, other):
    one, two = codecs_of()
    messages = [codec.encode_emit(row, "default", None, [1], None, False) for codec in (one, two)]
    assert messages[0] == messages[1]
    assert one.encode_emits([row, other], "other", None, [1]) == two.encode_emits([row, other], "other", None, [1])
    for codec in (one, two):
        assert codec._unpacked(b"\x91" + messages[0])[0][2] == row


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(values, max_size=3), min_size=1, max_size=4), st.data())
def test_the_same_messages_come_out_however_the_bytes_are_cut(rows, data):
    one, two = codecs_of()
    packed = [one._packed([[1, 0, "c", "s", 3], [0, number, 0, row], [4]]) for number, row in enumerate(rows)]
    stream = b"".join(len(body).to_bytes(4, "big") + body for body in packed) + b"\0\0\0\x09rest"
    expected = [one for number, row in enumerate(rows) for one in (SourceNamed(), (str(number), row), Next())]
    whole, by_byte, cut = one.reader(), two.reader(), two.reader()
    assert plain(whole.feed(stream)) == expected
    assert plain(one for index in range(len(stream)) for one in by_byte.feed(stream[index : index + 1])) == expected
    place = data.draw(st.integers(0, len(stream)))
    assert plain(cut.feed(stream[:place]) + cut.feed(stream[place:])) == expected
    assert whole.rest == by_byte.rest == cut.rest == b"\0\0\0\x09rest"


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_broken_bytes_are_a_protocol_error_or_a_message(data):
    whole = bytearray(framed([1, 0, "c", "s", 3], [0, 5, 0, ["text", 1, {"a": [1.5]}]], [5, [1, BIG]], [4]))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    for codec in codecs_of():
        with contextlib.suppress(ProtocolError):
            decoded(codec, bytes(whole))


def test_large_messages_go_in_frames_of_their_own():
    small, large = [b"\x91\x05"] * 3, [b"\x91\x05", b"x" * (1 << 20), b"\x91\x09"]
    assert frame(small) == b"\0\0\0\x06" + b"\x91\x05" * 3
    assert frame(large) == b"\0\0\0\x02\x91\x05" + b"\0\x10\0\0" + large[1] + b"\0\0\0\x02\x91\x09"


def test_no_library_is_told_with_what_to_install():
    with pytest.raises(WorkerMismatchError) as caught:
        find_library(["no_such_library"])
    assert 'serializer = "msgpack" needs no_such_library, and this worker' in str(caught.value)
    assert "pip install msgspec" in str(caught.value)
    words = PackedWords()
    assert unpacked(words.encode(ReportError(str(caught.value)))) == [7, str(caught.value)]
    with pytest.raises(ProtocolError, match="has not loaded a library"):
        words.encode_acks([4])
