"""Which values a tuple may hold: those that arrive equal on every Storm worker.

JSON or MessagePack is the wire, and after it Kryo between workers. What would arrive as something else, or not at all,
is refused where it is emitted. MessagePack carries bytes; all else is the same.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import isfinite
from typing import Any

MAX_DEPTH = 300  # Storm's parser (json-smart) refuses more than about 400 nested lists as a malicious payload

FINE, FAULT, AWKWARD = range(3)

PLAIN: frozenset[type] = frozenset({str, int, bool, type(None)})  # nothing more is to be looked at in these
PLAIN_OR_BYTES: frozenset[type] = PLAIN | {bytes, bytearray}

_ADVICE = {
    "bytes": "decode them, or send base64 text",
    "bytearray": "decode them, or send base64 text",
    "memoryview": "send bytes(value)",
    "datetime": "send value.isoformat() or value.timestamp()",
    "date": "send value.isoformat()",
    "Decimal": "send str(value) or float(value)",
    "set": "send sorted(value)",
    "frozenset": "send sorted(value)",
    "UUID": "send str(value)",
}


def examine(row: Sequence[Any], plain: Collection[type] = PLAIN) -> int:
    """Return FINE, FAULT (``explain_fault`` says which) or AWKWARD (``with_plain_floats`` helps, on the JSON wire).

    Args:
        row: the values of a tuple, not all of them plain.
        plain: PLAIN, or PLAIN_OR_BYTES where bytes may be sent.
    """
    for value in row:
        if type(value) not in plain and _fault(value, 1, plain):
            return FAULT
    return AWKWARD if any(map(_is_awkward, row)) else FINE


def with_plain_floats(value: Any) -> Any:
    """Return a copy in which floats that Java would hand on as integers are spelled with a point.

    Java reads a float of 17 digits as a BigDecimal. With exponent 16 its scale is 0, and it is written without a point.
    """
    if type(value) is float:
        if not _is_awkward(value):
            return value
        from simplejson import RawJSON  # orjson refuses it, and so leaves the tuple to simplejson

        return RawJSON(f"{int(value)}.0")
    if isinstance(value, (list, tuple)):
        return [with_plain_floats(item) for item in value]
    if type(value) is dict:
        return {key: with_plain_floats(item) for key, item in value.items()}
    return value


def explain_fault(row: Sequence[Any], fields: Sequence[str], plain: Collection[type] = PLAIN) -> str | None:
    """Return why a row of values cannot be sent, naming the field, or None if it can."""
    for index, value in enumerate(row):
        fault = _fault(value, 1, plain)
        if not fault and has_surrogate(value):
            fault = "a string holds a lone surrogate, which UTF-8 cannot carry"
        if fault:
            return f"field {fields[index]!r}: {fault}"
    return None


def _fault(value: Any, depth: int, plain: Collection[type]) -> str | None:
    kind = type(value)
    if kind in plain:
        return None
    if kind is float:
        return None if isfinite(value) else f"{value!r} is not a JSON number; send None or text instead"
    if depth > MAX_DEPTH:
        return f"nested deeper than {MAX_DEPTH} levels"
    if kind is dict:
        return _dict_fault(value, depth, plain)
    if isinstance(value, (list, tuple)):
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
            return f"the dict key {key!r} is {type(key).__name__}; JSON keys are str"
        fault = _fault(item, depth + 1, plain)
        if fault:
            return fault
    return None


def _is_awkward(value: Any) -> bool:
    if type(value) is float:
        return 1e16 <= abs(value) < 1e17
    if isinstance(value, (list, tuple)):
        return any(map(_is_awkward, value))
    return type(value) is dict and any(map(_is_awkward, value.values()))


def _not_valid(value: Any, plain: Collection[type]) -> str:
    name = type(value).__name__
    shown = repr(value)
    shown = shown if len(shown) <= 80 else shown[:77] + "..."
    advice = _ADVICE.get(name, "convert it first")
    valid = "str, int, float, bool, None, list, tuple, dict" + (", bytes" if bytes in plain else "")
    return f"{shown} is {name}; valid: {valid}; {advice}"


def has_surrogate(value: Any) -> bool:
    """Whether a string in the value is not valid Unicode."""
    if type(value) is str:
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            return True
        return False
    if isinstance(value, dict):
        return any(has_surrogate(key) or has_surrogate(item) for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return any(has_surrogate(item) for item in value)
    return False
