"""Groupings: how the tuples of a stream are distributed to the tasks of the bolt that reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Union

from umbrella.dsl.streams import Stream
from umbrella.errors import DeclarationError, explain
from umbrella.spec import (
    ALL,
    CUSTOM,
    DEFAULT_STREAM,
    DIRECT,
    FIELDS,
    GLOBAL,
    LOCAL_OR_SHUFFLE,
    NONE,
    PARTIAL_KEY,
    SHUFFLE,
    GroupingSpec,
)

if TYPE_CHECKING:
    from umbrella.dsl.declaration import Declaration
    from umbrella.multilang.component import Component

    # To a type checker a declared component is an object of its class, and ``parse.Malformed`` a class.
    Source = Union[Component[Any], type[Stream]]


class Grouping:
    """An input of a bolt: a stream of another component, and how its tuples are distributed.

    Args:
        source: a declared component, or one of its streams (``parse.Malformed``).
        stream: the stream's name or class, if ``source`` is a component; by default its default stream.
    """

    kind = ""

    def __init__(self, source: Source, stream: str | type[Stream] | None = None) -> None:
        self.source, self.stream = _resolve(type(self).__name__, source, stream)

    def spec(self) -> GroupingSpec:
        """Return the grouping in plain values, without its source."""
        return GroupingSpec(self.kind)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.source.label}, stream={self.stream!r})"


class ShuffleGrouping(Grouping):
    """Distributes tuples evenly over the tasks (Storm's LoadAwareShuffleGrouping)."""

    kind = SHUFFLE


class LocalOrShuffleGrouping(Grouping):
    """Prefers tasks in the same worker, else distributes evenly."""

    kind = LOCAL_OR_SHUFFLE


class AllGrouping(Grouping):
    """Sends every tuple to every task."""

    kind = ALL


class GlobalGrouping(Grouping):
    """Sends every tuple to the task with the lowest id."""

    kind = GLOBAL


class NoneGrouping(Grouping):
    """Leaves the choice to Storm, which currently shuffles."""

    kind = NONE


class DirectGrouping(Grouping):
    """Lets the emitter choose the task: ``emit(..., task=task_id)`` on a stream with ``direct = True``."""

    kind = DIRECT


class _KeyGrouping(Grouping):
    def __init__(self, source: Source, *fields: str, stream: str | type[Stream] | None = None) -> None:
        super().__init__(source, stream)
        if not fields or not all(isinstance(name, str) for name in fields):
            what = f"{type(self).__name__} takes the names of the key fields after its source"
            example = f'{type(self).__name__}({self.source.label}, "ip")'
            raise DeclarationError(explain(what, given=repr(fields), valid=[example]))
        self.fields = fields

    def spec(self) -> GroupingSpec:
        return GroupingSpec(self.kind, fields=self.fields)


class FieldsGrouping(_KeyGrouping):
    """Sends tuples with equal values in these fields to the same task."""

    kind = FIELDS


class PartialKeyGrouping(_KeyGrouping):
    """Distributes the tuples of a key over two tasks, to the less loaded one (Storm's PartialKeyGrouping)."""

    kind = PARTIAL_KEY


class CustomGrouping(Grouping):
    """Leaves the choice to a Java class that implements CustomStreamGrouping.

    Args:
        source: a declared component, or one of its streams.
        java_class: the full name of the class; it must be on the workers' classpath.
        args: its constructor's arguments: str, int, float or bool.
        stream: the stream by name or class.
    """

    kind = CUSTOM

    def __init__(self, source: Source, java_class: str, *args: Any, stream: str | type[Stream] | None = None) -> None:
        super().__init__(source, stream)
        self.java_class = java_class
        self.args = args

    def spec(self) -> GroupingSpec:
        """Return it as the compilers take it."""
        return GroupingSpec(self.kind, java_class=self.java_class, java_args=self.args)


def _resolve(grouping: str, source: Any, stream: Any) -> tuple[Declaration, str]:
    from umbrella.dsl.declaration import Declaration, DeclaredStream

    name = stream.stream_name if isinstance(stream, type) and issubclass(stream, Stream) else stream
    if name is not None and not isinstance(name, str):
        raise DeclarationError(explain(f"stream of {grouping} is a name or a Stream class", given=repr(stream)))
    if isinstance(source, DeclaredStream):
        if name is not None and name != source.stream_name:
            what = f"{grouping} is given two streams"
            raise DeclarationError(explain(what, given=f"{source.stream_name!r} and {name!r}"))
        return source.declaration, source.stream_name
    if isinstance(source, Declaration):
        return source, DEFAULT_STREAM if name is None else name
    what = f"the source of {grouping} is a component declared in the topology"
    hint = ""
    if isinstance(source, type):
        hint = f"{source.__name__} is a class: declare it, as in x = {source.__name__}(1), and give x."
    elif isinstance(source, str):
        hint = f"Give the component itself, without quotes: {grouping}({source})."
    raise DeclarationError(explain(what, given=repr(source), hint=hint))
