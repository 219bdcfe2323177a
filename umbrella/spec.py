"""A topology in plain values: what the DSL produces and every renderer reads.

Without Thrift, user classes or I/O. Standard library only: this module runs on worker nodes, and NamedTuple rather than
dataclass keeps a worker process a megabyte smaller.
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

# Utils.TOPOLOGY_NAME_REGEX and Utils.BLOB_KEY_PATTERN, and ASCII besides: Nimbus and supervisors name files by it. In a
# C locale a daemon cannot; Nimbus then fails inside and does not say why.
_TOPOLOGY_NAME = re.compile(r"[\w \t-]*\w[\w \t-]*", re.ASCII)
_TOPOLOGY_NAME_LENGTH = 200
VALID_TOPOLOGY_NAMES = ("ASCII letters, digits, _, - and blanks", f"at most {_TOPOLOGY_NAME_LENGTH} characters")

_EMPTY: Mapping[str, Any] = MappingProxyType({})


class StreamSpec(NamedTuple):
    """One output stream of a component: its id, its fields in order, and whether it is for direct emits."""

    name: str
    fields: tuple[str, ...]
    direct: bool = False


class GroupingSpec(NamedTuple):
    """How tuples of a stream are shared among the tasks of the bolt that reads it.

    Args:
        kind: one of the names above (SHUFFLE, FIELDS, ...).
        fields: the key fields of FIELDS and PARTIAL_KEY.
        java_class: for CUSTOM, a class that implements Storm's CustomStreamGrouping.
        java_args: its constructor arguments: str, int, float or bool.
    """

    kind: str
    fields: tuple[str, ...] = ()
    java_class: str = ""
    java_args: tuple[Any, ...] = ()


class InputSpec(NamedTuple):
    """A stream that a bolt reads, by the name of the component that emits it."""

    component: str
    stream: str
    grouping: GroupingSpec


class PythonCode(NamedTuple):
    """A component written in Python: where its class is, and the options set on the worker.

    Args:
        module: the dotted name to import on the worker.
        qualname: the class in that module, with dots for nested classes.
        options: plain JSON values by name.
        metrics: those its class declares, by name; each with its kind ("counter", "gauge", "histogram", "timer").
    """

    module: str
    qualname: str
    options: Mapping[str, Any] = _EMPTY
    metrics: tuple[tuple[str, str], ...] = ()


class JavaStep(NamedTuple):
    """What is done with a Java object once it is made.

    Args:
        kind: CALL goes on with what the method returns, or with the object itself if that is nothing (void); ALSO calls
            a method and stays with the object; SET gives a property its value.
        name: the method, or the property as Java beans and builders name it ("host" for ``setHost``).
        args: the method's arguments, or the property's one value.
    """

    kind: str
    name: str
    args: tuple[Any, ...] = ()


class JavaObjectSpec(NamedTuple):
    """A Java object and how it is made.

    An argument is None, a bool, int, float or str, a tuple (a Java list, set or array), a mapping (a Java map), or one
    of the Java values here.

    Args:
        class_name: its class.
        args: the arguments of the constructor or factory.
        factory: the static method of the class that makes it; "" for the constructor.
        steps: what is done with it then, in order.
        number: counts from 1 if the object is used again in the same component, else 0.
    """

    class_name: str
    args: tuple[Any, ...] = ()
    factory: str = ""
    steps: tuple[JavaStep, ...] = ()
    number: int = 0


class JavaSameSpec(NamedTuple):
    """The Java object that bears this number earlier in the same component."""

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
    """A component written in Java: how its object is made, as in JavaObjectSpec.

    Args:
        needs: fields that it reads by name, which every stream among its inputs has to have; for ``validate`` alone.
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
        code: what runs.
        streams: the declared output streams.
        inputs: the streams read (bolts only).
        executors: Storm's parallelism hint.
        tasks: ``topology.tasks``; None leaves it to Storm (as many as executors).
        config: Storm's component configuration by dotted key, tick period included.
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
        """Return the output stream of that name, or None."""
        return next((stream for stream in self.streams if stream.name == name), None)


class TopologySpec(NamedTuple):
    """A whole topology.

    Args:
        name: the name it is submitted under unless told otherwise.
        reference: "module:Class" of the topology, for messages and for Storm's conf.
        components: in the order of their declaration.
        config: Storm's topology configuration by dotted key, as the user wrote it.
        python: the command that starts Python on a worker.
    """

    name: str
    reference: str
    components: tuple[ComponentSpec, ...]
    config: Mapping[str, Any] = _EMPTY
    python: str = "python3"

    def component(self, name: str) -> ComponentSpec | None:
        """Return the component of that name, or None."""
        return next((component for component in self.components if component.name == name), None)

    def cycle(self, name: str, among: frozenset[str] | None = None) -> tuple[str, ...]:
        """Return the shortest way of tuples from a component back to itself, without its end; () if there is none.

        Args:
            name: the component.
            among: the components that the way may take; all if not given.
        """
        readers: dict[str, list[str]] = {}
        for component in self.components:
            if among is None or component.name in among:
                for one in component.inputs:
                    readers.setdefault(one.component, []).append(component.name)
        ways: list[tuple[str, ...]] = [(name,)]
        seen: set[str] = set()
        for way in ways:  # it grows: breadth first
            for reader in readers.get(way[-1], ()):
                if reader == name:
                    return way
                if reader not in seen:
                    seen.add(reader)
                    ways.append((*way, reader))
        return ()


def is_topology_name(name: str) -> bool:
    """Return whether every Storm daemon takes a topology's name, whatever its locale."""
    return bool(_TOPOLOGY_NAME.fullmatch(name)) and len(name) <= _TOPOLOGY_NAME_LENGTH
