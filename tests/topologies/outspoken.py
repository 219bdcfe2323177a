"""Components whose processes say and raise things outside the calls that handle a tuple."""

from __future__ import annotations

import asyncio
import gc
import logging
import logging.config
import queue
import signal
import threading
import time

from topologies.recording import Numbers
from umbrella import AutoAckBolt, ShuffleGrouping, Spout, Stream, Topology

COUNT = 5
early = logging.getLogger("early")  # made before logging is configured


class Says(AutoAckBolt):
    """Says what it has done when it is closed."""

    def open(self):
        self.count = 0

    def execute(self, tup):
        self.count += 1

    def close(self):
        self.log.info("closed after %d", self.count)
        print("printed in close")


class SaysUnasked(Says):
    """Is closed though SIGTERM is ignored."""

    def open(self):
        super().open()
        signal.signal(signal.SIGTERM, signal.SIG_IGN)


class FailsToClose(Says):
    def close(self):
        raise OSError("cannot write the rest")


class SlowToClose(Says):
    def close(self):
        time.sleep(60)


class Closing(Topology):
    numbers = Numbers(1, count=COUNT)
    says = Says(2, inputs=[ShuffleGrouping(numbers)])
    unasked = SaysUnasked(1, inputs=[ShuffleGrouping(numbers)])
    fails = FailsToClose(1, inputs=[ShuffleGrouping(numbers)])
    slow = SlowToClose(1, inputs=[ShuffleGrouping(numbers)])


class Quiet(Topology):
    """Nothing goes wrong in it."""

    numbers = Numbers(1, count=COUNT)
    says = Says(2, inputs=[ShuffleGrouping(numbers)])


class ThreadDies(Spout):
    class Default(Stream):
        fields = "number"

    def open(self):
        self.numbers = [1]
        threads = [threading.Thread(target=self.poll, name=f"poller {number}") for number in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        asyncio.run(self.forget_a_task())

    def poll(self):
        raise ConnectionError("the broker went away")

    async def forget_a_task(self):
        task = asyncio.ensure_future(self.poll_too())
        await asyncio.sleep(0)
        del task
        gc.collect()

    async def poll_too(self):
        raise LookupError("nobody awaits this")

    def next_tuple(self):
        if self.numbers:
            self.emit(self.numbers.pop())
        self.finish()


class OwnHook(AutoAckBolt):
    """Handles what its threads raise."""

    def open(self):
        threading.excepthook = lambda args: self.log.info("handled: %s", args.exc_value)
        thread = threading.Thread(target=self.poll)
        thread.start()
        thread.join()

    def poll(self):
        raise ConnectionError("the cache went away")

    def execute(self, tup):
        pass


class Stops(AutoAckBolt):
    """Has a breakpoint that somebody left."""

    def execute(self, tup):
        breakpoint()


class Threads(Topology):
    polls = ThreadDies(1)
    own = OwnHook(1, inputs=[ShuffleGrouping(polls)])
    stops = Stops(1, inputs=[ShuffleGrouping(polls)])


class Configures(AutoAckBolt):
    """Configures logging as Django does, and logs."""

    def open(self):
        logging.config.dictConfig(
            {
                "version": 1,
                "formatters": {"short": {"format": "by the handler: %(message)s"}},
                "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "short"}},
                "root": {"handlers": ["console"], "level": "INFO"},
            }
        )
        logging.disable(logging.INFO)
        self.log.info("own line")
        self.log.debug("own debug")
        logging.disable(logging.NOTSET)
        early.error("never seen")
        logging.getLogger("later").info("later line")
        logging.getLogger("later").error("later error")

    def execute(self, tup):
        pass


class Forces(AutoAckBolt):
    def open(self):
        logging.basicConfig(level=logging.INFO, force=True)
        self.log.info("forced line")
        logging.getLogger("later").info("forced, later")

    def execute(self, tup):
        pass


class Configured(Topology):
    numbers = Numbers(1, count=COUNT)
    configures = Configures(1, inputs=[ShuffleGrouping(numbers)])
    forces = Forces(1, inputs=[ShuffleGrouping(numbers)])


class Waits(Spout):
    """Waits for its source in next_tuple, without a timeout."""

    class Default(Stream):
        fields = "number", "key"

    def open(self):
        self.queue: queue.Queue[int] = queue.Queue()

    def next_tuple(self):
        self.emit(self.queue.get(), "a")


class Waiting(Topology):
    waits = Waits(1)
    says = Says(1, inputs=[ShuffleGrouping(waits)])

    class Config:
        extra = {"umbrella.execute.timeout.secs": 3}
