"""Topologies that answer the calls of a DRPC function."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from umbrella.dsl.components import AutoAckBolt, JVMBolt, JVMSpout
from umbrella.dsl.declaration import Declaration
from umbrella.dsl.drpc_graph import DRPCGraph
from umbrella.dsl.streams import Stream
from umbrella.dsl.topology import Topology, declared_in
from umbrella.errors import Problem, explain
from umbrella.multilang import drpc as runtime
from umbrella.multilang.drpc import (
    ALONE,
    BEGIN_STREAM,
    FAILURE_STREAM,
    FINISH_STREAM,
    FUNCTION,
    LEVELS,
    LINK_STREAM,
    REQUEST,
    RESULT_STREAM,
)
from umbrella.spec import ALL, FIELDS, ComponentSpec, GroupingSpec, InputSpec, JvmCode, StreamSpec

_ACKERS = "topology.acker.executors"
_RESERVED = "drpc_"
_BY_REQUEST = GroupingSpec(FIELDS, (REQUEST,))


class DRPCBolt(AutoAckBolt, runtime.DRPCBolt):
    """A bolt of a DRPC topology that may return the result of a call: an AutoAckBolt with ``return_result``."""

    class DrpcResult(Stream):
        """The stream of results; the topology's ``answers`` component reads it."""

        fields = REQUEST, "result"


class DRPCAggregator(DRPCBolt, runtime.DRPCAggregator):
    """Collects the tuples of each call, and is called once when all of them have arrived: override ``finish``."""


class DRPCRequests(JVMSpout):
    """The spout that fetches calls of the function from the DRPC servers."""

    class Default(Stream):
        """A call: the request, which is the first field of all its tuples, and the arguments as given by the caller."""

        fields = REQUEST, "args"

    jvm_class = "umbrella.storm.DrpcSpout"


class DRPCAnswers(JVMBolt):
    """The bolt that returns results and errors to the callers."""

    jvm_class = "umbrella.storm.DrpcResults"


class DRPCTopology(Topology):
    """A topology that serves a DRPC function.

    Its bolts read calls from ``DRPCTopology.requests``, with the fields ``request`` and ``args``. ``request`` is the
    first field of every stream that a call goes through. A DRPCBolt or DRPCAggregator answers a call with
    ``return_result``.

    Attributes:
        function: the name that callers use.
    """

    function: ClassVar[str] = ""

    requests = DRPCRequests(1)
    answers = DRPCAnswers(1)

    @classmethod
    def __completed__(
        cls, components: tuple[ComponentSpec, ...], config: dict[str, Any]
    ) -> tuple[tuple[ComponentSpec, ...], list[Problem]]:
        """Return the components with the streams and inputs that calls need added, and the problems found."""
        declared = declared_in(cls)
        problems = [Problem(cls.__name__, text) for text in cls._function_faults(config)]
        for name, base in (("requests", DRPCRequests), ("answers", DRPCAnswers)):
            if name not in declared or not issubclass(declared[name].component, base):
                what = f"{name!r} is the topology's own {base.__name__}"
                hint = f"Give this component another name; {name} = DRPCTopology.{name}.replace(...) changes executors."
                problems.append(Problem(f"{cls.__name__}.{name}", explain(what, hint=hint)))
        # If it had no inputs, "answers" would be reported as another problem.
        others = tuple(one for one in components if one.name != "answers")
        if problems:
            return others, problems
        config[FUNCTION] = cls.function
        graph = DRPCGraph(components, _kinds(declared, DRPCAggregator))
        problems += [Problem(f"{cls.__name__}.{where}", text) for where, text in graph.faults()]
        problems += [Problem(f"{cls.__name__}.{where}", text) for where, text in _reserved(components)]
        if not _kinds(declared, DRPCBolt) & graph.carriers:
            what = "no bolt that a call comes to can return a result"
            hint = "DRPCBolt and DRPCAggregator have return_result; read calls from DRPCTopology.requests."
            problems.append(Problem(cls.__name__, explain(what, given=", ".join(declared), hint=hint)))
        if problems:
            return others, problems
        return tuple(_Completing(cls.function, graph).all(components)), []

    @classmethod
    def _function_faults(cls, config: dict[str, Any]) -> Iterator[str]:
        if not isinstance(cls.function, str) or not cls.function.strip() or "\n" in cls.function:
            yield explain("a DRPCTopology names its function", given=repr(cls.function), valid=['function = "reach"'])
        if config.get(_ACKERS) == 0:
            what = "a DRPC topology needs ackers: they tell when a call is done"
            yield explain(what, given=f"{_ACKERS} = 0", hint="Leave it out.")


class _Completing:
    """Adds streams and inputs to the components of a DRPC topology."""

    def __init__(self, function: str, graph: DRPCGraph) -> None:
        self._function = function
        self._graph = graph

    def all(self, components: Sequence[ComponentSpec]) -> Iterator[ComponentSpec]:
        failing = [one for one in components if one.name in self._graph.carriers and self._graph.is_python(one.name)]
        for one in components:
            if one.name == "requests":
                yield self._requests(one)
            elif one.name == "answers":
                yield one._replace(inputs=tuple(_answered(failing)))
            elif one in failing:
                yield self._with_failures(self._finishing(one))
            else:
                yield one

    def _requests(self, one: ComponentSpec) -> ComponentSpec:
        levels = self._graph.levels
        names = [BEGIN_STREAM] if levels else []
        names += [f"{FINISH_STREAM}{level}" for level in range(1, levels + 1)]
        assert isinstance(one.code, JvmCode)
        code = one.code._replace(args=(self._function, str(levels)))
        streams = [StreamSpec(LINK_STREAM, ("source", "round")), *(StreamSpec(name, (REQUEST,)) for name in names)]
        return one._replace(code=code, streams=(*one.streams, *streams))

    def _finishing(self, one: ComponentSpec) -> ComponentSpec:
        level = self._graph.aggregator_level(one.name)
        if not level:
            return one
        grouping = self._graph.finish_grouping(one)
        inputs = [InputSpec("requests", name, grouping) for name in (BEGIN_STREAM, f"{FINISH_STREAM}{level}")]
        config = {**one.config, LEVELS: self._graph.levels, ALONE: self._graph.is_alone(one)}
        return one._replace(inputs=(*one.inputs, *inputs), config=config)

    @staticmethod
    def _with_failures(one: ComponentSpec) -> ComponentSpec:
        return one._replace(streams=(*one.streams, StreamSpec(FAILURE_STREAM, (REQUEST, "error"))))


def _answered(bolts: Sequence[ComponentSpec]) -> Iterator[InputSpec]:
    yield InputSpec("requests", LINK_STREAM, GroupingSpec(ALL))
    for one in bolts:
        if one.stream(RESULT_STREAM):
            yield InputSpec(one.name, RESULT_STREAM, _BY_REQUEST)
        yield InputSpec(one.name, FAILURE_STREAM, _BY_REQUEST)


def _kinds(declared: dict[str, Declaration], base: type) -> set[str]:
    return {name for name, one in declared.items() if issubclass(one.component, base)}


def _reserved(components: Sequence[ComponentSpec]) -> Iterator[tuple[str, str]]:
    for one in components:
        for stream in one.streams:
            if stream.name.startswith(_RESERVED) and stream.name != RESULT_STREAM:
                yield one.name, f"stream {stream.name!r}: in a DRPCTopology, names that begin with drpc_ are its own"
