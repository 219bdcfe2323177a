"""What Storm's Thrift or Flux cannot carry, found before anything is rendered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from umbrella.compile.conf import json_text
from umbrella.compile.groupings import KINDS
from umbrella.compile.java_json import value_json
from umbrella.errors import BuildError, Problem, explain
from umbrella.spec import ComponentSpec, GroupingSpec, JvmCode, PythonCode, TopologySpec

_JSON_TYPES = ("str", "int", "finite float", "bool", "None", "lists of these", "dicts of these with str keys")
_JVM_TYPES = ("str", "int", "finite float", "bool", "None", "tuples", "mappings", "Java*Spec of these")
_JAVA_TYPES = ("str", "int", "float", "bool")
# ConfigMethodDef.setArgs takes a map with just this key for the name of another bean.
_FLUX_REFERENCES = frozenset({"ref", "reflist"})


def check(spec: TopologySpec) -> None:
    """Refuse a topology that neither Thrift nor Flux can express in full.

    Raises:
        BuildError: with every fault in its text.
    """
    raise_problems(spec.name, "cannot be built", list(_faults(spec)))


def raise_problems(name: str, what: str, problems: Sequence[Problem]) -> None:
    """Raise the problems of a topology as one error, if there are any.

    Args:
        name: the topology's.
        what: what cannot be done with it.
        problems: all of them; each is a line of the error.

    Raises:
        BuildError: there are problems.
    """
    if problems:
        lines = [f"  {number}. {problem}" for number, problem in enumerate(problems, 1)]
        raise BuildError("\n".join([f"topology {name} {what}:", *lines]))


def _faults(spec: TopologySpec) -> Iterator[Problem]:
    yield from _conf_faults(spec.name, spec.config)
    for component in spec.components:
        yield from _conf_faults(component.name, component.config)
        if isinstance(component.code, PythonCode):
            yield from _conf_faults(component.name, component.code.options)
        else:
            yield from _jvm_faults(component.name, component.code)
        yield from _input_faults(component)


def _conf_faults(where: str, values: Mapping[str, Any]) -> Iterator[Problem]:
    for key, value in values.items():
        try:
            json_text(value)
        except (TypeError, ValueError):
            # Not the exception's own words: they differ from one Python to the next.
            yield Problem(where, explain(f"{key!r} is not plain JSON", given=repr(value), valid=_JSON_TYPES))


def _jvm_faults(where: str, code: JvmCode) -> Iterator[Problem]:
    values = [(f"Java argument {number}", value) for number, value in enumerate(code.args, 1)]
    values += [(f"an argument of {step.name}", value) for step in code.steps for value in step.args]
    for what, value in values:
        try:
            json_text(value_json(value))
        except (TypeError, ValueError):
            yield Problem(where, explain(f"{what} has no form in Java", given=repr(value), valid=_JVM_TYPES))


def _argument_faults(where: str, arguments: tuple[Any, ...]) -> Iterator[Problem]:
    for number, value in enumerate(arguments, 1):
        if not isinstance(value, (bool, int, float, str)):
            yield Problem(
                where, explain(f"Java argument {number} has no Java type", given=repr(value), valid=_JAVA_TYPES)
            )
        elif isinstance(value, int) and not -(2**63) <= value < 2**63:
            text = explain(
                f"Java argument {number} does not fit into 64 bits", given=str(value), hint="Pass it as a str."
            )
            yield Problem(where, text)


def _input_faults(component: ComponentSpec) -> Iterator[Problem]:
    seen = set()
    for entry in component.inputs:
        stream = (entry.component, entry.stream)
        if stream in seen:
            # ComponentCommon.inputs is a map by stream: the first grouping would be lost without a word.
            what = f"it reads stream {entry.stream!r} of {entry.component!r} twice"
            yield Problem(component.name, explain(what, hint="Storm has one grouping per stream and bolt; keep one."))
        seen.add(stream)
        if entry.grouping.kind not in KINDS:
            kind = entry.grouping.kind
            text = explain(f"grouping {kind!r} is unknown", valid=KINDS, wrong=kind)
            yield Problem(component.name, text)
        yield from _argument_faults(f"{component.name}, {_class_of(entry.grouping)}", entry.grouping.java_args)


def _class_of(grouping: GroupingSpec) -> str:
    return grouping.java_class or grouping.kind


def flux_limits_of_stock(component: ComponentSpec, conf: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what Flux cannot express of a component that runs in Storm's own shell classes, with this configuration."""
    for key, value in conf.items():
        if value is None:
            # FluxBuilder.canInvokeWithArgs: null has no class to choose a method by.
            yield Problem(component.name, explain(f"config {key!r} is None", hint="Flux has no null arguments."))
        elif isinstance(value, dict) and len(value) == 1 and _FLUX_REFERENCES & value.keys():
            what = f"config {key!r} looks like a Flux reference"
            yield Problem(component.name, explain(what, given=repr(value), hint="Add a second key, or rename it."))
    for stream in component.streams:
        if not stream.fields:
            # FluxBuilder looks at the first item of a list that is to become an array, and fails without one.
            yield Problem(component.name, explain(f"stream {stream.name!r} has no fields", hint="Give it one."))
