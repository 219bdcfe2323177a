"""A topology of mistakes, each of another kind.

Each is marked with a part of the problem that it is told as, after ``# wrong:``; there is one problem for each mark.
"""

from __future__ import annotations

from topologies.recording import Numbers
from umbrella import (
    AllGrouping,
    AutoAckBolt,
    BatchingBolt,
    CustomGrouping,
    DirectGrouping,
    FieldsGrouping,
    JVMBolt,
    ShuffleGrouping,
    Spout,
    Stream,
    Topology,
)


class Words(Spout):
    class Default(Stream):
        fields = "word"

    class Routed(Stream):
        fields = "word"
        direct = True

    class Pairs(Stream):
        fields = "key, value"  # wrong: a field name has no comma or blank

    class Twice(Stream):
        fields = "word", "word"  # wrong: has two fields 'word'

    class Empty(Stream):  # wrong: stream 'empty' declares no fields
        pass

    class Hidden(Stream):
        fields = "word"
        stream_name = "__hidden"  # wrong: names that begin with __ are Storm's own

    class Renamed(Stream):
        fields = "word"
        name = "new"  # wrong: stream_name = "..." names a stream

    class Forgotten:  # wrong: class Forgotten in Words has fields, and is no stream
        fields = "word"

    outputs = "word"  # wrong: outputs = 'word' in Words does nothing

    def next_tuple(self):
        pass


class Fine(AutoAckBolt):
    def execute(self, tup):
        pass


class Acked(Fine):
    auto_ack = False  # wrong: auto_ack = False in Acked does nothing


class Ticking(Fine):
    tick_second = 5  # wrong: Did you mean 'tick_seconds'?


class Limited(Fine):
    limit: int = "5"  # wrong: the default of option 'limit' of type int is not of that type


class Unready(BatchingBolt):  # wrong: Unready has no execute_batch(self, batch)
    pass


class Awaited(Fine):
    async def execute(self, tup):  # wrong: Awaited.execute is an async def, which nothing would await
        pass


class Yielding(Fine):
    def execute(self, tup):  # wrong: Yielding.execute has a yield
        yield self.emit(tup.word)


class Misread(Fine):
    def open(self, conf, context):  # wrong: Misread.open has the wrong parameters: Umbrella calls open()
        pass


class Initialized(Fine):
    def initialize(self, conf, context):  # wrong: Initialized.initialize is never called
        pass


class Untimed(Fine):
    def tick(self):  # wrong: Untimed.tick is never called: Untimed has no tick_seconds
        pass


class Sending(Fine):
    def emit(self, word):  # wrong: Sending.emit has the wrong parameters: emit is a method of Bolt
        pass


class Closed(Fine):
    close = False  # wrong: Closed.close: close is called by Umbrella


class Logged(Fine):
    log = "debug"  # wrong: Logged.log: self.log is set by Umbrella


class Java(JVMBolt):
    jvm_class = "com/example/Java"  # wrong: jvm_class is the full name of a Java class


class Other(Topology):
    numbers = Numbers(1, count=1)


class T(Topology):
    config = {"topology.debug": True}  # wrong: the settings of a topology are in class Config, not in config
    workers = 3  # wrong: workers is a setting, and settings are in class Config
    max_spout_pendin = 10  # wrong: max_spout_pendin does nothing in a topology's body

    class Confg:  # wrong: class Config, not in Confg
        workers = 2

    words = Words(1)
    more = Numbers(1, count=1, inputs=[ShuffleGrouping(words)])  # wrong: a spout has no inputs

    acked = Acked(1, inputs=[ShuffleGrouping(words)])
    ticking = Ticking(1, inputs=[ShuffleGrouping(words)])
    limited = Limited(1, inputs=[ShuffleGrouping(words)])
    unready = Unready(1, inputs=[ShuffleGrouping(words)])
    awaited = Awaited(1, inputs=[ShuffleGrouping(words)])
    yielding = Yielding(1, inputs=[ShuffleGrouping(words)])
    misread = Misread(1, inputs=[ShuffleGrouping(words)])
    initialized = Initialized(1, inputs=[ShuffleGrouping(words)])
    untimed = Untimed(1, inputs=[ShuffleGrouping(words)])
    sending = Sending(1, inputs=[ShuffleGrouping(words)])
    closed = Closed(1, inputs=[ShuffleGrouping(words)])
    logged = Logged(1, inputs=[ShuffleGrouping(words)])
    java = Java(1, inputs=[ShuffleGrouping(words)])

    uncalled = Fine  # wrong: this is the class Fine, not a component
    alias = words  # wrong: the same component is bound to 'words' too
    bound = Fine(1, inputs=[ShuffleGrouping(words)])
    bound = Fine(2, inputs=[ShuffleGrouping(words)])  # wrong: the name is bound twice in the class body
    bolts = [Fine(1, inputs=[ShuffleGrouping(words)])]  # wrong: components in a list are not in the topology
    Fine(1, inputs=[ShuffleGrouping(words)])  # wrong: is assigned to no name, so it is not in the topology

    alone = Fine(1)  # wrong: a bolt has inputs; given: none
    elsewhere = Fine(1, inputs=[ShuffleGrouping(words), ShuffleGrouping(Other.numbers)])  # wrong: not of this topology
    stream = Fine(1, inputs=[ShuffleGrouping(words, stream="defualt")])  # wrong: stream 'defualt' is not declared
    field = Fine(1, inputs=[FieldsGrouping(words, "wrod")])  # wrong: has no field 'wrod' to group by
    routed = Fine(1, inputs=[ShuffleGrouping(words.Routed)])  # wrong: stream 'routed' of 'words' is direct
    direct = Fine(1, inputs=[DirectGrouping(words)])  # wrong: DirectGrouping reads a direct stream
    custom = Fine(1, inputs=[CustomGrouping(words, "not a class")])  # wrong: CustomGrouping takes the full name
    twice = Fine(1, inputs=[ShuffleGrouping(words), AllGrouping(words)])  # wrong: it reads stream 'default' of 'words'
    few = Fine(4, tasks=2, inputs=[ShuffleGrouping(words)])  # wrong: an executor runs at least one task
    never = Fine(1, tick_seconds=0, inputs=[ShuffleGrouping(words)])  # wrong: tick_seconds is a whole number of 1

    placed = Fine(
        1,
        inputs=[ShuffleGrouping(words)],
        config={
            "topology.workers": 1,  # wrong: Storm ignores topology.workers on a single component
            "topology.bolts.window.length.count": 10,  # wrong: topology.bolts.window.length.count is for Storm's
            "debug": True,  # wrong: nobody reads the setting 'debug'
            "topology.debgu": True,  # wrong: Storm has no setting 'topology.debgu'
            "umbrella.shell": "stock",
            "umbrella.serializer": "msgpack",  # wrong: umbrella.serializer needs umbrella.shell umbrella
        },
    )

    class Config:
        name = "a/b"  # wrong: Storm does not take this topology name
        worker = 2  # wrong: Storm has no topology setting 'worker'
        message_timeout_secs = "30"  # wrong: topology.message.timeout.secs takes a whole number
        producer_batch_size = 100  # wrong: with topology.producer.batch.size above 1 Storm holds back tuples
        transfer_batch_size = 100  # wrong: with topology.transfer.batch.size above 1 Storm holds back tuples
        multilang_serializer = "com.example.Mine"  # wrong: topology.multilang.serializer is read by Storm's own shell
        extra = {
            "pystorm.log.level": "debug",  # wrong: Storm has no setting 'pystorm.log.level'
            "umbrella.restart": 3,  # wrong: Umbrella has no setting 'umbrella.restart'
            "my.ratio": float("nan"),  # wrong: settings are JSON
        }
