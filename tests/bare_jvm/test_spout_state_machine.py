"""Rows 20, 26: in whatever order commands come, a spout that answers ahead breaks no rule of Storm's.

The model is SpoutExecutor's loop over ShellSpout: one command at a time, each read until a sync; no next while as many
tuples are open as max.spout.pending allows. The code under test is the real one, from pipe to pipe.
"""

from __future__ import annotations

import json
import os
import select
import threading
from collections import deque

import pytest
from hypothesis import HealthCheck, Phase, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from umbrella.multilang.channel import Channel
from umbrella.multilang.codec import JsonCodec
from umbrella.multilang.frames import FrameReader
from umbrella.multilang.lead import TUPLES_AHEAD
from umbrella.multilang.loops import loop_for
from umbrella.multilang.messages import Handshake
from umbrella.multilang.protocol import LOADING, Protocol
from umbrella.multilang.settings import Settings
from umbrella.multilang.spout import Spout

CONTEXT = {
    "taskid": 4,
    "componentid": "task",
    "task->component": {"4": "task", "5": "sink"},
    "stream->outputfields": {"default": ["number"], "told": ["number"]},
    "stream->target->grouping": {"default": {"sink": {"type": "SHUFFLE"}}},
}
PATIENCE = 20.0  # seconds for an answer on a busy machine; without one the worker would hang


class Numbers(Spout):
    """Emits numbers while it may; tells on another stream what it hears if it is to."""

    batch = 1
    tells = asks = False
    left = 0

    def __init__(self):
        self.number = 0
        self.acked, self.failed = [], []

    def next_tuple(self):
        for _ in range(min(self.batch, self.left)):
            self.left -= 1
            self.number += 1
            self.emit(self.number, message_id=self.number)

    def ack(self, message_id):
        self.acked.append(message_id)
        if self.tells:
            self.emit(message_id, stream="told", need_task_ids=self.asks)

    def fail(self, message_id):
        self.failed.append(message_id)


class Executor:
    """Storm's SpoutExecutor and ShellSpout around one spout, and the spout's loop on a thread."""

    def __init__(self, max_pending, **options):
        to_python, from_python = os.pipe(), os.pipe()
        self.read_end, self.write_end = from_python[0], to_python[1]
        self.python_ends = to_python[0], from_python[1]
        self.max_pending = max_pending
        self.open, self.emitted, self.acked, self.failed, self.told = deque(), [], [], [], []
        self.nexts = 0
        self.active = False
        self.reader, self.frames = FrameReader(), deque()
        self.spout = Numbers()
        vars(self.spout).update(options)
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()
        self.query("activate")
        self.active = True

    def run(self):
        channel, protocol = Channel(*self.python_ends, JsonCodec()), Protocol(LOADING)
        shake = Handshake({}, CONTEXT, "")
        try:
            loop_for(self.spout, shake, channel, protocol, Settings(max_pending=self.max_pending)).run()
        finally:
            os.close(self.python_ends[1])

    def query(self, command, id=""):
        self.write({"command": command, "id": id})
        while True:
            message = json.loads(self.frame())
            if message["command"] == "sync":
                return
            if message["command"] == "log":  # a warning of tuples without a message id
                continue
            assert message["command"] == "emit", message
            if message.get("stream") == "told":
                self.told.append(message["tuple"][0])
            else:
                self.emitted.append(message["id"])
                self.open.append(message["id"])
            if message["need_task_ids"]:
                self.write([5])

    def write(self, message):
        os.write(self.write_end, json.dumps(message).encode() + b"\nend\n")

    def frame(self):
        while not self.frames:
            assert select.select([self.read_end], [], [], PATIENCE)[0], "no sync: ShellSpout would wait for ever"
            self.frames.extend(self.reader.feed(os.read(self.read_end, 1 << 16)))
        return self.frames.popleft()

    def ack(self):
        self.acked.append(self.open.popleft())
        self.query("ack", self.acked[-1])

    def fail(self):
        self.failed.append(self.open.popleft())
        self.query("fail", self.failed[-1])

    def next(self):
        if self.active and len(self.open) < self.max_pending:
            self.nexts += 1
            self.query("next")

    def rest_is_coming(self):
        assert select.select([self.read_end], [], [], PATIENCE)[0], "the spout does not end"
        return os.read(self.read_end, 1 << 16) != b""

    def close(self):
        os.close(self.write_end)
        while self.rest_is_coming():
            pass
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive()
        for fd in (self.read_end, self.python_ends[0]):
            os.close(fd)
        assert (self.spout.acked, self.spout.failed) == (self.acked, self.failed)


class Machine(RuleBasedStateMachine):
    @initialize(
        max_pending=st.sampled_from([1, 7, 20, 150]),
        batch=st.sampled_from([1, 3, 50]),
        tells=st.booleans(),
        asks=st.booleans(),
    )
    def start(self, max_pending, batch, tells, asks):
        self.executor = Executor(max_pending, batch=batch, tells=tells, asks=asks)
        self.batch = batch

    @rule(turns=st.integers(1, 200), acks=st.integers(0, 3))
    def flow(self, turns, acks):
        executor = self.executor
        executor.spout.left = 10**6
        for _ in range(turns):
            for _ in range(min(acks, len(executor.open))):
                executor.ack()
            executor.next()

    @rule()
    def run_dry(self):
        self.executor.spout.left = 0
        for _ in range(20):
            self.executor.next()

    @rule(count=st.integers(1, 200))
    def acks_come(self, count):
        for _ in range(min(count, len(self.executor.open))):
            self.executor.ack()

    @rule(count=st.integers(1, 20))
    def fails_come(self, count):
        for _ in range(min(count, len(self.executor.open))):
            self.executor.fail()

    @rule(acks=st.integers(0, 300))
    def pause(self, acks):
        executor = self.executor
        before = len(executor.emitted)
        executor.active = False
        executor.query("deactivate")
        for _ in range(min(acks, len(executor.open))):
            executor.ack()
        # What was in the pipe before Storm asked to stop still comes out of it.
        assert len(executor.emitted) - before <= TUPLES_AHEAD + self.batch
        executor.query("activate")
        executor.active = True

    @rule()
    def it_goes_on(self):
        executor = self.executor
        executor.spout.left = 10**6
        before = len(executor.emitted)
        for _ in range(1200):
            for _ in range(len(executor.open)):  # acks bring further tuples, without an end
                executor.ack()
            executor.next()
            if len(executor.emitted) > before:
                return
        pytest.fail("Storm asks, and nothing comes any more")

    @invariant()
    def the_limit_holds(self):
        if hasattr(self, "executor"):
            executor = self.executor
            assert len(executor.open) <= executor.max_pending + self.batch - 1
            assert executor.emitted == list(range(1, len(executor.emitted) + 1))

    def teardown(self):
        if hasattr(self, "executor"):
            self.executor.close()
            if self.executor.spout.tells and not self.executor.spout.asks:
                told = self.executor.told
                assert told == self.executor.acked[: len(told)]


Machine.TestCase.settings = settings(
    max_examples=200 if os.environ.get("UMBRELLA_SOAK") == "1" else 40,
    stateful_step_count=12,
    deadline=None,
    database=None,
    phases=[Phase.generate],  # a thread and pipes for each try: shrinking would take minutes
    suppress_health_check=list(HealthCheck),
)
TestASpoutThatAnswersAhead = Machine.TestCase


@pytest.mark.parametrize("batch", [1, 100])
def test_a_flowing_spout_is_ahead_of_storm(batch):
    """Most tuples come without a next of their own, and few nexts come back empty: each would cost Storm a pause."""
    executor = Executor(500, batch=batch, left=10**6)
    try:
        for _ in range(5000):
            if executor.open:
                executor.ack()
            executor.next()
            assert len(executor.open) <= 500 + batch - 1
        assert len(executor.emitted) > 4900
        assert executor.nexts < len(executor.emitted) / batch + 50
    finally:
        executor.close()
