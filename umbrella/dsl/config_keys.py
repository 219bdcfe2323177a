"""Storm's topology settings: the name of each in ``class Config``, and its valid values.

Taken from org.apache.storm.Config of Storm 2.8.3 and its validation annotations; a test compares the table with it.
"""

from __future__ import annotations

from umbrella import process
from umbrella.multilang import settings as worker
from umbrella.multilang.built_for import PLATFORM_KEY, PYTHON_KEY
from umbrella.multilang.drpc import ALONE, FUNCTION, LEVELS

TICK_KEY = "topology.tick.tuple.freq.secs"

# By type, without the leading "topology.". In class Config, dots and dashes become underscores.
_KEYS = {
    "bool": """
        backpressure.enable debug disable.loadaware.messaging enable.message.timeouts
        enable.send.iconnection.metrics enable.v2.metrics.tick fall.back.on.java.serialization
        ras.one.component.per.worker ras.one.executor.per.worker serialized.message.size.metrics
        skip.missing.kryo.registrations testing.always.try.serialize worker.nimbus.thrift.client.use.tls
    """,
    "int": """
        acker.executors backpressure.check.millis backpressure.wait.progressive.level1.count
        backpressure.wait.progressive.level2.count batch.flush.interval.millis
        bolt.wait.progressive.level1.count bolt.wait.progressive.level2.count bolts.tuple.timestamp.max.lag.ms
        bolts.watermark.event.interval.ms bolts.window.length.count bolts.window.length.duration.ms
        bolts.window.sliding.interval.count bolts.window.sliding.interval.duration.ms
        builtin.metrics.bucket.size.secs error.throttle.interval.secs eventlogger.executors
        executor.overflow.limit executor.receive.buffer.size isolate.machines max.error.report.per.interval
        max.spout.pending max.task.parallelism message.timeout.secs priority producer.batch.size
        ras.acker.executors.per.worker ras.constraint.max.state.search ras.constraint.max.time.secs
        shellbolt.max.pending sleep.spout.wait.strategy.time.ms spout.recvq.skips
        spout.wait.progressive.level1.count spout.wait.progressive.level2.count state.checkpoint.interval.ms
        state.synchronization.timeout.secs subprocess.timeout.secs tasks tick.tuple.freq.secs
        transfer.batch.size transfer.buffer.size trident.batch.emit.interval.millis
        trident.windowing.cache.tuple.limit v2.metrics.tick.interval.seconds worker.shared.thread.pool.size
        worker.timeout.secs workers
    """,
    "number": """
        acker.cpu.pcore.percent acker.resources.offheap.memory.mb acker.resources.onheap.memory.mb
        backpressure.wait.park.microsec backpressure.wait.progressive.level3.sleep.millis
        bolt.wait.park.microsec bolt.wait.progressive.level3.sleep.millis component.cpu.pcore.percent
        component.resources.offheap.memory.mb component.resources.onheap.memory.mb localityaware.higher.bound
        localityaware.lower.bound max.replication.wait.time.sec metrics.consumer.cpu.pcore.percent
        metrics.consumer.resources.offheap.memory.mb metrics.consumer.resources.onheap.memory.mb
        min.replication.count spout.wait.park.microsec spout.wait.progressive.level3.sleep.millis
        stats.sample.rate worker.max.heap.size.mb
    """,
    "str": """
        backpressure.wait.strategy bolt.wait.strategy bolts.late.tuple.stream bolts.message.id.field.name
        kryo.factory logging.config logging.sensitivity multilang.log.handler multilang.serializer name
        oci.image scheduler.strategy spout.wait.strategy state.provider state.provider.config
        submitter.principal submitter.user transactional.id tuple.serializer version
    """,
    "strings": """
        auto-credentials auto.task.hooks classpath classpath.beginning groups kryo.decorators readonly.groups
        readonly.users scheduler.favored.nodes scheduler.unfavored.nodes spread.components state.kryo.register
        users worker.childopts worker.gc.childopts worker.logwriter.childopts
    """,
    "list": """
        event.logger.register metrics.consumer.register metrics.reporters
    """,
    "map": """
        component.resources.map environment worker.metrics
    """,
    "any": """
        blobstore.map kryo.register ras.constraints ras.order.executors.by.proximity.needs
    """,
}

# Executor.normalizedComponentConf removes all of Storm's other settings from a component's configuration; the
# scheduler reads the resources before that.
_COMPONENT_KEYS = """
    debug max.spout.pending max.task.parallelism transactional.id tick.tuple.freq.secs
    sleep.spout.wait.strategy.time.ms spout.wait.strategy bolts.window.length.count bolts.window.length.duration.ms
    bolts.window.sliding.interval.count bolts.window.sliding.interval.duration.ms bolts.tuple.timestamp.max.lag.ms
    bolts.message.id.field.name state.provider state.provider.config bolts.late.tuple.stream tasks
    component.cpu.pcore.percent component.resources.onheap.memory.mb component.resources.offheap.memory.mb
    component.resources.map
"""

KINDS = {f"topology.{key}": kind for kind, keys in _KEYS.items() for key in keys.split()}
COMPONENT_KEYS = frozenset(f"topology.{key}" for key in _COMPONENT_KEYS.split())


def attribute_of(key: str) -> str:
    """Return the name in ``class Config`` of a Storm setting: ``topology.max.spout.pending`` is max_spout_pending."""
    return key[len("topology.") :].replace(".", "_").replace("-", "_")


# Umbrella's own settings, for the processes of Python components.
OWN = frozenset((*process.KEYS, *worker.NUMBERS))
# Not for users: added by DRPCTopology, and when a jar contains compiled code.
_ADDED = frozenset((FUNCTION, LEVELS, ALONE, PYTHON_KEY, PLATFORM_KEY))

BY_ATTRIBUTE = {attribute_of(key): key for key in KINDS}

WINDOWS = "topology.bolts."  # settings with this prefix are for Storm's windowed bolts in Java
NO_WINDOWS = "Python bolts have no windows: use a BatchingBolt for batches, or collect tuples and handle them in tick()"
_WORKER_LOG = "What self.log, logging and print write is in the worker's log already"
_OTHERS = "Settings begin with topology. or umbrella.; those of your own with a word that no library uses"
# Settings of other libraries, by prefix, each with Umbrella's alternative.
_FOREIGN = {
    WINDOWS: NO_WINDOWS,
    "topology.python.": 'Write class Config: python = "/usr/bin/python3", the command that starts Python on a worker',
    "pystorm.log.": _WORKER_LOG,
    "pystorm.": _OTHERS,
    "streamparse.log.": _WORKER_LOG,
    "streamparse.": _OTHERS,
    "pyleus.": _OTHERS,
}

_TAKES = {
    "bool": "True or False",
    "int": "a whole number",
    "number": "a number",
    "str": "a text",
    "strings": "a text or a list of texts",
    "list": "a list",
    "map": "a dict",
    "any": "any JSON value",
}


def foreign(key: str) -> str:
    """Return what to use instead of a setting that only another library reads, or "" if it is not such a setting."""
    if key in KINDS:
        return ""
    return next((answer for prefix, answer in _FOREIGN.items() if key.startswith(prefix)), "")


def dotted(key: str) -> str:
    """Return the key meant by a setting without its prefix, or ""; without the prefix nothing reads it."""
    if key in BY_ATTRIBUTE or key in process.BY_ATTRIBUTE:
        return BY_ATTRIBUTE.get(key) or process.BY_ATTRIBUTE[key]
    return f"topology.{key}" if f"topology.{key}" in KINDS else ""


def is_unknown(key: str) -> bool:
    """Whether a setting has the prefix of Storm or Umbrella but is not known."""
    if key.startswith("topology."):
        return key not in KINDS
    return key.startswith("umbrella.") and key not in OWN and key not in _ADDED


def wrong_kind(key: str, value: object) -> str | None:
    """Return the valid values of a setting if the value is not of that type, else None. None unsets a setting."""
    if key in process.KEYS:
        return process.wrong_kind(key, value)
    if key in worker.NUMBERS:
        return worker.wrong_kind(key, value)
    kind = KINDS.get(key, "any")
    fits = (
        value is None
        or {
            "bool": isinstance(value, bool),
            "int": isinstance(value, int) and not isinstance(value, bool),
            "number": isinstance(value, (int, float)) and not isinstance(value, bool),
            "str": isinstance(value, str),
            "strings": isinstance(value, (str, list, tuple)),
            "list": isinstance(value, (list, tuple)),
            "map": isinstance(value, dict),
            "any": True,
        }[kind]
    )
    return None if fits else _TAKES[kind]
