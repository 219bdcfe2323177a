"""Defines which values a tuple may hold: those that arrive equal on every Storm worker.

The wire is JSON or MessagePack, followed by Kryo between workers. A value that would arrive changed, or not at all, is
refused by ``emit``. The only difference between the wires is that MessagePack carries bytes.
"""

from __future__ import annotations

import builtins
from collections.abc import Collection, Sequence
from math import isfinite
from typing import Any

from umbrella.multilang.long_numbers import TOO_LONG, is_too_long
from umbrella.multilang.messages import shorten

MAX_DEPTH = 300  # Storm's parser (json-smart) refuses more than about 400 nested lists as a malicious payload
TOO_DEEP = f"nested deeper than {MAX_DEPTH} levels"

PLAIN: frozenset[type] = frozenset({str, int, bool, type(None)})  # passed on without validation
PLAIN_OR_BYTES: frozenset[type] = PLAIN | {bytes, bytearray}

_SHOWN = 80  # characters of a value shown in an error


def sendable(row: Sequence[Any], plain: Collection[type] = PLAIN) -> Sequence[Any] | None:
    """Return a row with all values of builtin types: the same row if they already are; None if it cannot be sent.

    Args:
        row: the values of a tuple, not all of them plain.
        plain: PLAIN, or PLAIN_OR_BYTES if bytes may be sent.
    """
    for value in row:  # a loop, because it is the fastest way: rows with a float are handled here
        if type(value) not in plain and _fault(value, 1, plain):
            break
    else:
        return row
    from umbrella.multilang.conversions import CannotBeSent, in_builtin_types

    try:
        row = in_builtin_types(row, plain)
    except CannotBeSent:
        return None
    return None if any(_fault(value, 1, plain) for value in row) else row


def with_plain_floats(row: Sequence[Any]) -> Sequence[Any]:
    """Return a row in which floats that Java would pass on as integers have a decimal point; the same row if none.

    Java reads a float of 17 digits as a BigDecimal. With exponent 16 its scale is 0, and it is written without a point.
    """
    for value in row:
        if _is_awkward(value):
            return [_with_plain_floats(one) for one in row]
    return row


def explain_refusal(row: Sequence[Any], fields: Sequence[str], plain: Collection[type] = PLAIN) -> str | None:
    """Return why a row cannot be emitted, naming the field, or None if it can: ``sendable`` converts what is possible.

    Args:
        row: the values of a tuple.
        fields: the field names.
        plain: PLAIN, or PLAIN_OR_BYTES if bytes may be sent.
    """
    from umbrella.multilang.conversions import CannotBeSent, in_builtin_types

    for value, field in zip(row, fields):
        try:
            fault = explain_fault(in_builtin_types([value], plain), [field], plain)
        except CannotBeSent as exc:
            fault = f"field {field!r}: {exc}"
        if fault:
            return fault
    return None


def explain_fault(row: Sequence[Any], fields: Sequence[str], plain: Collection[type] = PLAIN) -> str | None:
    """Return why a row cannot be sent without conversion, naming the field, or None if it can.

    Args:
        row: the values of a tuple.
        fields: the field names.
        plain: PLAIN, or PLAIN_OR_BYTES if bytes may be sent.
    """
    for value, field in zip(row, fields):
        fault = _fault(value, 1, plain) or _fault_inside(value)
        if fault:
            return f"field {field!r}: {fault}"
    return None


def explain_id(cause: ValueError | None) -> str:
    """Return what is wrong with a message id that the encoder refused."""
    if isinstance(cause, UnicodeEncodeError):
        return "the message id holds a lone surrogate, which UTF-8 cannot carry"
    return f"the message id: {cause}"


def has_surrogate(value: Any) -> bool:
    """Whether a string in the value is not valid Unicode."""
    if type(value) is str:
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            return True
        return False
    return any(map(has_surrogate, _parts(value)))


def has_too_long_integer(value: Any) -> bool:
    """Whether an integer in the value has more digits than Storm's side accepts."""
    return is_too_long(value) if type(value) is int else any(map(has_too_long_integer, _parts(value)))


def _fault(value: Any, depth: int, plain: Collection[type]) -> str | None:
    kind = type(value)
    if kind in plain:
        return None
    if kind is float:
        return None if isfinite(value) else f"{value!r} is not a JSON number; send None or text instead"
    if depth > MAX_DEPTH:
        return TOO_DEEP
    if kind is dict:
        return _dict_fault(value, depth, plain)
    if kind is list or kind is tuple:
        for item in value:
            if type(item) not in plain:
                fault = _fault(item, depth + 1, plain)
                if fault:
                    return fault
        return None
    return _not_valid(value, plain)


def _dict_fault(value: dict[Any, Any], depth: int, plain: Collection[type]) -> str | None:
    for key, item in value.items():
        if type(key) is not str:
            from umbrella.multilang.conversions import instead_of_key

            what = f"the dict key {shorten(key, _SHOWN)} is {name_of(type(key))}"
            return f"{what}; JSON keys are str; {instead_of_key(key)}"
        fault = _fault(item, depth + 1, plain)
        if fault:
            return fault
    return None


def _fault_inside(value: Any) -> str | None:
    """Return what is wrong inside a value of valid types: problems that only the encoders detect."""
    if has_surrogate(value):
        return "a string holds a lone surrogate, which UTF-8 cannot carry"
    if has_too_long_integer(value):
        return f"{TOO_LONG}; send hex(value)"
    return None


def _is_awkward(value: Any) -> bool:
    if type(value) is float:
        return 1e16 <= abs(value) < 1e17
    kind = type(value)
    if kind is list or kind is tuple:
        return any(map(_is_awkward, value))
    return kind is dict and any(map(_is_awkward, value.values()))


def _with_plain_floats(value: Any) -> Any:
    if type(value) is float:
        if not _is_awkward(value):
            return value
        from simplejson import RawJSON  # orjson refuses it, so the tuple is left to simplejson

        return RawJSON(f"{int(value)}.0")
    if type(value) is list or type(value) is tuple:
        return [_with_plain_floats(item) for item in value]
    if type(value) is dict:
        return {key: _with_plain_floats(item) for key, item in value.items()}
    return value


def _not_valid(value: Any, plain: Collection[type]) -> str:
    from umbrella.multilang.conversions import instead_of

    valid = "str, int, float, bool, None, list, tuple, dict" + (", bytes" if bytes in plain else "")
    return f"{shorten(value, _SHOWN)} is {name_of(type(value))}; valid: {valid}; {instead_of(value)}"


def name_of(kind: type) -> str:
    """Return the name of a type, with its module if a builtin type has the same name: numpy.bool."""
    is_other = kind.__module__ != "builtins" and hasattr(builtins, kind.__name__)
    return f"{kind.__module__}.{kind.__name__}" if is_other else kind.__name__


def _parts(value: Any) -> Collection[Any]:
    """Return the parts of a value of a builtin container type."""
    if type(value) is dict:
        return [*value, *value.values()]
    return value if type(value) is list or type(value) is tuple else ()
