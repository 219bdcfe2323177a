"""The path of a call through a DRPC topology: the bolts it reaches, and which aggregators wait for which."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

from umbrella.errors import explain
from umbrella.multilang.drpc import REQUEST
from umbrella.spec import ALL, FIELDS, GLOBAL, ComponentSpec, GroupingSpec, InputSpec, PythonCode

_REQUESTS = "requests"


class DRPCGraph:
    """Follows the streams with a field ``request``, starting from the component ``requests``.

    Args:
        components: the components of the topology.
        aggregators: the names of the aggregators.

    Attributes:
        carriers: the names of the bolts that receive tuples of a call.
        levels: the largest number of aggregators in a row.
    """

    def __init__(self, components: Sequence[ComponentSpec], aggregators: Set[str]) -> None:
        self._by_name = {one.name: one for one in components}
        self._aggregators = aggregators
        self._levels: dict[str, int] = {}
        self._cycle: list[str] = []
        self._reached = self._reach()
        self.carriers = self._reached - {_REQUESTS}
        for name in self.carriers:
            self._level(name, [])
        self.levels = max(self._levels.values(), default=0)

    def is_python(self, name: str) -> bool:
        """Whether a component is written in Python."""
        return isinstance(self._by_name[name].code, PythonCode)

    def aggregator_level(self, name: str) -> int:
        """Return the phase in which an aggregator finishes, counted from 1; 0 if it is not an aggregator."""
        return self._levels[name] if name in self._aggregators else 0

    def is_alone(self, one: ComponentSpec) -> bool:
        """Whether one task of an aggregator receives all tuples of a call."""
        return (one.tasks or one.executors) == 1 or self.finish_grouping(one).kind != ALL

    def finish_grouping(self, one: ComponentSpec) -> GroupingSpec:
        """Return the grouping of begin and finish messages, which go to every task that may hold tuples of a call."""
        groupings = {entry.grouping for entry in self._of_calls(one)}
        if groupings <= {GroupingSpec(FIELDS, (REQUEST,))}:
            return GroupingSpec(FIELDS, (REQUEST,))
        if groupings <= {GroupingSpec(GLOBAL)}:
            return GroupingSpec(GLOBAL)
        return GroupingSpec(ALL)

    def faults(self) -> Iterator[tuple[str, str]]:
        """Yield the problems, each with the name of the component."""
        if self._cycle:
            way = " -> ".join(self._cycle)
            yield self._cycle[0], explain("an aggregator waits for itself", given=way, hint="Take that input away.")
        for name in sorted(self._aggregators):
            one = self._by_name[name]
            if name not in self.carriers:
                what = f"no call comes to this aggregator: it reads no stream with the field {REQUEST!r}"
                yield name, explain(what, hint="Read from DRPCTopology.requests, or from a bolt that does.")
            for entry in one.inputs:
                if name in self.carriers and not self._has_request(entry):
                    what = f"an aggregator reads streams with the field {REQUEST!r}"
                    yield name, explain(what, given=f"stream {entry.stream!r} of {entry.component!r}")
        for name in sorted(self.carriers):
            yield from self._stream_faults(self._by_name[name])

    def _stream_faults(self, one: ComponentSpec) -> Iterator[tuple[str, str]]:
        for stream in one.streams:
            if REQUEST in stream.fields and stream.fields[0] != REQUEST:
                what = f"{REQUEST!r} is the first field of stream {stream.name!r}"
                yield one.name, explain(what, given=", ".join(stream.fields))

    def _reach(self) -> set[str]:
        reached = {_REQUESTS}
        while True:
            more = {one.name for one in self._by_name.values() if self._of_calls(one, reached)} - reached
            if not more:
                return reached
            reached |= more

    def _of_calls(self, one: ComponentSpec, sources: Set[str] | None = None) -> list[InputSpec]:
        """Return the inputs that receive tuples of calls."""
        known = self._reached if sources is None else sources
        return [entry for entry in one.inputs if entry.component in known and self._has_request(entry)]

    def _has_request(self, entry: InputSpec) -> bool:
        source = self._by_name.get(entry.component)
        stream = source.stream(entry.stream) if source else None
        return stream is not None and REQUEST in stream.fields

    def _level(self, name: str, way: list[str]) -> int:
        if name == _REQUESTS:
            return 0
        if name in way:
            loop = [*way[way.index(name) :], name]
            if self._aggregators & set(loop):
                self._cycle = self._cycle or loop
            return 0
        if name not in self._levels:
            below = [self._level(entry.component, [*way, name]) for entry in self._of_calls(self._by_name[name])]
            self._levels[name] = max(below, default=0) + (name in self._aggregators)
        return self._levels[name]
