"""Rows 14-16: whatever users do in whatever order, nothing is sent that ShellBolt would answer by ending the worker.

The model is ShellBolt's: a map of open tuples, declared streams, a heartbeat that wants an answer, task ids for emits
that ask. The code under test is the real one, from the bytes of one pipe to the bytes of the other.
"""

from __future__ import annotations

import contextlib
import json
import os

import pytest
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from umbrella.errors import EmitError, TupleStateError
from umbrella.multilang.bolt import AutoAckBolt, Bolt
from umbrella.multilang.channel import Channel
from umbrella.multilang.codec import JsonCodec
from umbrella.multilang.loops import loop_for
from umbrella.multilang.messages import Handshake
from umbrella.multilang.protocol import LOADING, Protocol
from umbrella.multilang.settings import Settings

CONTEXT = {
    "taskid": 4,
    "componentid": "task",
    "task->component": {"1": "source", "4": "task", "5": "sink"},
    "stream->outputfields": {"default": ["a", "b"], "other": ["c"]},
    "source->stream->fields": {"source": {"default": ["value"]}},
    "stream->target->grouping": {"default": {"sink": {"type": "SHUFFLE"}}},
}


class ShellBolt:
    """What Storm's ShellBolt does with each message; an AssertionError is where it would end the worker."""

    def __init__(self) -> None:
        self.open: set[str] = set()
        self.acked: list[str] = []
        self.failed: list[str] = []
        self.emits: list[dict] = []
        self.syncs = self.errors = 0

    def take(self, message: dict) -> None:
        command = message["command"]
        if command in ("ack", "fail"):
            assert message["id"] in self.open, f"{command} of {message['id']}"
            self.open.remove(message["id"])
            (self.acked if command == "ack" else self.failed).append(message["id"])
        elif command == "emit":
            assert set(message.get("anchors", [])) <= self.open, message
            fields = CONTEXT["stream->outputfields"][message.get("stream", "default")]
            assert len(message["tuple"]) == len(fields)
            assert type(message["need_task_ids"]) is bool
            self.emits.append(message)
        elif command == "sync":
            self.syncs += 1
        elif command == "error":
            self.errors += 1
        assert command in ("ack", "fail", "emit", "sync", "error", "log")
        assert isinstance(message.get("msg", ""), str)


class Held(Bolt):
    """Keeps every tuple for the test to act on."""

    held: list

    def execute(self, tup):
        self.held.append(tup)
        if tup.value == "raise":
            raise ValueError("as told")

    def tick(self):
        self.ticks = getattr(self, "ticks", 0) + 1
        if self.ticks % 2:
            raise ValueError("as told")


class HeldAuto(AutoAckBolt, Held):
    """The same with acks of its own."""


class Machine(RuleBasedStateMachine):
    tuples = Bundle("tuples")

    @initialize(bolt=st.sampled_from([Held, HeldAuto]), fast=st.booleans())
    def start(self, bolt, fast):
        to_python, from_python = os.pipe(), os.pipe()
        self.read_end, self.write_end = from_python[0], to_python[1]
        self.python_ends = to_python[0], from_python[1]
        os.set_blocking(self.read_end, False)
        self.channel = Channel(*self.python_ends, JsonCodec(fast))
        self.bolt = bolt()
        self.bolt.held = []
        self.loop = loop_for(self.bolt, Handshake({}, CONTEXT, ""), self.channel, Protocol(LOADING), Settings())
        self.is_auto = bolt is HeldAuto
        self.ids = 0
        self.heartbeats = self.errors = 0
        self.due = []
        self.received = b""
        self.storm = ShellBolt()

    def write(self, message):
        os.write(self.write_end, json.dumps(message).encode() + b"\nend\n")

    def write_tuple(self, value):
        self.ids += 1
        id = str(-self.ids * 10**15)
        self.write({"id": id, "comp": "source", "stream": "default", "task": 1, "tuple": [value]})
        self.storm.open.add(id)
        return id

    def handle(self, count=1):
        for _ in range(count):
            self.loop.handle(self.channel.read())
        self.drain()

    def drain(self):
        self.channel.flush()
        with contextlib.suppress(BlockingIOError):
            self.received += os.read(self.read_end, 1 << 16)
        *frames, self.received = self.received.split(b"\nend\n")
        for frame in frames:
            self.storm.take(json.loads(frame))

    @rule(target=tuples, values=st.lists(st.sampled_from([1, "raise", "word"]), min_size=1, max_size=4))
    def tuples_come(self, values):
        ids = [self.write_tuple(value) for value in values]
        self.handle(len(ids))
        for id, value in zip(ids, values):
            if value == "raise":
                assert self.storm.failed.count(id) == 1
                self.errors += 1
            elif self.is_auto:
                assert self.storm.acked.count(id) == 1
        return multiple(*self.bolt.held[-len(ids) :])

    @rule()
    def heartbeat(self):
        self.write({"id": "1", "comp": None, "stream": "__heartbeat", "task": -1, "tuple": []})
        self.heartbeats += 1
        self.handle()
        assert self.storm.syncs == self.heartbeats

    @rule()
    def tick(self):
        self.ids += 1
        id = str(self.ids)
        self.write({"id": id, "comp": "__system", "stream": "__tick", "task": -1, "tuple": [1]})
        self.storm.open.add(id)
        self.handle()
        assert id in self.storm.acked
        self.errors += self.bolt.ticks % 2

    @rule(tup=tuples, how=st.sampled_from(["ack", "fail"]))
    def settle(self, tup, how):
        was_open = tup.id in self.storm.open
        settled = len(self.storm.acked) + len(self.storm.failed)
        if was_open:
            getattr(self.bolt, how)(tup)
        else:
            with pytest.raises(TupleStateError):
                getattr(self.bolt, how)(tup)
        self.drain()
        assert tup.id not in self.storm.open
        assert len(self.storm.acked) + len(self.storm.failed) == settled + was_open

    @rule(anchors=st.lists(tuples, max_size=3), stream=st.sampled_from([None, "other", "defualt", "__tick"]))
    def emit(self, anchors, stream):
        values = ("x", 1.5) if stream is None else ("x",)
        emits = len(self.storm.emits)
        known = stream in (None, "other")
        all_open = all(one.id in self.storm.open for one in anchors)
        refused = [EmitError] * (not known) + [TupleStateError] * (not all_open)
        with pytest.raises(tuple(refused)) if refused else contextlib.nullcontext():
            assert self.bolt.emit(*values, stream=stream, anchors=anchors) is None
        self.drain()
        assert len(self.storm.emits) == emits + (not refused)

    @rule(values=st.sampled_from([(), ("a",), ("a", "b", "c"), ("a", float("nan")), ("a", b""), ("a", {1})]))
    def emit_what_is_not_valid(self, values):
        emits = len(self.storm.emits)
        with pytest.raises(EmitError):
            self.bolt.emit(*values)
        self.drain()
        assert len(self.storm.emits) == emits

    @rule(target=tuples, before=st.lists(st.sampled_from(["word", "heartbeat", "raise"]), max_size=3))
    def emit_and_ask_for_the_task_ids(self, before):
        held = len(self.bolt.held)
        ids = []
        for what in before:  # what Storm wrote before it read the emit
            if what == "heartbeat":
                self.write({"id": "1", "comp": None, "stream": "__heartbeat", "task": -1, "tuple": []})
                self.heartbeats += 1
            else:
                ids.append(self.write_tuple(what))
                self.errors += what == "raise"
        self.write([5, 5])
        assert self.bolt.emit("x", "y", need_task_ids=True) == [5, 5]
        assert len(self.bolt.held) == held  # nothing is executed within an emit
        self.handle(len(before))
        assert [one.id for one in self.bolt.held[held:]] == ids
        return multiple(*self.bolt.held[held:])

    @invariant()
    def python_and_storm_agree(self):
        if hasattr(self, "storm"):
            assert self.loop.collector.open == self.storm.open
            assert self.storm.syncs == self.heartbeats
            assert self.storm.errors == self.errors

    def teardown(self):
        if not hasattr(self, "storm"):
            return
        os.close(self.write_end)
        assert self.channel.read() is None  # the end of the pipe is the end, not an error
        self.drain()
        for fd in (self.read_end, *self.python_ends):
            os.close(fd)


Machine.TestCase.settings = settings(
    max_examples=500 if os.environ.get("UMBRELLA_SOAK") == "1" else 100,
    stateful_step_count=30,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
TestWhatUsersDo = Machine.TestCase
