"""What goes over the pipe, and in which order."""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import threading
import time

import msgpack
import pytest

from umbrella.multilang.bolt_collector import BoltCollector
from umbrella.multilang.channel import LINGER, Channel
from umbrella.multilang.codec import JsonCodec
from umbrella.multilang.collector import Outputs
from umbrella.multilang.frames import FrameReader
from umbrella.multilang.kinds import ACKS
from umbrella.multilang.messages import Log
from umbrella.multilang.packed_codec import MessagePackCodec
from umbrella.multilang.packed_frames import PackedReader
from umbrella.multilang.tuples import Tuple

THREADS, EACH = 4, 3000


@pytest.fixture
def threads_that_take_turns():
    """Python lets another thread go on every few steps, not every 5 ms."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def said_in_json(data):
    """Return for each emit the id it is anchored to, and for each ack its id with True."""
    messages = [json.loads(frame) for frame in FrameReader().feed(data)]
    return [(one["id"], True) if one["command"] == "ack" else (one["anchors"][0], False) for one in messages]


def said_in_msgpack(data):
    def messages(body):
        unpacker = msgpack.Unpacker()
        unpacker.feed(body)
        return list(unpacker)

    found = []
    for kind, *rest in PackedReader(messages).feed(data):
        found += [(id, True) for id in rest[0]] if kind == ACKS else [(rest[2][0], False)]
    return found


@pytest.mark.usefixtures("threads_that_take_turns")
@pytest.mark.parametrize(
    ("codec", "said", "type_of_id"),
    [(JsonCodec(), said_in_json, str), (MessagePackCodec(["default"]), said_in_msgpack, int)],
    ids=["json", "msgpack"],
)
def test_what_threads_emit_is_sent_before_the_ack_of_its_anchor_and_nothing_is_lost(codec, said, type_of_id):
    storm, worker = os.pipe()
    unused, _ = os.pipe()
    channel = Channel(unused, worker, codec)
    collector = BoltCollector(channel, Outputs("bolt", {"default": ("word",)}))
    came = bytearray()

    def read():
        while data := os.read(storm, 1 << 16):
            came.extend(data)

    def work(first):
        for number in range(first, first + EACH):
            tup = Tuple(type_of_id(number), "source", "default", 1, ["a"])
            collector.receive(tup._id)
            collector.emit("default", ["a"], {}, (tup,))
            collector.ack(tup)

    reader = threading.Thread(target=read)
    workers = [threading.Thread(target=work, args=[number * EACH]) for number in range(THREADS)]
    for thread in (reader, *workers):
        thread.start()
    while any(thread.is_alive() for thread in workers):
        channel.flush()
    channel.flush()
    os.close(worker)
    reader.join()
    emitted, acked = set(), []
    for id, is_ack in said(bytes(came)):
        if is_ack:
            assert id in emitted, f"the ack of {id} comes before its emit"
            acked.append(int(id))
        else:
            emitted.add(id)
    assert sorted(acked) == list(range(THREADS * EACH))
    assert len(emitted) == THREADS * EACH


def opened(codec):
    """Return a channel that reads a pipe nobody writes to, that pipe's other end, and the end that Storm reads."""
    storm, wire_out = os.pipe()
    wire_in, storm_in = os.pipe()
    return Channel(wire_in, wire_out, codec), storm_in, storm


@pytest.mark.parametrize(
    ("codec", "type_of_id"), [(JsonCodec(), str), (MessagePackCodec(["default"]), int)], ids=["json", "msgpack"]
)
@pytest.mark.parametrize("what", ["emit", "ack", "fail"])
def test_what_a_thread_sends_does_not_wait_for_the_next_input(codec, type_of_id, what):
    made = threading.Event()

    def read():
        nonlocal channel, storm_in, storm
        channel, storm_in, storm = opened(codec)  # the thread that makes it reads
        made.set()
        assert channel.read() is None

    channel = storm_in = storm = None
    reader = threading.Thread(target=read)
    reader.start()
    made.wait()
    collector = BoltCollector(channel, Outputs("bolt", {"default": ("word",)}))
    for number in range(1, 4):
        tup = Tuple(type_of_id(number), "source", "default", 1, ["a"])
        collector.receive(tup._id)
        if what == "emit":
            collector.emit("default", ["a"], {}, (tup,))
        else:
            getattr(collector, what)(tup)
        came, _, _ = select.select([storm], [], [], 10)
        assert came, "it was not sent"
        assert os.read(storm, 1 << 16)
    os.close(storm_in)
    reader.join()


def test_a_signal_handler_that_sends_amid_a_message_does_not_tear_it():
    channel, _, storm = opened(JsonCodec())
    came = bytearray()

    def read():
        came.extend(os.read(storm, 1 << 10))
        os.kill(os.getpid(), signal.SIGUSR1)  # the main thread is writing: it has more than a pipe holds
        time.sleep(0.2)
        while data := os.read(storm, 1 << 16):
            came.extend(data)

    before = signal.signal(signal.SIGUSR1, lambda *_: channel.write(Log("H" * 40_000)))
    try:
        reader = threading.Thread(target=read)
        reader.start()
        channel.write(Log("T" * 300_000))
        os.close(channel._out)
        reader.join()
    finally:
        signal.signal(signal.SIGUSR1, before)
    texts = [json.loads(frame)["msg"] for frame in FrameReader().feed(bytes(came))]
    assert [(text[0], len(text)) for text in texts] == [("T", 300_000), ("H", 40_000)]


class MeanwhileList(list):
    """A queue during whose reading another thread does something, once."""

    def __init__(self, meanwhile):
        super().__init__()
        self.meanwhile = meanwhile

    def __getitem__(self, index):
        taken = super().__getitem__(index)
        meanwhile, self.meanwhile = self.meanwhile, lambda: None
        meanwhile()
        return taken


@pytest.mark.parametrize("queue", ["unsent", "acks"])
def test_an_ack_that_comes_amid_a_write_waits_for_what_is_anchored_to_its_tuple(queue):
    channel, _, storm = opened(JsonCodec())
    collector = BoltCollector(channel, Outputs("bolt", {"default": ("word",)}))

    def handle(id):
        tup = Tuple(id, "source", "default", 1, ["a"])
        collector.receive(id)
        collector.emit("default", ["a"], {}, (tup,))
        collector.ack(tup)

    setattr(channel, queue, MeanwhileList(lambda: handle("2")))
    handle("1")
    channel.flush()
    channel.flush()
    said = said_in_json(os.read(storm, 1 << 16))
    assert sorted(said) == [("1", False), ("1", True), ("2", False), ("2", True)]
    assert said.index(("2", False)) < said.index(("2", True))


def test_each_thread_that_waits_for_task_ids_gets_its_own():
    channel, storm_in, storm = opened(JsonCodec())
    channel.use(JsonCodec())
    told = {}
    threads = []
    for name in ("first", "second", "third"):
        frame = JsonCodec().encode_emit([name], "default", None, (), None, True)
        ask = lambda name=name, frame=frame: told.update({name: channel.ask_task_ids(frame)})  # noqa: E731
        threads.append(threading.Thread(target=ask))
        threads[-1].start()
        asked = b""
        while not asked.endswith(b"end\n"):  # so the next thread asks after this one
            asked += os.read(storm, 1 << 16)
        assert json.loads(asked[:-5])["tuple"] == [name]
    os.write(storm_in, b"[1]\nend\n[2]\nend\n[3]\nend\n")
    os.close(storm_in)
    assert channel.read() is None  # reads all three on its way
    for thread in threads:
        thread.join(10)
    assert told == {"first": [1], "second": [2], "third": [3]}


def tuples_on_the_wire(codec, count):
    """Return so many tuples as Storm sends them, all of which one read brings."""
    if codec.decode is None:
        body = msgpack.packb([[1, 7, "source", "default", 1], *([0, id, 7, ["a"]] for id in range(count))])
        return len(body).to_bytes(4, "big") + body
    tup = {"comp": "source", "stream": "default", "task": 1, "tuple": ["a"]}
    return b"".join(json.dumps({"id": str(id), **tup}).encode() + b"\nend\n" for id in range(count))


@pytest.mark.parametrize("what", ["message", "ack"])
@pytest.mark.parametrize(
    "codec",
    [JsonCodec(), JsonCodec(fast=False), MessagePackCodec(["default"])],
    ids=["orjson", "simplejson", "msgpack"],
)
def test_what_has_lingered_goes_out_before_further_input_is_handled(codec, what):
    channel, storm_in, storm = opened(codec)
    os.set_blocking(storm, False)
    os.write(storm_in, tuples_on_the_wire(codec, 4))
    while not isinstance(channel.read(), Tuple):
        pass
    if what == "ack":
        channel.acks.append(0 if codec.decode is None else "0")
    else:
        channel.write(Log("said at the first"))
    time.sleep(2 * LINGER)  # the second one's execute is slow
    with pytest.raises(BlockingIOError):
        os.read(storm, 1 << 16)
    assert isinstance(channel.read(), Tuple)
    assert os.read(storm, 1 << 16)
    assert channel.has_input
    assert channel.quiet is False
