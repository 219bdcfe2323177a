"""Output streams, declared as classes nested in a component."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Union

from umbrella.errors import DeclarationError, explain
from umbrella.spec import StreamSpec

_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class Stream:
    """An output stream of the component it is nested in.

    The class name in snake case is the Storm stream id: ``class Default(Stream)`` is Storm's default stream,
    ``class BadLines(Stream)`` is "bad_lines".

    Attributes:
        fields: the names of its fields in order: one string, or several.
        direct: True if the stream takes direct emits, to a given task id (DirectGrouping).
        stream_name: the Storm stream id, if it differs from the one made from the class name.
    """

    fields: ClassVar[Union[str, Sequence[str]]] = ()
    direct: ClassVar[bool] = False
    stream_name: ClassVar[str]

    if not TYPE_CHECKING:

        def __new__(cls, *args: Any, **named: Any) -> Stream:
            """Refuse the form of other libraries: ``outputs = [Stream(fields=["word"])]``."""
            given = ", ".join((*map(repr, args), *(f"{name}={value!r}" for name, value in named.items())))
            what = "a stream is a class that is nested in its component, and is not called"
            valid = ['class Default(Stream): fields = "word", "count"']
            raise DeclarationError(explain(what, given=f"{cls.__name__}({given})", valid=valid))

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "stream_name" not in cls.__dict__:
            cls.stream_name = _WORD_START.sub("_", cls.__name__).lower()
        names = [cls.fields] if isinstance(cls.fields, str) else cls.fields
        if not isinstance(names, (tuple, list)) or not all(isinstance(name, str) for name in names):
            what = f"fields of stream {cls.__qualname__} are names, one or several"
            raise DeclarationError(
                explain(what, given=repr(cls.fields), valid=['fields = "word"', 'fields = "ip", "path"'])
            )


def stream_spec(stream: type[Stream]) -> StreamSpec:
    """Return a declared stream in plain values."""
    fields = (stream.fields,) if isinstance(stream.fields, str) else tuple(stream.fields)
    return StreamSpec(stream.stream_name, fields, stream.direct)


def streams_of(component: type) -> dict[str, type[Stream]]:
    """Return the streams of a component class by attribute; a subclass replaces one by name, or removes it by None."""
    found: dict[str, type[Stream]] = {}
    for base in reversed(component.__mro__):
        for name, value in vars(base).items():
            if isinstance(value, type) and issubclass(value, Stream):
                found[name] = value
            else:
                found.pop(name, None)
    return found
