"""Spouts over Redis, and bolts that write down what comes, fail some of it, store and look up."""

from __future__ import annotations

import json
import os
from pathlib import Path

from umbrella import AutoAckBolt, ShuffleGrouping, Stream, Topology
from umbrella.contrib.redis import RedisLookupBolt, RedisSpout, RedisStoreBolt


class Named(RedisSpout):
    class Default(Stream):
        fields = "source", "text"


class WriteDown(AutoAckBolt):
    """Writes down each tuple; a text fails as often as the number after its "fail" says, and "fail" alone always."""

    directory: str

    def open(self):
        self.failures: dict[str, int] = {}
        name = f"{self.context.component}-{os.getpid()}.jsonl"
        self.file = Path(self.directory, name).open("a", buffering=1, encoding="utf-8")  # noqa: SIM115 - closed in close()

    def close(self):
        self.file.close()

    def execute(self, tup):
        self.file.write(json.dumps(tup.values) + "\n")
        kind, _, times = str(tup.values[-1]).partition(" ")
        if kind == "fail":
            self.failures[times] = self.failures.get(times, 0) + 1
            if not times or self.failures[times] <= int(times):
                raise ValueError(f"this one fails: {tup.values[-1]}")


class Decode(AutoAckBolt):
    """Emits what an entry's JSON holds, and bytes for an object that has their numbers."""

    class Default(Stream):
        fields = "word", "number"

    def execute(self, tup):
        word, number = json.loads(
            tup.value, object_hook=lambda found: bytes(found["bytes"]) if "bytes" in found else found
        )
        self.emit(word, number)


class NumberOf(RedisLookupBolt):
    class Default(Stream):
        fields = "word", "number"


class Sources(Topology):
    right = Named(1, list="right", max_failures=3, retry_seconds=0.1)
    left = RedisSpout(2, list="left", end="left", encoding="latin-1", max_pending=100)
    channels = Named(2, channels=("news", "sport"))
    patterns = Named(1, patterns="log.*")
    wrong = Named(1, list="wrong")
    twin = Named(1, list="twins", group="twins")
    other_twin = Named(1, list="twins", group="twins")
    from_right = WriteDown(1, directory="", inputs=[ShuffleGrouping(right), ShuffleGrouping(wrong)])
    from_twins = WriteDown(1, directory="", inputs=[ShuffleGrouping(twin), ShuffleGrouping(other_twin)])
    from_left = WriteDown(1, directory="", inputs=[ShuffleGrouping(left)])
    from_channels = WriteDown(1, directory="", inputs=[ShuffleGrouping(channels), ShuffleGrouping(patterns)])

    class Config:
        # Two of Storm's threads look for work 10,000 times a second before they sleep.
        bolt_wait_progressive_level2_count = 1


class Held(Topology):
    jobs = RedisSpout(2, list="jobs", retry_seconds=0.1)
    done = WriteDown(1, directory="", inputs=[ShuffleGrouping(jobs)])


class Killed(Topology):
    """Over two workers."""

    jobs = RedisSpout(1, list="jobs", end="left")
    done = WriteDown(2, directory="", inputs=[ShuffleGrouping(jobs)])

    class Config:
        workers = 2
        max_spout_pending = 500
        message_timeout_secs = 5


class Bolts(Topology):
    words = RedisSpout(1, list="words", end="left", max_failures=1)
    pairs = Decode(1, inputs=[ShuffleGrouping(words)])
    store = RedisStoreBolt(
        1, type="hash", container="numbers", key="word", value="number", inputs=[ShuffleGrouping(pairs)]
    )
    asked = RedisSpout(1, list="asked", end="left", max_failures=1)
    questions = Decode(1, inputs=[ShuffleGrouping(asked)])
    look_up = NumberOf(1, type="hash", container="numbers", key="word", inputs=[ShuffleGrouping(questions)])
    answers = WriteDown(1, directory="", inputs=[ShuffleGrouping(look_up)])

    class Config:
        serializer = "msgpack"
        tick_tuple_freq_secs = 1  # a tick for each bolt, those in Java too


class Gated(Topology):
    gated = Named(1, channels="behind the gate")
    plain = Named(1, channels="in the open")
    done = WriteDown(1, directory="", inputs=[ShuffleGrouping(gated), ShuffleGrouping(plain)])
