"""A topology as Flux YAML, for ``storm jar x.jar org.apache.storm.flux.Flux --resource /topology.yaml``.

The text is ASCII without ``${``: FluxParser reads it in the JVM's own charset, and replaces ``${...}`` line by line.
"""

from __future__ import annotations

from typing import Any

import yaml

from umbrella.compile.groupings import JavaObject, LoweredGrouping
from umbrella.compile.limits import raise_problems
from umbrella.compile.lower import Lowered, LoweredComponent, LoweredInput, StockShell
from umbrella.spec import DEFAULT_STREAM, StreamSpec
from umbrella.version import VERSION

_SHELLS = {
    "spout": "org.apache.storm.flux.wrappers.spouts.FluxShellSpout",
    "bolt": "org.apache.storm.flux.wrappers.bolts.FluxShellBolt",
}


def to_flux(lowered: Lowered) -> dict[str, Any]:
    """Return the topology as the tree that Flux's TopologyDef is read from.

    Raises:
        BuildError: Flux cannot express something in it; ``Lowered.flux_limits`` lists what.
    """
    name = lowered.spec.name
    raise_problems(name, "cannot be written for Flux, though it can be submitted directly", lowered.flux_limits())
    return {
        "name": name,
        "config": dict(lowered.conf),
        "spouts": [_vertex(component) for component in lowered.of_kind("spout")],
        "bolts": [_vertex(component) for component in lowered.of_kind("bolt")],
        "streams": [_edge(component, entry) for component in lowered.components for entry in component.inputs],
    }


def to_flux_yaml(lowered: Lowered) -> str:
    """Return ``to_flux`` as YAML text, with a comment that says where it comes from."""
    # No line is folded: a folded text is harder to read and to compare than a long one.
    body = yaml.dump(to_flux(lowered), Dumper=_Dumper, sort_keys=False, default_flow_style=None, width=10**9)
    reference = lowered.spec.reference.encode("ascii", "backslashreplace").decode()
    header = f"# Made by Umbrella {VERSION} from {reference}. Change the topology in Python and build it again.\n"
    return _without_references(header + body)


class _Dumper(yaml.SafeDumper):
    """Writes every value in full, and quotes texts with ``${`` or line ends so that these can be escaped."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = '"' if "${" in value or "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _represent_text)


def _without_references(text: str) -> str:
    return text.replace("${", "\\x24{")


def _vertex(component: LoweredComponent) -> dict[str, Any]:
    executable = component.executable
    made = _shell_object(component, executable) if isinstance(executable, StockShell) else _java_object(executable)
    vertex = {"id": component.name, **made, "parallelism": component.executors}
    if component.tasks is not None:
        vertex["numTasks"] = component.tasks
    return vertex


def _shell_object(component: LoweredComponent, shell: StockShell) -> dict[str, Any]:
    methods = [_stream_method(stream) for stream in component.streams]
    methods += [{"name": "addComponentConfig", "args": [key, value]} for key, value in component.conf.items()]
    return {
        "className": _SHELLS[component.kind],
        "constructorArgs": [list(shell)],
        "configMethods": methods,
    }


def _stream_method(stream: StreamSpec) -> dict[str, Any]:
    # FluxShellBolt.declareOutputFields declares no stream as direct. Direct emits work all the same: Task.java asks
    # only how the stream is grouped, never how it was declared.
    fields = list(stream.fields)
    if stream.name == DEFAULT_STREAM:
        return {"name": "setDefaultStream", "args": [fields]}
    return {"name": "setNamedStream", "args": [stream.name, fields]}


def _edge(component: LoweredComponent, entry: LoweredInput) -> dict[str, Any]:
    return {"from": entry.component, "to": component.name, "grouping": _grouping(entry.stream, entry.grouping)}


def _grouping(stream: str, grouping: LoweredGrouping) -> dict[str, Any]:
    made: dict[str, Any] = {"type": grouping.flux, "streamId": stream}
    if grouping.custom is not None:
        made["customClass"] = _java_object(grouping.custom)
    elif grouping.keys:
        made["args"] = list(grouping.keys)
    return made


def _java_object(made: JavaObject) -> dict[str, Any]:
    found: dict[str, Any] = {"className": made.class_name}
    if made.args:
        found["constructorArgs"] = list(made.args)
    return found
