"""A topology as Storm's Thrift structs: what Nimbus is sent and LocalCluster runs."""

from __future__ import annotations

from typing import Any

from thriftpy2.utils import deserialize as _read, serialize as _write

from umbrella.compile.conf import component_conf, json_text
from umbrella.compile.idl import storm
from umbrella.compile.java_json import WRAPPERS, jvm_text
from umbrella.compile.limits import check
from umbrella.compile.python_code import CLASSES, WORKER_SCRIPT, python_description
from umbrella.process import STOCK, process_of
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
    JvmCode,
    TopologySpec,
)

PARTIAL_KEY_CLASS = "umbrella.storm.PartialKey"

_PLAIN_GROUPINGS = {
    SHUFFLE: "shuffle",
    ALL: "all",
    NONE: "none",
    DIRECT: "direct",
    LOCAL_OR_SHUFFLE: "local_or_shuffle",
}


def to_thrift(spec: TopologySpec) -> Any:
    """Return the topology as a StormTopology.

    The Storm version is left unset, so Nimbus takes its own (Nimbus.submitTopologyWithOpts).

    Raises:
        BuildError: something in the spec has no form in Thrift.
    """
    check(spec)
    return storm.StormTopology(
        spouts={
            component.name: storm.SpoutSpec(spout_object=_code(spec, component), common=_common(spec, component))
            for component in spec.components
            if component.kind == "spout"
        },
        bolts={
            component.name: storm.Bolt(bolt_object=_code(spec, component), common=_common(spec, component))
            for component in spec.components
            if component.kind == "bolt"
        },
        state_spouts={},
    )


def serialize(struct: Any) -> bytes:
    """Return a struct's bytes in Thrift's binary protocol."""
    written: bytes = _write(struct)
    return written


def deserialize(struct_type: Any, data: bytes) -> Any:
    """Return the struct of that type that the bytes hold."""
    return _read(struct_type(), data)


def partial_key_argument(grouping: GroupingSpec) -> str:
    """Return the one string that umbrella.storm.PartialKey is made from: its key fields, one a line."""
    return "\n".join(grouping.fields)


def _common(spec: TopologySpec, component: ComponentSpec) -> Any:
    return storm.ComponentCommon(
        inputs={
            storm.GlobalStreamId(componentId=entry.component, streamId=entry.stream): _grouping(entry.grouping)
            for entry in component.inputs
        },
        streams={
            stream.name: storm.StreamInfo(output_fields=list(stream.fields), direct=stream.direct)
            for stream in component.streams
        },
        parallelism_hint=component.executors,
        json_conf=json_text(component_conf(component, spec)),
    )


def _code(spec: TopologySpec, component: ComponentSpec) -> Any:
    code = component.code
    if isinstance(code, JvmCode):
        return storm.ComponentObject(java_object=_java_object(WRAPPERS[component.kind], (jvm_text(component),)))
    if process_of(spec, component).shell == STOCK:
        shell = storm.ShellComponent(execution_command=spec.python, script=WORKER_SCRIPT)
        return storm.ComponentObject(shell=shell)
    described = _java_object(CLASSES[component.kind], (python_description(spec, component),))
    return storm.ComponentObject(java_object=described)


def _grouping(grouping: GroupingSpec) -> Any:
    kind = grouping.kind
    if kind == FIELDS:
        return storm.Grouping(fields=list(grouping.fields))
    if kind == GLOBAL:
        return storm.Grouping(fields=[])  # Thrift.isGlobalGrouping
    if kind == PARTIAL_KEY:
        return storm.Grouping(custom_object=_java_object(PARTIAL_KEY_CLASS, (partial_key_argument(grouping),)))
    if kind == CUSTOM:
        return storm.Grouping(custom_object=_java_object(grouping.java_class, grouping.java_args))
    return storm.Grouping(**{_PLAIN_GROUPINGS[kind]: storm.NullStruct()})


def _java_object(class_name: str, arguments: tuple[Any, ...]) -> Any:
    return storm.JavaObject(full_class_name=class_name, args_list=[_java_argument(value) for value in arguments])


def _java_argument(value: Any) -> Any:
    """Return an argument under the Java type it will be looked up by.

    Storm takes the public constructor whose parameters are exactly Boolean, Integer, Long, Double and String, boxed
    (Thrift.instantiateJavaObject). An int of 32 bits is an Integer, a larger one a Long: so a constructor with a Long
    cannot be called with a small number.
    """
    if isinstance(value, bool):  # before int, which it is as well
        return storm.JavaObjectArg(bool_arg=value)
    if isinstance(value, int):
        small = -(2**31) <= value < 2**31
        return storm.JavaObjectArg(int_arg=value) if small else storm.JavaObjectArg(long_arg=value)
    if isinstance(value, float):
        return storm.JavaObjectArg(double_arg=value)
    return storm.JavaObjectArg(string_arg=value)
