"""Integers beyond 64 bits, which orjson reads as floats: where there may be one, simplejson is to read the text."""

from __future__ import annotations

import re
from typing import Any

# Tuple ids are as long, but quoted.
in_text = re.compile(rb"[\[:,] ?-?[0-9]{19}").search
_HIDE_NUMBERS = frozenset({list, dict})
_EXACT = 2.0**63


def may_be(value: Any, text: bytes) -> bool:
    """Return whether a value that orjson has read in a text may be, or hold, what was a long integer there."""
    kind = type(value)
    if kind is float:
        return not -_EXACT < value < _EXACT
    return kind in _HIDE_NUMBERS and in_text(text) is not None
