"""Converts values of other than builtin types, and suggests what to write if they cannot be sent.

A value is converted if the builtin value that arrives is equal to it and behaves alike: a Counter is a dict, a StrEnum
a str, numpy's int64 an int. If something would be lost (the class of a dataclass, that a value is a set), or if there
are two usual representations (a date, an Enum), it is refused with a suggestion for each.

Imported when the first such value occurs. numpy and others are recognised by type name, never imported.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Callable

from umbrella.errors import explain
from umbrella.multilang.messages import shorten
from umbrella.multilang.values import MAX_DEPTH, TOO_DEEP, name_of

# By top-level module and class; the first match in the order of a type's bases counts.
_INSTEAD = {
    "array.array": "send value.tolist()",
    "builtins.BaseException": "send str(value)",
    "builtins.bytearray": "decode them, or send base64 text",
    "builtins.bytes": "decode them, or send base64 text",
    "builtins.complex": "send [value.real, value.imag]",
    "builtins.float": "send float(value)",
    "builtins.frozenset": "send sorted(value)",
    "builtins.int": "send int(value)",
    "builtins.memoryview": "send bytes(value)",
    "builtins.set": "send sorted(value)",
    "builtins.str": "send str(value)",
    "datetime.date": "send value.isoformat()",
    "datetime.datetime": "send value.isoformat() or value.timestamp()",
    "datetime.time": "send value.isoformat()",
    "datetime.timedelta": "send value.total_seconds()",
    "decimal.Decimal": "send str(value) or float(value)",
    "fractions.Fraction": "send str(value) or float(value)",
    "ipaddress._IPAddressBase": "send str(value)",
    "msgspec.Struct": "send msgspec.to_builtins(value)",
    "numpy.complexfloating": "send [value.real, value.imag]",
    "numpy.datetime64": "send str(value)",
    "numpy.generic": "send value.item()",
    "numpy.longdouble": "send float(value)",
    "numpy.timedelta64": "send str(value)",
    "pandas.DataFrame": 'send value.to_dict("records")',
    "pandas.Series": "send value.tolist()",
    "pathlib.PurePath": "send str(value)",
    "sqlite3.Row": "send dict(value)",
    "torch.Tensor": "send value.tolist()",
    "umbrella.Tuple": "send its values with emit(*value), or value.asdict()",
    "uuid.UUID": "send str(value)",
}
_INSTEAD_OF_ARRAY = {  # by dtype kind
    "M": "send value.astype(str).tolist()",
    "m": "send value.astype(str).tolist()",
    "S": "send value.astype(str).tolist()",
    "c": "send [value.real.tolist(), value.imag.tolist()]",
}
_INSTEAD_IF_IT_HAS = {
    "model_dump": 'send value.model_dump(mode="json")',  # pydantic
    "__dataclass_fields__": "send dataclasses.asdict(value)",
    "__attrs_attrs__": "send attrs.asdict(value)",
    "getlist": "a key may have several values; send {key: value.getlist(key) for key in value}",
    "getall": "a key may have several values; send {key: value.getall(key) for key in value}",
    "get_list": "a key may have several values; send {key: value.get_list(key) for key in value}",
    "keys": "send dict(value)",
    "__iter__": "send list(value)",
}
_SEVERAL_FOR_A_KEY = ("getlist", "getall", "get_list")  # MultiDict methods of web frameworks

_NUMPY = {"numpy.generic", "numpy.ndarray"}
_PLAIN_DTYPES = frozenset("biufUT")  # of numpy: tolist() turns them into bool, int, float and str


class CannotBeSent(Exception):
    """A value is nested too deep, or its keys collide; the text says which of the two."""


def in_builtin_types(row: Sequence[Any], plain: Collection[type]) -> list[Any]:
    """Return a row with values converted to builtin types where they are equivalent; other values are unchanged.

    Args:
        row: the values of a tuple.
        plain: values.PLAIN, or PLAIN_OR_BYTES if bytes may be sent.

    Raises:
        CannotBeSent: a value contains itself, is nested too deep, or has keys that collide after conversion.
    """
    return [_builtin(value, plain, set()) for value in row]


def builtin_id(value: Any) -> str | int | None:
    """Return a message id as a builtin str or int, or None if it is neither."""
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return None if isinstance(value, bool) else int.__int__(value)
    if "numpy.integer" in _names(type(value)):
        return int(value)
    return None


def explain_wrong_id(what: str, value: Any) -> str:
    """Return why a value is not a message id.

    Args:
        what: the role of the value, such as "a message id".
        value: the value.
    """
    hint = "Use str(value)." if "str(value)" in instead_of(value) else ""
    if isinstance(value, (tuple, list)):
        hint = 'Join the parts into a str, such as f"{topic}:{offset}".'
    elif "enum.Enum" in _names(type(value)):
        hint = "Use value.value."
    return explain(f"{what} is a str or an int", given=f"{shorten(value)} ({name_of(type(value))})", hint=hint)


def instead_of(value: Any) -> str:
    """Return what to write instead of a value that is not valid."""
    kind = type(value)
    names = _names(kind)
    if "enum.Enum" in names:  # before its mixed-in type: str(member) is the member's name
        return "send value.value"
    if "numpy.ndarray" in names:
        return _INSTEAD_OF_ARRAY.get(value.dtype.kind, "send value.tolist()")
    for name in names:
        if name in _INSTEAD:
            return _INSTEAD[name]
    for attribute, words in _INSTEAD_IF_IT_HAS.items():
        if hasattr(kind, attribute):
            return words
    return "convert it first"


def instead_of_key(key: Any) -> str:
    """Return what to write instead of a dict with such a key."""
    text = "key.value" if "enum.Enum" in _names(type(key)) else "str(key)"
    return f"send {{{text}: item for key, item in value.items()}}"


def _builtin(value: Any, plain: Collection[type], around: set[int]) -> Any:
    """Return a value converted to builtin types.

    Args:
        value: the value.
        plain: the types that need no conversion.
        around: the ids of the lists and dicts that contain it.
    """
    kind = type(value)
    if kind in plain or kind is float:
        return value
    # With the methods of the builtin types: those of an Enum differ between Python versions.
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int.__int__(value)
    if isinstance(value, float):
        return float.__float__(value)
    if isinstance(value, (bytes, bytearray)):
        return bytes(memoryview(value)) if bytes in plain else value
    if not isinstance(value, (list, tuple, Mapping)) and not _is_object_array(value):
        return _of_numpy(value, plain)
    if id(value) in around:
        raise CannotBeSent("it contains itself")
    if len(around) >= MAX_DEPTH:
        raise CannotBeSent(TOO_DEEP)
    around.add(id(value))
    items, together = _taken_apart(value)
    found = []
    for item in items:  # no comprehension: it would add a frame for each of 300 levels, and Python's limit is 1000
        found.append(_builtin(item, plain, around))
    around.discard(id(value))
    return together(found)


def _taken_apart(value: Any) -> tuple[Iterable[Any], Callable[[list[Any]], Any]]:
    """Return the items of a list, mapping or array, and a function that builds a builtin value from converted items."""
    if isinstance(value, Mapping):
        if any(hasattr(type(value), name) for name in _SEVERAL_FOR_A_KEY):
            return (), lambda _: value
        pairs = list(value.items())
        return [item for _, item in pairs], lambda found: _dict([key for key, _ in pairs], found, type(value))
    if isinstance(value, (list, tuple)):
        return value, lambda found: found
    return [value.tolist()], lambda found: found[0]


def _dict(keys: Sequence[Any], items: Sequence[Any], kind: type) -> dict[Any, Any]:
    found = {str.__str__(key) if isinstance(key, str) else key: item for key, item in zip(keys, items)}
    if len(found) != len(keys):
        raise CannotBeSent(f"two keys of a {kind.__name__} are the same str: one value would be lost")
    return found


def _is_object_array(value: Any) -> bool:
    return _is_of_numpy(type(value)) and value.dtype.kind == "O"


def _of_numpy(value: Any, plain: Collection[type]) -> Any:
    """Return a numpy scalar or array in builtin types; not dates (they become numbers) or records (names get lost)."""
    if _is_of_numpy(type(value)):
        letter = value.dtype.kind
        if letter in _PLAIN_DTYPES or (letter == "S" and bytes in plain):
            return value.tolist()
    return value


def _is_of_numpy(kind: type) -> bool:
    return not _NUMPY.isdisjoint(_names(kind))


def _names(kind: type) -> list[str]:
    """Return the names of a type and its bases, with top-level modules: pandas.core.series.Series is pandas.Series."""
    return [f"{base.__module__.partition('.')[0]}.{base.__name__}" for base in kind.__mro__]
