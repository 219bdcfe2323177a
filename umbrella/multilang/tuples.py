"""The tuple that a bolt receives; also the message it arrives as."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, overload

from umbrella.errors import explain


class Tuple:
    """A tuple of a stream: its fields by name or position, and its source.

    ``tup.word``, ``tup["word"]``, ``tup[0]`` and ``word, count = tup`` all work. A field with the name of one of the
    attributes below hides the attribute: a stream's ``id`` is the user's, not Storm's. The same holds for methods.

    ``dict(tup)`` and ``{**tup}`` contain the values by name. Two tuples are equal only if they are the same delivery,
    because a bolt that holds tuples acks each of them. ``list(tup) == [...]`` compares the values.

    Attributes:
        id: Storm's id of this delivery.
        component: the component that emitted it.
        stream: the stream it arrived on.
        task: the task that emitted it.
        values: the values in field order.
        fields: the field names, in order.
    """

    __slots__ = ("_component", "_id", "_stream", "_task", "_values")

    _positions: Mapping[str, int] = {}

    def __init__(self, id: str | int, component: str, stream: str, task: int, values: list[Any]) -> None:
        self._id = id
        self._component = component
        self._stream = stream
        self._task = task
        self._values = values

    id = property(lambda self: str(self._id))  # a number on the msgpack wire
    component = property(lambda self: self._component)
    stream = property(lambda self: self._stream)
    task = property(lambda self: self._task)
    values = property(lambda self: self._values)
    fields = property(lambda self: tuple(self._positions))

    def keys(self) -> tuple[str, ...]:
        """Return the field names; makes ``dict(tup)``, ``{**tup}`` and ``emit(**tup)`` work."""
        return tuple(self._positions)

    def asdict(self) -> dict[str, Any]:
        """Return the values by field name."""
        return dict(zip(self._positions, self._values))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") and name not in self._positions:  # also during a copy, before the slots are set
            raise AttributeError(name)
        try:
            return self._values[self._positions[name]]
        except KeyError:
            raise AttributeError(self._unknown(name)) from None

    @overload
    def __getitem__(self, key: int) -> Any: ...
    @overload
    def __getitem__(self, key: slice) -> list[Any]: ...
    @overload
    def __getitem__(self, key: str) -> Any: ...
    def __getitem__(self, key: int | slice | str) -> Any:
        if isinstance(key, str):
            try:
                return self._values[self._positions[key]]
            except KeyError:
                raise KeyError(self._unknown(key)) from None
        return self._values[key]

    def __reduce__(self) -> tuple[Any, ...]:
        return _remake, (tuple(self._positions), self._id, self._component, self._stream, self._task, self._values)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        pairs = ", ".join(f"{name}={value!r}" for name, value in zip(self._positions, self._values))
        return f"Tuple({self._component}.{self._stream}: {pairs})"

    def _unknown(self, name: str) -> str:
        what = f"the tuple from {self._component!r} on stream {self._stream!r} has no field {name!r}"
        return explain(what, valid=list(self._positions), wrong=name)


def tuple_class(fields: Sequence[str]) -> type[Tuple]:
    """Return the class for tuples of a stream with these fields.

    With a property for each field, ``tup.word`` is almost as fast as an attribute; ``__getattr__`` would be ten times
    slower, and is only used for the error.
    """
    properties = {name: _property(index) for index, name in enumerate(fields) if not name.startswith("_")}
    positions = {name: index for index, name in enumerate(fields)}
    return type("Tuple", (Tuple,), {**properties, "__slots__": (), "_positions": positions})


def source_class(base: type[Tuple], component: str, stream: str, task: int) -> type[Tuple]:
    """Return the class for tuples from one task on one stream; only their ids and values remain to be set.

    Args:
        base: the class for the stream's fields.
        component: the component that emits them.
        stream: the stream they arrive on.
        task: the task that emits them.
    """
    # Class attributes replace the slots for what all its tuples share.
    shared = {"_component": component, "_stream": stream, "_task": task}
    return type("Tuple", (base,), {**shared, "__slots__": ()})


def _property(index: int) -> Any:
    return property(lambda self: self._values[index])


def _remake(fields: Sequence[str], *arguments: Any) -> Tuple:
    return tuple_class(fields)(*arguments)
