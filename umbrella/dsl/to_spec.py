"""Converts a topology class to its spec: resolves names in the final class and collects all problems."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from umbrella.dsl.component_faults import component_faults
from umbrella.dsl.config import read_config
from umbrella.dsl.config_keys import TICK_KEY
from umbrella.dsl.declaration import Declaration
from umbrella.dsl.java_to_spec import jvm_code
from umbrella.dsl.java_values import WrittenInJava
from umbrella.dsl.strays import stray_in_component, strays_of
from umbrella.dsl.streams import stream_spec, streams_of
from umbrella.dsl.topology import Topology, TopologyType, declared_in
from umbrella.dsl.validate import validate
from umbrella.errors import DeclarationError, Problem, TopologyError, explain
from umbrella.multilang.metrics import declared_metrics
from umbrella.multilang.spout import Spout
from umbrella.spec import Code, ComponentSpec, InputSpec, JvmCode, PythonCode, TopologySpec


def spec_of(topology: type[Topology]) -> TopologySpec:
    """Return a topology in plain values.

    Raises:
        TopologyError: lists every problem of the topology.
    """
    declared = declared_in(topology)
    bases = [one for one in reversed(topology.__mro__) if isinstance(one, TopologyType)]
    problems = [problem for one in bases for problem in (*one.__problems__, *strays_of(one))]
    problems = list(dict.fromkeys(problems))
    config, config_problems = read_config(topology)
    problems += config_problems
    components = []
    for name, declaration in declared.items():
        inputs, input_problems = _inputs(topology, name, declared)
        problems += input_problems
        problems += [Problem(f"{topology.__name__}.{name}", text) for text in component_faults(declaration, config)]
        problems += [Problem(f"{topology.__name__}.{name}", text) for text in stray_in_component(declaration.component)]
        try:
            components.append(_component_spec(name, declaration, inputs, _code(declaration)))
        except DeclarationError as exc:
            problems.append(Problem(f"{topology.__name__}.{name}", str(exc)))
            components.append(_component_spec(name, declaration, inputs, JvmCode("unknown")))
    python = config.pop("python", "python3")
    title = config.pop("name", topology.__name__)
    reference = f"{topology.__module__}:{topology.__qualname__}"
    completed, more = topology.__completed__(tuple(components), config)
    problems += more
    spec = TopologySpec(title, reference, completed, config, python)
    problems += validate(spec, topology.__name__)
    if problems:
        raise TopologyError(topology.__name__, problems)
    return spec


def _inputs(
    topology: type, name: str, declared: Mapping[str, Declaration]
) -> tuple[tuple[InputSpec, ...], list[Problem]]:
    found, problems = [], []
    where = f"{topology.__name__}.{name}"
    for grouping in _groupings(topology, name, declared[name]):
        source = grouping.source
        if source.owner is None or not issubclass(topology, source.owner):
            what = f"the input {grouping!r} is from a component that is not of this topology"
            hint = f"Derive {topology.__name__} from {source.owner.__name__} to have it." if source.owner else ""
            problems.append(Problem(where, explain(what, valid=list(declared), hint=hint)))
        elif source.name in declared:
            found.append(InputSpec(source.name, grouping.stream, grouping.spec()))
        # else: a subclass removed the source with None, so its groupings are dropped as well
    return tuple(found), problems


def _groupings(topology: type, name: str, declaration: Declaration) -> list[Any]:
    """Return a component's inputs; an override without inputs inherits those of the component it replaces."""
    if declaration.inputs:
        return list(declaration.inputs)
    for base in topology.__mro__:
        replaced = vars(base).get(name)
        if isinstance(replaced, Declaration) and replaced.inputs:
            return list(replaced.inputs)
    return []


def _component_spec(name: str, declaration: Declaration, inputs: tuple[InputSpec, ...], code: Code) -> ComponentSpec:
    component = declaration.component
    config = dict(declaration.config)
    tick = declaration.options.get("tick_seconds", getattr(component, "tick_seconds", None))
    if tick is not None:
        config.setdefault(TICK_KEY, tick)
    return ComponentSpec(
        name=name,
        kind="spout" if issubclass(component, Spout) else "bolt",
        code=code,
        streams=tuple(stream_spec(stream) for stream in streams_of(component).values()),
        inputs=inputs,
        executors=declaration.executors,
        tasks=declaration.tasks,
        config=config,
    )


def _code(declaration: Declaration) -> Code:
    component: Any = declaration.component
    if issubclass(component, WrittenInJava):
        return jvm_code(declaration)
    metrics = tuple((one.name, one.kind) for one in declared_metrics(component).values())
    return PythonCode(component.__module__, component.__qualname__, declaration.plain_options(), metrics)
