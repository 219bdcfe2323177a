"""Components whose attributes have names that Umbrella itself might use."""

from __future__ import annotations

import functools
import threading

from topologies.recording import Numbers, Record
from umbrella import AutoAckBolt, BatchingBolt, Bolt, ShuffleGrouping, Stream, Topology

COUNT = 200


class Busy(Numbers):
    """A spout with a flag of its own, and with values where its base has hooks."""

    def open(self):
        super().open()
        self._finished = True
        self.close = self.activate = self.deactivate = False


class Threaded(AutoAckBolt):
    """Has a thread and a helper under likely names; emits each number once it has failed downstream."""

    class Default(Stream):
        fields = "number"

    def open(self):
        self._thread = threading.Thread(target=threading.Event().wait, daemon=True)
        self._thread.start()
        self._current = {}
        self.log = self.conf = self.context = None

    def execute(self, tup):
        self.emit(self._process(tup.number))

    def _process(self, number):
        return number


class Picky(Bolt):
    """Fails each number once: the spout hears of it only if what ``Threaded`` emits is anchored."""

    class Default(Stream):
        fields = "number"

    def open(self):
        self._collector = set()

    def execute(self, tup):
        if tup.number not in self._collector:
            self._collector.add(tup.number)
            self.fail(tup)
        else:
            self._process(tup)

    def _process(self, tup):
        self.emit(tup.number, anchors=tup)
        self.ack(tup)


class Gathering(BatchingBolt):
    """Ticks without ``super().tick()``."""

    class Default(Stream):
        fields = "number"

    batch_size = 64

    def open(self):
        self._gathered = 0
        self._state = None

    def execute_batch(self, batch):
        self._gathered += len(batch)
        self.emit_many([(tup.number,) for tup in batch])

    def tick(self):
        self._state = self._gathered


class TakenNames(Topology):
    numbers = Busy(1, count=COUNT)
    threaded = Threaded(1, inputs=[ShuffleGrouping(numbers)])
    picky = Picky(1, inputs=[ShuffleGrouping(threaded)])
    gathering = Gathering(1, inputs=[ShuffleGrouping(picky)])
    record = Record(1, directory="", inputs=[ShuffleGrouping(gathering)])


def unawaited(coroutine_function):
    """Hide a coroutine function behind a plain one, as decorators do."""

    @functools.wraps(coroutine_function)
    def call(*args):
        return coroutine_function(*args)

    return call


class Once(Numbers):
    """Gives up on what fails."""

    def fail(self, message_id):
        pass


class Unawaited(AutoAckBolt):
    """Its ``execute`` returns a coroutine, which no check of the class can see."""

    @unawaited
    async def execute(self, tup):
        raise AssertionError("nothing runs this")


class Returning(AutoAckBolt):
    """Returns values, as a bolt of other libraries would to emit them."""

    def execute(self, tup):
        return [tup.number]


class NothingDone(Topology):
    numbers = Once(1, count=3)
    unawaited = Unawaited(1, inputs=[ShuffleGrouping(numbers)])
    returning = Returning(1, inputs=[ShuffleGrouping(numbers)])
