"""Messages that came together are the same as when each came alone."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given, settings, strategies as st

from umbrella.errors import ProtocolError
from umbrella.multilang.codec import JsonCodec
from umbrella.multilang.frames import END
from umbrella.multilang.tuples import Tuple, tuple_class

SCHEMAS = {("source", "default"): tuple_class(["word", "count"])}

values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.lists(st.integers(-(2**70), 2**70), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(0, 2**70), max_size=2),
)
tuples = st.fixed_dictionaries(
    {
        "id": st.one_of(st.text(max_size=5), st.integers(0, 9)),
        "comp": st.sampled_from(["source", "other", None, 5]),
        "stream": st.sampled_from(["default", "__tick", "__heartbeat", None]),
        "task": st.sampled_from([3, 4, True, "3"]),
        "tuple": st.one_of(st.lists(values, max_size=3), st.none(), st.text(max_size=2)),
    }
)
commands = st.fixed_dictionaries(
    {
        "command": st.sampled_from(["next", "ack", "fail", "activate", "deactivate", "unknown", 5]),
        "id": st.one_of(st.integers(-(2**70), 2**70), st.text(max_size=4), st.none(), st.floats(0, 1)),
    }
)
others = st.one_of(st.lists(st.integers(0, 9), max_size=3), st.integers(), st.just({}), st.text(max_size=3))
texts = st.one_of(tuples, commands, others).map(lambda value: json.dumps(value).encode())
broken = st.sampled_from([b"", b"{", b"1,2", b"]", b"[", b"\xff", b'{"a":NaN}', b'"tuple"', b"[1][2]"])


def new_codec() -> JsonCodec:
    codec = JsonCodec()
    codec.schemas = SCHEMAS
    return codec


def shown(message: object) -> object:
    """What a message is made of; tuples are not equal to one another."""
    if isinstance(message, Tuple):
        origin = message.component, message.stream, message.task
        return ("tuple", message.id, *origin, repr(message.values), message.fields)
    return type(message), repr(message)


def one_by_one(frames: list[bytes]) -> list[object]:
    codec = new_codec()
    found: list[object] = []
    for frame in frames:
        try:
            found.append(shown(codec.decode(frame)))
        except ProtocolError as exc:
            found.append(("refused", str(exc)))
    return found


def together(frames: list[bytes]) -> list[object]:
    codec = new_codec()
    found: list[object] = []
    for message in codec.reader().feed(b"".join(frame + END for frame in frames)):
        try:
            found.append(shown(codec.decode(message) if type(message) is bytes else message))
        except ProtocolError as exc:
            found.append(("refused", str(exc)))
    return found


@settings(deadline=None)
@given(st.lists(st.one_of(texts, broken), max_size=8))
@example([b'{"id":"1","comp":"source","stream":"default","task":3,"tuple":["a",12345678901234567890]}'] * 3)
@example([b'{"id":"1","comp":"source","stream":"default","task":3,"tuple":["a"],"more":1e400}'] * 3)
@example([b'{"command":"ack","id":123456789012345678901234}'] * 2)
@example([b"1,2", b"3", b"[4"])
def test_frames_that_came_together_are_read_as_each_alone(frames):
    assert together(frames) == one_by_one(frames)


def test_tuples_of_a_known_source_are_read_together():
    text = b'{"id":"%d","comp":"source","stream":"default","task":3,"tuple":["a",%d]}\nend\n'
    messages = new_codec().reader().feed(b"".join(text % (number, number) for number in range(5)))
    assert [type(message) is bytes for message in messages] == [True, False, False, False, False]
    assert [message.count for message in messages[1:]] == [1, 2, 3, 4]


@pytest.mark.parametrize(("value", "together"), [("0.5", True), ("[1]", True), ("1e19", False), (f"[{2**64}]", False)])
def test_only_what_may_hide_a_long_integer_is_read_once_more(value, together):
    text = b'{"id":"1","comp":"source","stream":"default","task":3,"tuple":["a",%b]}\nend\n' % value.encode()
    last = new_codec().reader().feed(text * 3)[-1]
    assert (type(last) is not bytes) is together


@settings(deadline=None)
@pytest.mark.parametrize("fast", [True, False])
@given(ids=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=6), min_size=1, max_size=5))
@example(ids=["1", "-2"])
@example(ids=['","', '"', "\\", '\\","', "\x7f\n"])
def test_acks_are_a_frame_each(fast, ids):
    frames = JsonCodec(fast).encode_acks(ids).split(END)
    assert frames.pop() == b""
    assert [json.loads(frame) for frame in frames] == [{"command": "ack", "id": id} for id in ids]
