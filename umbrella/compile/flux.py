"""A topology as Flux YAML, for ``storm jar x.jar org.apache.storm.flux.Flux --resource /topology.yaml``.

The text is ASCII without ``${``: FluxParser reads it in the JVM's own charset, and replaces ``${...}`` line by line.
"""

from __future__ import annotations

from typing import Any

import yaml

from umbrella.compile.conf import TASKS, component_conf, topology_conf
from umbrella.compile.java_json import WRAPPERS, jvm_text
from umbrella.compile.limits import check, check_flux
from umbrella.compile.python_code import CLASSES, WORKER_SCRIPT, python_description
from umbrella.compile.thrift import PARTIAL_KEY_CLASS, partial_key_argument
from umbrella.process import STOCK, process_of
from umbrella.spec import (
    CUSTOM,
    DEFAULT_STREAM,
    FIELDS,
    PARTIAL_KEY,
    ComponentSpec,
    GroupingSpec,
    InputSpec,
    JvmCode,
    StreamSpec,
    TopologySpec,
)
from umbrella.version import VERSION

_SHELLS = {
    "spout": "org.apache.storm.flux.wrappers.spouts.FluxShellSpout",
    "bolt": "org.apache.storm.flux.wrappers.bolts.FluxShellBolt",
}


def to_flux(spec: TopologySpec) -> dict[str, Any]:
    """Return the topology as the tree that Flux's TopologyDef is read from.

    Raises:
        BuildError: something in the spec has no form in Flux; ``limits.flux_limits`` lists it.
    """
    check(spec)
    check_flux(spec)
    return {
        "name": spec.name,
        "config": topology_conf(spec),
        "spouts": [_vertex(spec, component) for component in spec.components if component.kind == "spout"],
        "bolts": [_vertex(spec, component) for component in spec.components if component.kind == "bolt"],
        "streams": [_edge(component, entry) for component in spec.components for entry in component.inputs],
    }


def to_flux_yaml(spec: TopologySpec) -> str:
    """Return ``to_flux`` as YAML text, with a comment that says where it comes from."""
    # No line is folded: a folded text is harder to read and to compare than a long one.
    body = yaml.dump(to_flux(spec), Dumper=_Dumper, sort_keys=False, default_flow_style=None, width=10**9)
    reference = spec.reference.encode("ascii", "backslashreplace").decode()
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


def _vertex(spec: TopologySpec, component: ComponentSpec) -> dict[str, Any]:
    conf = component_conf(component, spec)
    tasks = conf.pop(TASKS, None)
    vertex: dict[str, Any] = {"id": component.name}
    if isinstance(component.code, JvmCode):
        vertex.update(_java_object(WRAPPERS[component.kind], (jvm_text(component),)))
    elif process_of(spec, component).shell == STOCK:
        vertex.update(_shell_object(spec, component, conf))
    else:
        vertex.update(_java_object(CLASSES[component.kind], (python_description(spec, component),)))
    vertex["parallelism"] = component.executors
    if tasks is not None:
        vertex["numTasks"] = tasks
    return vertex


def _shell_object(spec: TopologySpec, component: ComponentSpec, conf: dict[str, Any]) -> dict[str, Any]:
    methods = [_stream_method(stream) for stream in component.streams]
    methods += [{"name": "addComponentConfig", "args": [key, value]} for key, value in conf.items()]
    return {
        "className": _SHELLS[component.kind],
        "constructorArgs": [[spec.python, WORKER_SCRIPT]],
        "configMethods": methods,
    }


def _stream_method(stream: StreamSpec) -> dict[str, Any]:
    # FluxShellBolt.declareOutputFields declares no stream as direct. Direct emits work all the same: Task.java asks
    # only how the stream is grouped, never how it was declared.
    fields = list(stream.fields)
    if stream.name == DEFAULT_STREAM:
        return {"name": "setDefaultStream", "args": [fields]}
    return {"name": "setNamedStream", "args": [stream.name, fields]}


def _edge(component: ComponentSpec, entry: InputSpec) -> dict[str, Any]:
    return {
        "from": entry.component,
        "to": component.name,
        "grouping": _grouping(entry.stream, entry.grouping),
    }


def _grouping(stream: str, grouping: GroupingSpec) -> dict[str, Any]:
    if grouping.kind == PARTIAL_KEY:
        custom = _java_object(PARTIAL_KEY_CLASS, (partial_key_argument(grouping),))
        return {"type": "CUSTOM", "streamId": stream, "customClass": custom}
    if grouping.kind == CUSTOM:
        custom = _java_object(grouping.java_class, grouping.java_args)
        return {"type": "CUSTOM", "streamId": stream, "customClass": custom}
    made: dict[str, Any] = {"type": grouping.kind.upper(), "streamId": stream}  # GroupingDef.Type has our names
    if grouping.kind == FIELDS:
        made["args"] = list(grouping.fields)
    return made


def _java_object(class_name: str, arguments: tuple[Any, ...]) -> dict[str, Any]:
    made: dict[str, Any] = {"className": class_name}
    if arguments:
        made["constructorArgs"] = list(arguments)
    return made
