"""A topology as Storm's Thrift structs: what Nimbus is sent and LocalCluster runs."""

from __future__ import annotations

from typing import Any

from thriftpy2.utils import deserialize as _read, serialize as _write

from umbrella.compile.groupings import JavaObject, LoweredGrouping
from umbrella.compile.idl import storm
from umbrella.compile.lower import Executable, Lowered, LoweredComponent, StockShell


def to_thrift(lowered: Lowered) -> Any:
    """Return the topology as a StormTopology.

    The Storm version is left unset, so Nimbus takes its own (Nimbus.submitTopologyWithOpts).
    """
    return storm.StormTopology(
        spouts={
            component.name: storm.SpoutSpec(spout_object=_object(component.executable), common=_common(component))
            for component in lowered.of_kind("spout")
        },
        bolts={
            component.name: storm.Bolt(bolt_object=_object(component.executable), common=_common(component))
            for component in lowered.of_kind("bolt")
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


def _common(component: LoweredComponent) -> Any:
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
        json_conf=component.conf_text,
    )


def _object(executable: Executable) -> Any:
    if isinstance(executable, StockShell):
        shell = storm.ShellComponent(execution_command=executable.command, script=executable.script)
        return storm.ComponentObject(shell=shell)
    return storm.ComponentObject(java_object=_java_object(executable))


def _grouping(grouping: LoweredGrouping) -> Any:
    value = storm.NullStruct()
    if grouping.custom is not None:
        value = _java_object(grouping.custom)
    elif grouping.keys is not None:
        value = list(grouping.keys)
    return storm.Grouping(**{grouping.thrift: value})


def _java_object(made: JavaObject) -> Any:
    return storm.JavaObject(full_class_name=made.class_name, args_list=[_java_argument(value) for value in made.args])


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
