"""Row 16 and figure F9: whatever comes from Storm's side ends in a message or in a ProtocolError, never in a hang."""

from __future__ import annotations

import json
import random

import pytest

from bare_jvm.components.plain import Echo
from bare_jvm.live_worker import handshake, live_worker
from umbrella.errors import ProtocolError
from umbrella.multilang.codec import JsonCodec
from umbrella.multilang.frames import FrameReader

VALUES = [1.5, "\u2603\nend", [{"a": None}]]
TUPLE = {"id": "-6955786537413359385", "comp": "source", "stream": "default", "task": 4, "tuple": VALUES}
FRAMES = [
    TUPLE,
    {"id": "12", "comp": None, "stream": "__heartbeat", "task": -1, "tuple": []},
    {"id": "13", "comp": "__system", "stream": "__tick", "task": -1, "tuple": [5]},
    [4, 5],
    [],
    {"command": "next", "id": ""},
    {"command": "ack", "id": 7},
    {"command": "fail", "id": {"a": [1]}},
    {"command": "activate", "id": ""},
    {"pidDir": "", "conf": {"umbrella.component": "bare_jvm.components.plain:Echo"}, "context": {"taskid": 4}},
]  # fmt: skip
WRONG = [None, True, 0, -1, 2**80, 1e308, "", "x", [], {}, [[]], {"a": 1}, "\ud800", float("nan"), float("inf")]
WIRE = [json.dumps(frame).encode() + b"\nend\n" for frame in FRAMES]


def mutated(source: random.Random) -> bytes:
    """Return a frame with something wrong: bits, cuts, repeats, types, depth, size."""
    frame = source.choice(FRAMES)
    how = source.randrange(8)
    if how == 0 and isinstance(frame, dict):  # a value of another type
        return json.dumps({**frame, source.choice(list(frame)): source.choice(WRONG)}).encode() + b"\nend\n"
    if how == 1 and isinstance(frame, dict):  # a key less
        gone = source.choice(list(frame))
        return json.dumps({key: value for key, value in frame.items() if key != gone}).encode() + b"\nend\n"
    if how == 2:  # any value at all
        return json.dumps(source.choice(WRONG)).encode() + b"\nend\n"
    data = bytearray(source.choice(WIRE))
    if how == 3:
        data = data[: source.randrange(len(data))]
    elif how == 4:
        deep = source.choice([10, 400, 100_000])
        data = bytearray(b"[" * deep + b"]" * source.choice([deep, 0]) + b"\nend\n")
    elif how == 5:
        data = bytearray(source.randbytes(source.choice([1, 50, 5000])) + b"\nend\n")
    else:
        for _ in range(source.choice([1, 1, 2, 10])):
            at = source.randrange(len(data))
            if source.random() < 0.5:
                data[at] ^= 1 << source.randrange(8)
            else:
                data[at:at] = source.choice([b"\nend\n", b"\x00", b"\xff\xfe", b"\r", b"\xed\xa0\x80", b"end", b"\n"])
    return bytes(data)


@pytest.mark.parametrize("fast", [True, False])
def test_a_fuzzed_frame_is_a_message_or_a_protocol_error(fast, full, figure):
    codec, source = JsonCodec(fast), random.Random(9)
    count, errors = 10_000, 0
    for _ in range(count):
        for frame in FrameReader().feed(mutated(source)):
            try:
                codec.decode(frame)
            except ProtocolError:  # any other exception fails the test
                errors += 1
    assert errors > count / 10
    figure(f"F9 {codec.name}", f"{count:,} fuzzed frames: {errors:,} ProtocolErrors, no other exception")


def test_frames_are_the_same_however_the_bytes_are_cut():
    source = random.Random(10)
    for _ in range(200):
        data = b"".join(mutated(source) if source.random() < 0.3 else source.choice(WIRE) for _ in range(5))
        if len(data) > 20_000:
            continue
        whole, single = FrameReader(), FrameReader()
        at_once = whole.feed(data)
        one_by_one = [frame for byte in data for frame in single.feed(bytes([byte]))]
        assert at_once == one_by_one
        assert whole.rest == single.rest


def test_a_frame_cut_anywhere_gives_nothing_and_then_all_of_it():
    for wire in WIRE:
        for cut in range(len(wire)):
            reader = FrameReader()
            assert reader.feed(wire[:cut]) == []
            assert reader.feed(wire[cut:]) == [wire[: -len(b"\nend\n")]]


def live_child(data: bytes) -> tuple[int, bytes]:
    """Give a real worker process a handshake and bytes; return its exit code and what it answered."""
    with live_worker() as process:
        out, _ = process.communicate(handshake(Echo) + data, timeout=30)
    return process.returncode, out


def test_fuzzed_bytes_end_a_live_worker_in_order(full, figure):
    source = random.Random(11)
    rounds, ended = 400 if full else 40, 0
    good = json.dumps(TUPLE).encode() + b"\nend\n"
    for _ in range(rounds):
        bad = mutated(source)
        code, out = live_child(good + bad + good)
        *frames, rest = out.split(b"\nend\n")
        assert rest == b""
        messages = [json.loads(frame) for frame in frames]
        assert "pid" in messages[0]
        emitted = [message for message in messages[1:] if message["command"] == "emit"]
        assert emitted[0]["tuple"] == VALUES[:1]
        assert code in (0, 1), bad
        if code:
            ended += 1
            (error,) = [message["msg"] for message in messages[1:] if message["command"] == "error"]
            assert "ProtocolError" in error, error
    figure("F9 live", f"{rounds} live workers given fuzzed bytes: {ended} ended with a ProtocolError, 0 hangs")
