"""What Storm tells a task about its topology."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from umbrella.errors import explain


class Context:
    """The topology as seen by one task (Storm's TopologyContext, as sent in the multilang handshake).

    Attributes:
        task_id: the id of this task.
        component: the name of this component.
    """

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self._raw = raw
        self.task_id: int = raw.get("taskid", 0)
        self.component: str = raw.get("componentid", "")
        self._outputs: Mapping[str, list[str]] = raw.get("stream->outputfields", {})
        self._inputs: Mapping[str, Mapping[str, list[str]]] = raw.get("source->stream->fields", {})
        self._targets: Mapping[str, Mapping[str, Any]] = raw.get("stream->target->grouping", {})
        self._tasks: dict[str, list[int]] = {}
        for task, name in raw.get("task->component", {}).items():
            self._tasks.setdefault(name, []).append(int(task))

    @property
    def streams(self) -> dict[str, tuple[str, ...]]:
        """The output streams of this component with their fields, without Storm's own."""
        return {name: tuple(fields) for name, fields in self._outputs.items() if not name.startswith("__")}

    @property
    def inputs(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """The fields of every stream that this component reads, by (component, stream)."""
        return {
            (component, stream): tuple(fields)
            for component, streams in self._inputs.items()
            for stream, fields in streams.items()
        }

    def readers(self, stream: str) -> frozenset[int]:
        """Return the tasks of the components that read an output stream; empty if Storm did not send them."""
        return frozenset(task for name in self._targets.get(stream, ()) for task in self._tasks.get(name, ()))

    def tasks(self, component: str) -> list[int]:
        """Return the task ids of a component, sorted.

        Raises:
            KeyError: the topology has no such component.
        """
        try:
            return sorted(self._tasks[component])
        except KeyError:
            names = sorted(name for name in self._tasks if not name.startswith("__"))
            raise KeyError(explain(f"no component {component!r}", valid=names, wrong=component)) from None

    def fields(self, component: str, stream: str = "default") -> tuple[str, ...]:
        """Return the fields of a stream that this component reads or emits.

        Raises:
            KeyError: it is neither an output nor an input of this component.
        """
        known = dict(self.inputs)
        known.update({(self.component, name): fields for name, fields in self.streams.items()})
        try:
            return known[component, stream]
        except KeyError:
            names = sorted(f"{one}.{two}" for one, two in known)
            what = f"the fields of {component}.{stream} are not known here"
            raise KeyError(explain(what, valid=names, wrong=f"{component}.{stream}")) from None
