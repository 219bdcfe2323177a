"""Topologies in plain values that the tests of this folder render."""

from __future__ import annotations

from collections.abc import Mapping

from umbrella.process import ARGUMENTS, DIRECTORY, ENV, MSGPACK, SERIALIZER, SHELL, STOCK
from umbrella.spec import (
    ALL,
    CUSTOM,
    DIRECT,
    FIELDS,
    GLOBAL,
    LOCAL_OR_SHUFFLE,
    NONE,
    PARTIAL_KEY,
    SHUFFLE,
    ComponentSpec,
    GroupingSpec,
    InputSpec,
    JavaClassSpec,
    JavaEnumSpec,
    JavaObjectSpec,
    JavaSameSpec,
    JavaStep,
    JvmCode,
    PythonCode,
    StreamSpec,
    TopologySpec,
)

DEFAULT = "default"


def reads(component: str, kind: str, *fields: str, stream: str = DEFAULT) -> InputSpec:
    """Return an input with a grouping that needs no Java class."""
    return InputSpec(component, stream, GroupingSpec(kind, fields=fields))


def wordcount() -> TopologySpec:
    """A spout and two bolts in a row, with options, tasks and config."""
    return TopologySpec(
        name="wordcount",
        reference="wordcount:WordCount",
        components=(
            ComponentSpec(
                name="sentences",
                kind="spout",
                code=PythonCode("wordcount", "Sentences", {"path": "/data/in.txt", "repeat": False}),
                streams=(StreamSpec(DEFAULT, ("sentence",)),),
                config={"topology.max.spout.pending": 50},
            ),
            ComponentSpec(
                name="split",
                kind="bolt",
                code=PythonCode("wordcount", "Split"),
                streams=(StreamSpec(DEFAULT, ("word",)),),
                inputs=(reads("sentences", SHUFFLE),),
                executors=2,
                tasks=4,
            ),
            ComponentSpec(
                name="count",
                kind="bolt",
                code=PythonCode("wordcount", "Count", {"window": 60}),
                streams=(StreamSpec(DEFAULT, ("word", "count")),),
                inputs=(reads("split", FIELDS, "word"),),
                executors=3,
                config={"topology.tick.tuple.freq.secs": 5},
            ),
        ),
        config={"topology.workers": 2, "topology.kryo.register": ["com.example.Point"]},
    )


def groupings() -> TopologySpec:
    """Every grouping, two streams of one bolt, a direct stream and a cycle."""
    return TopologySpec(
        name="groupings",
        reference="pkg.topologies:Outer.Groupings",
        components=(
            ComponentSpec(
                name="numbers",
                kind="spout",
                code=PythonCode(
                    "pkg.numbers", "Outer.Numbers", {"colours": ["r\u00f8d", "${HOME}"], "nested": {"a": [1]}}
                ),
                streams=(StreamSpec(DEFAULT, ("key", "value")), StreamSpec("signals", ("name",))),
            ),
            ComponentSpec(
                name="route",
                kind="bolt",
                code=PythonCode("pkg.route", "Route"),
                streams=(
                    StreamSpec(DEFAULT, ("key", "value")),
                    StreamSpec("chosen", ("key",), direct=True),
                    StreamSpec("again", ("key", "value")),
                ),
                inputs=(
                    reads("numbers", PARTIAL_KEY, "key", "value"),
                    reads("numbers", ALL, stream="signals"),
                    reads("route", LOCAL_OR_SHUFFLE, stream="again"),
                    reads("total", GLOBAL, stream="feedback"),
                ),
                executors=2,
                tasks=4,
                config={"my.list": ["a", 1], "my.empty": [], "my.map": {"a": 1, "b": [2]}, "my.float": 0.25},
            ),
            ComponentSpec(
                name="work",
                kind="bolt",
                code=PythonCode("pkg.work", "Work"),
                streams=(StreamSpec(DEFAULT, ("key",)),),
                inputs=(
                    reads("route", DIRECT, stream="chosen"),
                    InputSpec("route", DEFAULT, GroupingSpec(CUSTOM, java_class=_N_GROUPING, java_args=(2,))),
                ),
                executors=3,
            ),
            ComponentSpec(
                name="total",
                kind="bolt",
                code=PythonCode("pkg.total", "Total"),
                streams=(StreamSpec("feedback", ("key",)),),
                inputs=(reads("work", FIELDS, "key"), reads("numbers", NONE, stream="signals")),
            ),
        ),
        config={"topology.max.spout.pending": None, "my.text": "cost: ${PRICE} \u20ac, yes", "my.yes": "yes"},
        python="/usr/bin/python3",
    )


def stock(spec: TopologySpec) -> TopologySpec:
    """Return the topology with Storm's own shell components."""
    return spec._replace(config={**spec.config, SHELL: STOCK})


def processes() -> TopologySpec:
    """Everything that can be said of the processes of Python components, and components that have it otherwise."""
    return TopologySpec(
        name="processes",
        reference="processes:Processes",
        components=(
            ComponentSpec(
                name="frames",
                kind="spout",
                code=PythonCode("processes", "Frames", metrics=(("sent", "counter"), ("took", "timer"))),
                streams=(
                    StreamSpec("left", ("image",)),
                    StreamSpec(DEFAULT, ("image",)),
                    StreamSpec("chosen", ("image",), True),
                ),
                config={ENV: {"OMP_NUM_THREADS": "1", "MODE": "quick ${x} 'n' å\n"}, DIRECTORY: "/var/lib/frames"},
            ),
            ComponentSpec(
                name="look",
                kind="bolt",
                code=PythonCode("processes", "Look"),
                inputs=(reads("frames", SHUFFLE),),
                tasks=2,
                config={SERIALIZER: "json", ARGUMENTS: ["-O"], "my.nothing": None, "my.map": {"ref": "x"}},
            ),
        ),
        config={
            SERIALIZER: MSGPACK,
            ENV: {"MODE": "slow", "LANG": "C.UTF-8"},
            ARGUMENTS: ["-X", "dev"],
            DIRECTORY: "worker",
        },
        python="/opt/pyþ/bin/python3",
    )


def jvm() -> TopologySpec:
    """Java classes of Storm itself on both ends of a Python bolt."""
    return TopologySpec(
        name="jvm",
        reference="jvm:Jvm",
        components=(
            ComponentSpec(
                name="requests",
                kind="spout",
                code=JvmCode("org.apache.storm.drpc.DRPCSpout", ("shout",)),
                streams=(StreamSpec(DEFAULT, ("args", "return-info")),),
            ),
            ComponentSpec(
                name="words",
                kind="spout",
                code=JvmCode("org.apache.storm.testing.TestWordSpout"),
                streams=(StreamSpec(DEFAULT, ("word",)),),
                executors=2,
                tasks=2,
            ),
            ComponentSpec(
                name="shout",
                kind="bolt",
                code=PythonCode("jvm", "Shout"),
                streams=(StreamSpec(DEFAULT, ("result", "return-info")),),
                inputs=(reads("requests", SHUFFLE), reads("words", SHUFFLE)),
            ),
            ComponentSpec(
                name="answer",
                kind="bolt",
                code=JvmCode("org.apache.storm.drpc.ReturnResults"),
                inputs=(reads("shout", SHUFFLE),),
            ),
            ComponentSpec(
                name="stored",
                kind="bolt",
                code=_everything(),
                streams=(StreamSpec("rejected", ("word",), direct=True),),
                inputs=(reads("words", SHUFFLE),),
                config={"topology.tick.tuple.freq.secs": 5, "my.null": None},
            ),
            ComponentSpec(
                name="heard",
                kind="bolt",
                code=JvmCode("org.apache.storm.testing.TestGlobalCount"),
                streams=(StreamSpec(DEFAULT, ("global-count",)),),
                inputs=(reads("words", GLOBAL),),
                tasks=1,
            ),
        ),
    )


def _everything() -> JvmCode:
    """All that a Java object can be made of, texts that YAML and JSON might trip over among it."""
    shared = JavaObjectSpec("com.example.Pool", ("h",), number=1)
    return JvmCode(
        "com.example.Bolts",
        (shared, {"${url}": "\u20ac\n'\"\x7f", JavaEnumSpec("com.example.Mode", "FAST"): (1, 2**70, -0.5, True, None)}),
        "builder",
        (
            JavaStep("set", "pool", (JavaSameSpec(1),)),
            JavaStep("also", "add", (JavaClassSpec("com.example.Type"), ())),
            JavaStep("call", "build"),
        ),
    )


def with_java_argument(value: object) -> TopologySpec:
    """A lone bolt with a custom grouping of one constructor argument."""
    grouping = GroupingSpec(CUSTOM, java_class=_N_GROUPING, java_args=(value,))
    bolt = ComponentSpec("bolt", "bolt", PythonCode("m", "B"), inputs=(InputSpec("spout", DEFAULT, grouping),))
    return TopologySpec("lone", "lone:Lone", (bolt,))


def with_config(config: Mapping[str, object]) -> TopologySpec:
    """A spout and a bolt, the spout with the config that the whole topology has as well."""
    return TopologySpec(
        "config",
        "config:Config",
        (
            ComponentSpec(
                "spout", "spout", PythonCode("m", "S"), streams=(StreamSpec(DEFAULT, ("a",)),), config=config
            ),
            ComponentSpec("bolt", "bolt", PythonCode("m", "B"), inputs=(reads("spout", SHUFFLE),)),
        ),
        config=config,
    )


_N_GROUPING = "org.apache.storm.testing.NGrouping"

ALL_SPECS = {
    "wordcount": wordcount,
    "groupings": groupings,
    "jvm": jvm,
    "processes": processes,
    "wordcount-stock": lambda: stock(wordcount()),
    "groupings-stock": lambda: stock(groupings()),
}
