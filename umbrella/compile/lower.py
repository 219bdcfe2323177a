"""Lowers a spec into Storm's terms. Everything that Thrift and Flux share is decided here; both only print it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Union

from umbrella.compile.conf import TASKS, component_conf, json_text, topology_conf
from umbrella.compile.groupings import JavaObject, LoweredGrouping, lower_grouping
from umbrella.compile.java_json import WRAPPERS, jvm_text
from umbrella.compile.limits import check, flux_limits_of_stock
from umbrella.compile.python_code import CLASSES, WORKER_SCRIPT, python_description
from umbrella.errors import Problem
from umbrella.process import STOCK, process_of
from umbrella.spec import ComponentSpec, InputSpec, JvmCode, StreamSpec, TopologySpec


class StockShell(NamedTuple):
    """What Storm's own ShellSpout or ShellBolt starts: the command and its only argument."""

    command: str
    script: str


Executable = Union[JavaObject, StockShell]


class LoweredInput(NamedTuple):
    """A stream that a bolt reads, by the name of the component that emits it."""

    component: str
    stream: str
    grouping: LoweredGrouping


class LoweredComponent(NamedTuple):
    """A spout or bolt in Storm's terms.

    Args:
        name: Storm's component id.
        kind: "spout" or "bolt".
        executable: what Storm creates and runs.
        executors: Storm's parallelism hint.
        tasks: ``topology.tasks``; None leaves it to Storm.
        conf: its own configuration, without its tasks.
        conf_text: the same as JSON, including its tasks.
        streams: its output streams.
        inputs: the streams that it reads.
        flux_limits: what Flux cannot express of it.
    """

    name: str
    kind: str
    executable: Executable
    executors: int
    tasks: int | None
    conf: Mapping[str, Any]
    conf_text: str
    streams: tuple[StreamSpec, ...]
    inputs: tuple[LoweredInput, ...]
    flux_limits: tuple[Problem, ...]


class Lowered(NamedTuple):
    """A whole topology in Storm's terms.

    Args:
        spec: the spec it was lowered from.
        conf: Storm's configuration of the topology.
        components: in the order of their declaration.
    """

    spec: TopologySpec
    conf: Mapping[str, Any]
    components: tuple[LoweredComponent, ...]

    def of_kind(self, kind: str) -> list[LoweredComponent]:
        """Return the components that are "spout" or "bolt"."""
        return [component for component in self.components if component.kind == kind]

    def flux_limits(self) -> list[Problem]:
        """Return what Flux cannot express of the topology, in the order of its components."""
        return [problem for component in self.components for problem in component.flux_limits]


def lower(spec: TopologySpec) -> Lowered:
    """Return a topology in Storm's terms.

    Raises:
        BuildError: Storm cannot express something in it; the text lists every fault.
    """
    check(spec)
    return Lowered(spec, topology_conf(spec), tuple(_component(spec, component) for component in spec.components))


def _component(spec: TopologySpec, component: ComponentSpec) -> LoweredComponent:
    conf = component_conf(component, spec)
    conf_text = json_text(conf)
    tasks = conf.pop(TASKS, None)  # Flux has its own key for it, and our classes do not read it
    executable = _executable(spec, component, conf)
    stock = isinstance(executable, StockShell)
    return LoweredComponent(
        name=component.name,
        kind=component.kind,
        executable=executable,
        executors=component.executors,
        tasks=tasks,
        conf=conf,
        conf_text=conf_text,
        streams=component.streams,
        inputs=tuple(map(_input, component.inputs)),
        # Our own classes carry everything in one text.
        flux_limits=tuple(flux_limits_of_stock(component, conf)) if stock else (),
    )


def _executable(spec: TopologySpec, component: ComponentSpec, conf: Mapping[str, Any]) -> Executable:
    if isinstance(component.code, JvmCode):
        return JavaObject(WRAPPERS[component.kind], (jvm_text(component),))
    process = process_of(spec, component)
    if process.shell == STOCK:
        return StockShell(spec.python, WORKER_SCRIPT)
    return JavaObject(CLASSES[component.kind], (python_description(spec, component, process, conf),))


def _input(entry: InputSpec) -> LoweredInput:
    return LoweredInput(entry.component, entry.stream, lower_grouping(entry.grouping))
