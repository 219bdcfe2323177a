"""A topology as plain values: the DSL produces it and every renderer reads it.

No Thrift, no user classes, no I/O. Standard library only, because this module runs on worker nodes. NamedTuple instead
of dataclass saves a megabyte of memory in each worker process.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, Union

DEFAULT_STREAM = "default"  # Storm's Utils.DEFAULT_STREAM_ID

SHUFFLE = "shuffle"
FIELDS = "fields"
ALL = "all"
GLOBAL = "global"
NONE = "none"
DIRECT = "direct"
LOCAL_OR_SHUFFLE = "local_or_shuffle"
PARTIAL_KEY = "partial_key"
CUSTOM = "custom"

# Utils.TOPOLOGY_NAME_REGEX and Utils.BLOB_KEY_PATTERN, and ASCII only: Nimbus and supervisors use it in file names. In
# a C locale a daemon cannot write non-ASCII names; Nimbus then has an internal error and does not say why.
_TOPOLOGY_NAME = re.compile(r"[\w \t-]*\w[\w \t-]*", re.ASCII)
_TOPOLOGY_NAME_LENGTH = 200
VALID_TOPOLOGY_NAMES = ("ASCII letters, digits, _, - and blanks", f"at most {_TOPOLOGY_NAME_LENGTH} characters")

_EMPTY: Mapping[str, Any] = MappingProxyType({})


class StreamSpec(NamedTuple):
    """One output stream of a component: its id, its fields in order, and whether it takes direct emits."""

    name: str
    fields: tuple[str, ...]
    direct: bool = False


class GroupingSpec(NamedTuple):
    """How the tuples of a stream are distributed to the tasks of the bolt that reads it.

    Args:
        kind: one of the constants above (SHUFFLE, FIELDS, ...).
        fields: the key fields of FIELDS and PARTIAL_KEY.
        java_class: for CUSTOM, a class that implements Storm's CustomStreamGrouping.
        java_args: its constructor arguments: str, int, float or bool.
    """

    kind: str
    fields: tuple[str, ...] = ()
    java_class: str = ""
    java_args: tuple[Any, ...] = ()


class InputSpec(NamedTuple):
    """An input of a bolt: a stream, and the name of the component that emits it."""

    component: str
    stream: str
    grouping: GroupingSpec


class PythonCode(NamedTuple):
    """A component written in Python: where to find its class, and the options set on the worker.

    Args:
        module: the dotted name to import on the worker.
        qualname: the class in that module, with dots for nested classes.
        options: plain JSON values by name.
        metrics: the metrics its class declares, as (name, kind) pairs; a kind is "counter", "gauge", "histogram" or
            "timer".
    """

    module: str
    qualname: str
    options: Mapping[str, Any] = _EMPTY
    metrics: tuple[tuple[str, str], ...] = ()


class JavaStep(NamedTuple):
    """A step applied to a Java object after its construction.

    Args:
        kind: CALL continues with the method's return value, or with the object itself if the method is void; ALSO calls
            a method but continues with the object; SET sets a property.
        name: the method, or the property as named by Java beans and builders ("host" for ``setHost``).
        args: the method's arguments, or the single value of the property.
    """

    kind: str
    name: str
    args: tuple[Any, ...] = ()


class JavaObjectSpec(NamedTuple):
    """A Java object and how to construct it.

    An argument is None, a bool, int, float or str, a tuple (a Java list, set or array), a mapping (a Java map), or one
    of the Java values in this module.

    Args:
        class_name: its class.
        args: the arguments of the constructor or factory.
        factory: the static method of the class that creates the object; "" for the constructor.
        steps: applied in order after construction.
        number: counts from 1 if the same component uses the object more than once, else 0.
    """

    class_name: str
    args: tuple[Any, ...] = ()
    factory: str = ""
    steps: tuple[JavaStep, ...] = ()
    number: int = 0


class JavaSameSpec(NamedTuple):
    """A reference to the Java object with this number, defined earlier in the same component."""

    number: int


class JavaEnumSpec(NamedTuple):
    """A constant of a Java enum, or another constant (static field) of a class."""

    class_name: str
    constant: str


class JavaClassSpec(NamedTuple):
    """A Java class as a value."""

    class_name: str


CALL = "call"
ALSO = "also"
SET = "set"


class JvmCode(NamedTuple):
    """A component written in Java: how to construct its object, as in JavaObjectSpec.

    Args:
        needs: the fields that it reads by name; every input stream must have them. Only ``validate`` uses this.
    """

    class_name: str
    args: tuple[Any, ...] = ()
    factory: str = ""
    steps: tuple[JavaStep, ...] = ()
    needs: tuple[str, ...] = ()


Code = Union[PythonCode, JvmCode]


class ComponentSpec(NamedTuple):
    """A spout or bolt of a topology.

    Args:
        name: Storm's component id.
        kind: "spout" or "bolt".
        code: the code to run.
        streams: the declared output streams.
        inputs: the streams it reads (bolts only).
        executors: Storm's parallelism hint.
        tasks: ``topology.tasks``; None leaves it to Storm (as many as executors).
        config: Storm's component configuration by dotted key, including the tick interval.
    """

    name: str
    kind: str
    code: Code
    streams: tuple[StreamSpec, ...] = ()
    inputs: tuple[InputSpec, ...] = ()
    executors: int = 1
    tasks: int | None = None
    config: Mapping[str, Any] = _EMPTY

    def stream(self, name: str) -> StreamSpec | None:
        """Return the output stream of this name, or None."""
        return next((stream for stream in self.streams if stream.name == name), None)


class TopologySpec(NamedTuple):
    """A whole topology.

    Args:
        name: the name it is submitted under by default.
        reference: "module:Class" of the topology, for error messages and for Storm's conf.
        components: in declaration order.
        config: Storm's topology configuration by dotted key, as the user wrote it.
        python: the command that starts Python on a worker.
    """

    name: str
    reference: str
    components: tuple[ComponentSpec, ...]
    config: Mapping[str, Any] = _EMPTY
    python: str = "python3"

    def component(self, name: str) -> ComponentSpec | None:
        """Return the component of this name, or None."""
        return next((component for component in self.components if component.name == name), None)

    def cycle(self, name: str, among: frozenset[str] | None = None) -> tuple[str, ...]:
        """Return the shortest path of tuples from a component back to itself, without the end; () if there is no cycle.

        Args:
            name: the component.
            among: the components that the path may use; all by default.
        """
        readers: dict[str, list[str]] = {}
        for component in self.components:
            if among is None or component.name in among:
                for one in component.inputs:
                    readers.setdefault(one.component, []).append(component.name)
        ways: list[tuple[str, ...]] = [(name,)]
        seen: set[str] = set()
        for way in ways:  # the list grows while it is read: breadth-first search
            for reader in readers.get(way[-1], ()):
                if reader == name:
                    return way
                if reader not in seen:
                    seen.add(reader)
                    ways.append((*way, reader))
        return ()


def is_topology_name(name: str) -> bool:
    """Return whether every Storm daemon accepts a topology name, whatever its locale."""
    return bool(_TOPOLOGY_NAME.fullmatch(name)) and len(name) <= _TOPOLOGY_NAME_LENGTH
