"""JSON as Storm writes it: json-smart in JsonSerializer, with Java's number format and more escapes than required."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from math import isnan
from typing import Any

END = "\nend\n"

# JStylerObj.Escape4Web: the slash, and characters that are special in web pages.
_ESCAPED = re.compile('[\x00-\x1f"\\\\/\x7f-\x9f\u2000-\u20ff]')
_SHORT = {"\b": r"\b", "\f": r"\f", "\n": r"\n", "\r": r"\r", "\t": r"\t", '"': r"\"", "\\": r"\\", "/": r"\/"}


def frame_of(value: Any) -> bytes:
    """Return the bytes of a message including its ``end`` line, as JsonSerializer.writeString sends them."""
    # A lone surrogate becomes "?", as in every OutputStreamWriter of Java.
    return (text_of(value) + END).encode("utf-8", "replace")


def text_of(value: Any) -> str:
    """Return a JSON text as json-smart's JSONValue.toJSONString writes it.

    Raises:
        TypeError: JSON has no such value.
    """
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return f'"{_ESCAPED.sub(_escape, value)}"'
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        return _double(value)
    if isinstance(value, Mapping):
        pairs = [f"{text_of(str(key))}:{text_of(item)}" for key, item in value.items()]
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(text_of, value)) + "]"
    raise TypeError(f"JSON has no {type(value).__name__}: {value!r}")


def _escape(match: re.Match[str]) -> str:
    char = match[0]
    return _SHORT.get(char) or f"\\u{ord(char):04X}"


def _double(value: float) -> str:
    """Return a float as Java's Double.toString does: 1.0E10 where Python says 10000000000.0."""
    if isnan(value):
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "null"
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return format(Decimal(repr(value)), "f")
    sign, digits, _ = Decimal(repr(value)).normalize().as_tuple()
    text = "".join(map(str, digits))
    return f"{'-' if sign else ''}{text[0]}.{text[1:] or '0'}E{Decimal(repr(value)).adjusted()}"
