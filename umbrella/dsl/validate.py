"""Validates a spec: finds everything Storm would refuse, ignore or fail on, before anything is submitted."""

from __future__ import annotations

import re
from collections.abc import Iterator

from umbrella.dsl.config_keys import (
    COMPONENT_KEYS,
    KINDS,
    NO_WINDOWS,
    OWN,
    TICK_KEY,
    WINDOWS,
    dotted,
    foreign,
    is_unknown,
    wrong_kind,
)
from umbrella.errors import Problem, explain, nearest
from umbrella.multilang.values import explain_fault
from umbrella.process import OURS, SERIALIZER, SHELL, STOCK, component_faults, process_of, topology_faults
from umbrella.spec import (
    CUSTOM,
    DIRECT,
    VALID_TOPOLOGY_NAMES,
    ComponentSpec,
    InputSpec,
    JvmCode,
    PythonCode,
    StreamSpec,
    TopologySpec,
    is_topology_name,
)

_JAVA_CLASS = re.compile(r"[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*")
_MULTILANG_SERIALIZER = "topology.multilang.serializer"
_QUEUE_SIZE = "topology.executor.receive.buffer.size"
_UNDER_WAY = "max_spout_pending of each spout task, times the tuples that come of one"


def validate(spec: TopologySpec, title: str = "") -> list[Problem]:
    """Return all problems of a topology.

    Args:
        spec: the topology.
        title: the name of the topology in error texts; by default its own name.
    """
    title = title or spec.name
    problems = [Problem(title, text) for text in _topology(spec)]
    problems += [
        Problem(f"{title}.Config", text)
        for text in (*_settings(spec), *topology_faults(spec), *_stranded(spec), *_standstills(spec))
    ]
    for component in spec.components:
        where = f"{title}.{component.name}"
        problems += [Problem(where, text) for text in _component(spec, component)]
    return problems


def _topology(spec: TopologySpec) -> Iterator[str]:
    if not any(component.kind == "spout" for component in spec.components):
        yield explain("a topology has at least one spout", given=_names(spec) or "no components")
    if not is_topology_name(spec.name):
        what = "Storm does not take this topology name: its daemons name files by it, whatever their locale"
        hint = 'Set another one: class Config: name = "...".'
        yield explain(what, given=repr(spec.name), valid=VALID_TOPOLOGY_NAMES, hint=hint)


def _settings(spec: TopologySpec) -> Iterator[str]:
    for key, value in spec.config.items():
        yield from _setting(key, value) or _ignored(spec, key)


def _setting(key: str, value: object) -> list[str]:
    """Return the problems of one setting of a topology or component: one text or none."""
    instead = foreign(key)
    takes = wrong_kind(key, value)
    fault = explain_fault([value], [key])
    if instead:
        return [explain(f"Storm has no setting {key!r}, and Umbrella has none", hint=f"{instead}.")]
    if takes:
        return [explain(f"{key} takes {takes}", given=repr(value))]
    if fault:
        return [f"settings are JSON; {fault}"]
    if is_unknown(key):
        return [_unknown_key(key)]
    if dotted(key):
        return [explain(f"nobody reads the setting {key!r}", hint=f"Did you mean {dotted(key)!r}?")]
    return []


def _ignored(spec: TopologySpec, key: str) -> Iterator[str]:
    """Yield why one of Storm's settings has no effect in this topology."""
    if key.startswith(WINDOWS) and not any(_may_have_windows(one) for one in spec.components):
        what = f"{key} is for Storm's windowed bolts in Java, and this topology has no bolt in Java"
        yield explain(what, hint=f"{NO_WINDOWS}.")
    python = [one for one in spec.components if isinstance(one.code, PythonCode)]
    if key == _MULTILANG_SERIALIZER and any(process_of(spec, one).shell == OURS for one in python):
        what = f"{key} is read by Storm's own shell components alone, and these run with {SHELL} {OURS}"
        hint = f'serializer = "msgpack" ({SERIALIZER}) chooses the wire; with shell = "{STOCK}" Storm reads yours.'
        yield explain(what, hint=hint)


def _may_have_windows(component: ComponentSpec) -> bool:
    code = component.code
    ours = isinstance(code, JvmCode) and code.class_name.startswith("umbrella.storm.")
    return component.kind == "bolt" and isinstance(code, JvmCode) and not ours


def _stranded(spec: TopologySpec) -> Iterator[str]:
    # JCQueue keeps a batch for each thread; ShellBolt emits on its reader thread, whose batch is never flushed. The
    # first setting is for the queues within a worker, the second for those to other workers (WorkerTransfer).
    python = [one.name for one in spec.components if one.kind == "bolt" and isinstance(one.code, PythonCode)]
    for key in ("topology.producer.batch.size", "topology.transfer.batch.size"):
        size = spec.config.get(key)
        if isinstance(size, int) and size > 1 and python:
            what = f"with {key} above 1 Storm holds back tuples of Python bolts for ever"
            yield explain(what, given=str(size), hint=f"Leave it at 1; Python bolts here: {', '.join(python)}.")


def _standstills(spec: TopologySpec) -> Iterator[str]:
    """Yield cycles of bolts that can deadlock when their queues are full.

    Storm's BoltExecutor executes nothing while a tuple it has emitted waits for room in a queue (STORM-3637). One bolt
    that continues anyway keeps a cycle running: umbrella.storm.Transfer makes every PythonBolt such a bolt.
    """
    if spec.config.get(_QUEUE_SIZE) is not None:
        return
    storms = frozenset(one.name for one in spec.components if not _keeps_going(spec, one))
    for cycle in _cycles(spec, storms):
        what = f"the cycle {_arrows(cycle)} may stop for good once its queues are full, as each bolt waits for the next"
        yield explain(
            what,
            given='no bolt in Python with shell = "umbrella" in it',
            valid=["a cycle with such a bolt", f"any cycle, with {_QUEUE_SIZE} set"],
            hint=f"Set it above the number of tuples that can be under way at once: {_UNDER_WAY}.",
        )


def cycle_notes(spec: TopologySpec) -> list[str]:
    """Return a note on each cycle of bolts: what limits the tuples in it."""
    everyone = frozenset(one.name for one in spec.components)
    return [
        f"{_arrows(cycle)} is a cycle: only memory bounds the tuples under way in it, at most {_UNDER_WAY}"
        for cycle in _cycles(spec, everyone)
    ]


def _keeps_going(spec: TopologySpec, component: ComponentSpec) -> bool:
    return isinstance(component.code, PythonCode) and process_of(spec, component).shell == OURS


def _cycles(spec: TopologySpec, among: frozenset[str]) -> list[tuple[str, ...]]:
    """Return a cycle for each component that is part of one, each cycle once."""
    found = [spec.cycle(one.name, among) for one in spec.components if one.name in among]
    return list({frozenset(cycle): cycle for cycle in reversed(found) if cycle}.values())[::-1]


def _arrows(cycle: tuple[str, ...]) -> str:
    return " -> ".join((*cycle, cycle[0]))


def _unknown_key(key: str) -> str:
    whose, known = ("Storm", KINDS) if key.startswith("topology.") else ("Umbrella", OWN)
    guess = nearest(key, known)
    return explain(f"{whose} has no setting {key!r}", hint=f"Did you mean {guess!r}?" if guess else "")


def _component(spec: TopologySpec, component: ComponentSpec) -> Iterator[str]:
    yield from _name(component)
    yield from _code(component)
    yield from _own_settings(component)
    yield from component_faults(spec, component)
    for stream in component.streams:
        yield from _stream(stream)
    names = [stream.name for stream in component.streams]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"two of its streams are called {name!r}"
    if component.kind == "spout" and component.inputs:
        sources = ", ".join(one.component for one in component.inputs)
        yield explain(
            "a spout has no inputs", given=f"inputs from {sources}", hint="Make it a bolt, or take them away."
        )
    if component.kind == "bolt" and not component.inputs:
        name = component.name
        yield explain("a bolt has inputs", given="none", hint=f"Add {name}.inputs.append(ShuffleGrouping(...)).")
    for one in component.inputs:
        yield from _input(spec, component, one)
    yield from _doubled_inputs(component)


def _name(component: ComponentSpec) -> Iterator[str]:
    if component.name.startswith("__"):
        yield "names that begin with __ are Storm's own"
    if component.tasks is not None and component.tasks < component.executors:
        what = "an executor runs at least one task"
        yield explain(what, given=f"{component.executors} executors, {component.tasks} tasks", hint="Raise tasks.")


def _code(component: ComponentSpec) -> Iterator[str]:
    code = component.code
    if isinstance(code, PythonCode) and "<locals>" in code.qualname:
        what = f"the class {code.qualname} is inside a function, where a worker cannot import it"
        yield explain(what, hint="Move it to the top of its module.")
    if isinstance(code, PythonCode) and code.module == "__main__":
        what = f"the class {code.qualname} is in the script that runs, which a worker cannot import"
        yield explain(what, hint="Move it to a module of its own, or use `umbrella run FILE.py:TOPOLOGY`.")
    if isinstance(code, JvmCode) and not _JAVA_CLASS.fullmatch(code.class_name):
        yield explain("jvm_class is the full name of a Java class", given=repr(code.class_name))


def _java_args(what: str, args: tuple[object, ...]) -> Iterator[str]:
    for value in args:
        if not isinstance(value, (str, int, float, bool)):
            yield explain(f"{what} are str, int, float or bool", given=f"{value!r} ({type(value).__name__})")


def _own_settings(component: ComponentSpec) -> Iterator[str]:
    for key, value in component.config.items():
        wrong = _setting(key, value)
        yield from wrong
        if not wrong and key in KINDS and key not in COMPONENT_KEYS:
            what = f"Storm ignores {key} on a single component"
            yield explain(what, hint="Set it for the topology, in class Config.")
        elif not wrong and key.startswith(WINDOWS) and not _may_have_windows(component):
            yield explain(f"{key} is for Storm's windowed bolts in Java", hint=f"{NO_WINDOWS}.")
    tick = component.config.get(TICK_KEY)
    if isinstance(tick, int) and tick < 1:
        yield explain("tick_seconds is a whole number of 1 or more", given=repr(tick))


def _stream(stream: StreamSpec) -> Iterator[str]:
    if stream.name.startswith("__"):
        yield f"stream {stream.name!r}: names that begin with __ are Storm's own"
    if not stream.fields:
        yield explain(f"stream {stream.name!r} declares no fields", hint='Add fields = "name".')
    for name in stream.fields:
        if not name or re.search(r"[,\s]", name):
            valid = repr(tuple(re.split(r"[,\s]+", name.strip())))
            yield explain(
                f"stream {stream.name!r}: a field name has no comma or blank", given=repr(name), valid=[valid]
            )
    for name in sorted({name for name in stream.fields if stream.fields.count(name) > 1}):
        yield f"stream {stream.name!r} has two fields {name!r}"


def _input(spec: TopologySpec, component: ComponentSpec, one: InputSpec) -> Iterator[str]:
    source = spec.component(one.component)
    if source is None:
        yield explain(f"there is no component {one.component!r}", valid=_names(spec).split(", "), wrong=one.component)
        return
    stream = source.stream(one.stream)
    if stream is None:
        names = [item.name for item in source.streams]
        what = f"stream {one.stream!r} is not declared by {one.component!r}"
        hint = "" if names else f"Give {one.component} a nested class Default(Stream)."
        yield explain(what, valid=names, wrong=one.stream, hint=hint)
        return
    grouping = one.grouping
    for name in grouping.fields:
        if name not in stream.fields:
            what = f"stream {one.stream!r} of {one.component!r} has no field {name!r} to group by"
            yield explain(what, valid=stream.fields, wrong=name)
    for name in component.code.needs if isinstance(component.code, JvmCode) else ():
        if name not in stream.fields:
            what = f"stream {one.stream!r} of {one.component!r} has no field {name!r}, which {component.name} reads"
            yield explain(
                what, valid=stream.fields, wrong=name, hint="Name one that is there, or emit one of that name."
            )
    if stream.direct != (grouping.kind == DIRECT):
        yield _direct_mismatch(one, stream)
    if grouping.kind == CUSTOM:
        if not _JAVA_CLASS.fullmatch(grouping.java_class):
            yield explain("CustomGrouping takes the full name of a Java class", given=repr(grouping.java_class))
        yield from _java_args("the arguments of CustomGrouping", grouping.java_args)


def _direct_mismatch(one: InputSpec, stream: StreamSpec) -> str:
    label = f"stream {one.stream!r} of {one.component!r}"
    if stream.direct:
        return explain(f"{label} is direct", given=f"{one.grouping.kind} grouping", valid=["DirectGrouping"])
    return explain(f"DirectGrouping reads a direct stream, and {label} is not", hint="Say direct = True in it.")


def _doubled_inputs(component: ComponentSpec) -> Iterator[str]:
    # Thrift stores inputs in a map by (component, stream): the second would silently replace the first.
    seen = [(one.component, one.stream) for one in component.inputs]
    for source, stream in dict.fromkeys(pair for pair in seen if seen.count(pair) > 1):
        yield f"it reads stream {stream!r} of {source!r} twice; Storm keeps one grouping for each"


def _names(spec: TopologySpec) -> str:
    return ", ".join(component.name for component in spec.components)
