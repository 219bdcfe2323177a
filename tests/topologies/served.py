"""DRPC topologies: a chain, a fan-out with two levels of aggregators, and functions that fail."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from umbrella import (
    AutoAckBolt,
    BatchingBolt,
    Bolt,
    DRPCAggregator,
    DRPCBolt,
    DRPCTopology,
    FieldsGrouping,
    ShuffleGrouping,
    Stream,
)

FOLLOWERS = {f"tweeter{number}": [f"follower{number * 10 + one}" for one in range(25)] for number in range(8)}
TWEETERS = {"storm.apache.org": list(FOLLOWERS), "example.org": ["tweeter3"], "nobody.org": []}


class Tweeters(AutoAckBolt):
    """Who has tweeted a link."""

    class Default(Stream):
        fields = "request", "tweeter"

    def execute(self, tup):
        for tweeter in TWEETERS[tup.args]:
            self.emit(tup.request, tweeter)


class Followers(AutoAckBolt):
    """Who follows a tweeter."""

    class Default(Stream):
        fields = "request", "follower"

    def execute(self, tup):
        for follower in FOLLOWERS[tup.tweeter]:
            self.emit(tup.request, follower)


class CountDifferent(DRPCAggregator):
    """How many different followers this task was given."""

    class Default(Stream):
        fields = "request", "count"

    def initial(self):
        return set()

    def add(self, gathered, tup):
        gathered.add(tup.follower)

    def finish(self, request, gathered):
        self.emit(request, len(gathered))


class Sum(DRPCAggregator):
    def finish(self, request, gathered):
        self.return_result(request, sum(tup.count for tup in gathered))


class Reach(DRPCTopology):
    """How many people a link may have reached: Storm's own example of DRPC."""

    function = "reach"

    tweeters = Tweeters(1, inputs=[ShuffleGrouping(DRPCTopology.requests)])
    followers = Followers(2, inputs=[ShuffleGrouping(tweeters)])
    different = CountDifferent(2, inputs=[FieldsGrouping(followers, "request", "follower")])
    total = Sum(2, inputs=[FieldsGrouping(different, "request")])


def reach(link: str) -> int:
    return len({follower for tweeter in TWEETERS[link] for follower in FOLLOWERS[tweeter]})


class Act(DRPCBolt):
    """Does what the arguments say."""

    class Default(Stream):
        fields = "request", "text"

    def execute(self, tup):
        what, _, rest = tup.args.partition(" ")
        if what == "shout":
            self.return_result(tup.request, rest.upper() + "!")
        elif what == "json":
            self.return_result(tup.request, {"text": rest, "numbers": [1, 2.5, None]})
        elif what == "raise":
            raise LookupError(f"no such thing: {rest}")
        elif what == "big":
            self.return_result(tup.request, "x" * int(rest))
        elif what == "twice":
            self.return_result(tup.request, "first")
            self.return_result(tup.request, "second")
        elif what == "slow":
            seconds, _, mark = rest.partition(" ")
            if mark:
                Path(mark).touch()
            time.sleep(float(seconds))
            self.return_result(tup.request, f"slept {seconds}")
        elif what == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        elif what != "silent":
            self.emit(tup.request, tup.args)


class ByHand(Bolt):
    """Fails by hand, with a reason or without one."""

    def execute(self, tup):
        if "reason" in tup.text:
            try:
                raise ValueError("the reason")
            except ValueError:
                self.fail(tup)
        elif "fail" in tup.text:
            self.fail(tup)
        else:
            self.ack(tup)


class Batches(BatchingBolt):
    """Fails whole batches."""

    batch_size = 1

    def execute_batch(self, batch):
        if batch[0].text == "batch":
            raise RuntimeError("the batch is bad")


class Acting(DRPCTopology):
    function = "act"

    acting = Act(1, inputs=[ShuffleGrouping(DRPCTopology.requests)])
    by_hand = ByHand(1, inputs=[ShuffleGrouping(acting)])
    batches = Batches(1, inputs=[ShuffleGrouping(acting)])

    class Config:
        message_timeout_secs = 5


class Hanging(DRPCTopology):
    """Waits less long for a bolt."""

    function = "hang"

    acting = Act(1, inputs=[ShuffleGrouping(DRPCTopology.requests)])

    class Config:
        extra = {"umbrella.execute.timeout.secs": 2}


class Parts(DRPCBolt):
    class Default(Stream):
        fields = "request", "part"

    def execute(self, tup):
        if tup.args == "die":
            self.emit(tup.request, "die")
        if tup.args == "raise":
            raise LookupError("no parts")
        if tup.args == "loose":
            self.emit(tup.request, 0, anchors=())
        for part in range(20):
            self.emit(tup.request, part)


class Gather(DRPCAggregator):
    """Dies in the middle of gathering if told so; then what it has is gone."""

    def add(self, gathered, tup):
        if tup.part == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        gathered.append(tup.part)

    def finish(self, request, gathered):
        self.return_result(request, sorted(gathered))


class Gathering(DRPCTopology):
    function = "gather"

    parts = Parts(1, inputs=[ShuffleGrouping(DRPCTopology.requests)])
    gather = Gather(1, inputs=[FieldsGrouping(parts, "request")])

    class Config:
        message_timeout_secs = 5


class Packed(Gathering):
    function = "packed"

    class Config:
        serializer = "msgpack"


class Stock(Gathering):
    function = "stock"

    class Config:
        shell = "stock"


class Spread(Reach):
    """The same over two workers, beside what acts and what gathers."""

    function = "reach"

    class Config:
        workers = 2


class Slow(Acting):
    """One function for calls that are under way when a server goes."""

    function = "slow"

    by_hand = None
    batches = None

    class Config:
        message_timeout_secs = 60


class Restarting(Gathering):
    """Gathers in a process that may be started anew."""

    function = "restart"

    class Config:
        extra = {"drpc.servers": ["127.0.0.1"]}  # by another name than the cluster's storm.yaml has


class CountTicks(DRPCBolt):
    """Says how many ticks this task has had."""

    def open(self):
        self.ticks = 0

    def tick(self):
        self.ticks += 1

    def execute(self, tup):
        self.return_result(tup.request, str(self.ticks))


class Ticked(DRPCTopology):
    """Every bolt gets ticks, Umbrella's own in Java too."""

    function = "ticks"
    count = CountTicks(1, inputs=[ShuffleGrouping(DRPCTopology.requests)])

    class Config:
        tick_tuple_freq_secs = 1
