"""The simulated topology around a component under test: its settings, tasks, streams and inputs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Union

from umbrella.dsl.config_keys import TICK_KEY
from umbrella.dsl.declaration import Declaration
from umbrella.dsl.streams import Stream, stream_spec, streams_of
from umbrella.dsl.to_spec import spec_of
from umbrella.errors import explain
from umbrella.multilang.loading import COMPONENT_KEY, OPTIONS_KEY
from umbrella.spec import ComponentSpec, StreamSpec, TopologySpec
from umbrella.testing.errors import HarnessError

Fields = Union[str, Sequence[str], type[Stream]]
InputKey = Union[str, tuple[str, str]]

SOURCE = "source"  # default source component of fed tuples


@dataclass(frozen=True)
class Given:
    """What a test defines of the topology: the arguments of ``open``."""

    name: str | None
    conf: Mapping[str, Any]
    task_id: int | None
    tasks: Mapping[str, Sequence[int]]
    inputs: Mapping[InputKey, Fields]


@dataclass(frozen=True)
class Surroundings:
    """A topology as seen by one of its tasks.

    Attributes:
        component: the component's name.
        task_id: the id of the task.
        tasks: the task ids of every component.
        streams: the output streams of the component, by name.
        inputs: the fields of its input streams, by component and stream.
        conf: the settings, merged with the component's own.
    """

    component: str
    task_id: int
    tasks: Mapping[str, Sequence[int]]
    streams: Mapping[str, StreamSpec]
    inputs: dict[tuple[str, str], tuple[str, ...]]
    conf: Mapping[str, Any]

    def handshake(self) -> dict[str, Any]:
        """Return the handshake that Storm sends (JsonSerializer.connect, TopologyContext.toJSONString)."""
        numbered = sorted((task, name) for name, ids in self.tasks.items() for task in ids)
        return {"conf": dict(self.conf), "pidDir": "", "context": {
            "task->component": {str(task): name for task, name in numbered},
            "taskid": self.task_id,
            "componentid": self.component,
            "streams": list(self.streams),
            "stream->outputfields": {name: list(stream.fields) for name, stream in self.streams.items()},
            "source->stream->fields": self._inputs_by_source(),
        }}  # fmt: skip

    def _inputs_by_source(self) -> dict[str, dict[str, list[str]]]:
        found: dict[str, dict[str, list[str]]] = {}
        for (component, stream), fields in self.inputs.items():
            found.setdefault(component, {})[stream] = list(fields)
        return found

    def some_other_task(self) -> int:
        """Return a task that reads the component's output, or could."""
        sources = {component for component, _ in self.inputs}
        readers = [ids for name, ids in self.tasks.items() if name != self.component and name not in sources]
        return min((min(ids) for ids in readers if ids), default=_free_task(self.tasks))


def surroundings_of(declared: Declaration, given: Given) -> Surroundings:
    """Return the topology around a declared component: its real one, or a made-up one completed by the test."""
    found = _in_topology(declared) if declared.owner else _alone(declared)
    inputs = {**found.inputs, **dict(_one_input(*item) for item in given.inputs.items())}
    name = given.name or found.component
    known = dict(found.tasks) if name == found.component else {}
    return replace(
        found,
        component=name,
        inputs=inputs,
        conf={**found.conf, **given.conf},
        **_numbered(name, given, known, [component for component, _ in inputs]),
    )


def fields_of(fields: Fields) -> tuple[str, ...]:
    """Return field names given as one name, several names, or a Stream class."""
    if isinstance(fields, str):
        return (fields,)
    if isinstance(fields, type):
        return stream_spec(fields).fields
    return tuple(fields)


def _alone(declared: Declaration) -> Surroundings:
    component = declared.component
    specs = [stream_spec(stream) for stream in streams_of(component).values()]
    conf = dict(declared.config)
    tick = declared.options.get("tick_seconds", getattr(component, "tick_seconds", None))
    if tick is not None:
        conf.setdefault(TICK_KEY, tick)
    return Surroundings(
        component=component.__name__,
        task_id=0,
        tasks={},
        streams={spec.name: spec for spec in specs},
        inputs={},
        conf={"topology.name": "test", **conf, **_of_class(declared)},
    )


def _in_topology(declared: Declaration) -> Surroundings:
    assert declared.owner is not None
    topology = spec_of(declared.owner)
    spec = topology.component(declared.name)
    assert spec is not None
    return Surroundings(
        component=spec.name,
        task_id=0,
        tasks=_tasks_of(topology),
        streams={stream.name: stream for stream in spec.streams},
        inputs={(one.component, one.stream): _fields_in(topology, one.component, one.stream) for one in spec.inputs},
        conf={"topology.name": topology.name, **topology.config, **spec.config, **_of_class(declared)},
    )


def _of_class(declared: Declaration) -> dict[str, Any]:
    component = declared.component
    return {
        COMPONENT_KEY: f"{component.__module__}:{component.__qualname__}",
        OPTIONS_KEY: json.dumps(declared.plain_options()),
    }


def _tasks_of(topology: TopologySpec) -> dict[str, Sequence[int]]:
    """Number the tasks as Storm does: from 1, in component name order."""
    tasks: dict[str, Sequence[int]] = {}
    first = 1
    for spec in sorted(topology.components, key=lambda one: one.name):
        tasks[spec.name] = range(first, first + _task_count(spec))
        first += _task_count(spec)
    return tasks


def _task_count(spec: ComponentSpec) -> int:
    return spec.tasks or spec.executors


def _fields_in(topology: TopologySpec, component: str, stream: str) -> tuple[str, ...]:
    source = topology.component(component)
    assert source is not None
    return next(one.fields for one in source.streams if one.name == stream)


def _one_input(key: InputKey, fields: Fields) -> tuple[tuple[str, str], tuple[str, ...]]:
    if isinstance(key, str):
        return (key, "default"), fields_of(fields)
    if not isinstance(key, tuple) or len(key) != 2:
        what = "inputs are fields by component, or by component and stream"
        raise HarnessError(explain(what, given=repr(key), valid=['"parse"', '("parse", "malformed")']))
    return (key[0], key[1]), fields_of(fields)


def _numbered(name: str, given: Given, known: Mapping[str, Sequence[int]], sources: Iterable[str]) -> dict[str, Any]:
    """Return the tasks of every component, and the task under test."""
    tasks = {**known, **{component: list(ids) for component, ids in given.tasks.items()}}
    if name not in tasks:
        tasks[name] = [given.task_id or _free_task(tasks)]
    task_id = given.task_id if given.task_id is not None else tasks[name][0]
    if task_id not in tasks[name]:
        what = f"task {task_id} is none of {name}'s"
        raise HarnessError(explain(what, valid=[str(one) for one in tasks[name]]))
    for component in [*sources, *([] if sources else [SOURCE])]:
        if component not in tasks:
            tasks[component] = [_free_task(tasks)]
    return {"task_id": task_id, "tasks": tasks}


def _free_task(tasks: Mapping[str, Sequence[int]]) -> int:
    return max((max(ids) for ids in tasks.values() if ids), default=0) + 1
