"""Integers beyond 64 bits, which orjson reads as floats: text that may contain one is parsed by simplejson.

Also the limit of their length.
"""

from __future__ import annotations

import os
import re
import sys
from typing import Any

MOST_DIGITS = 100_000  # of an integer; the limit of JsonReader.java
TOO_LONG = f"an int has more than {MOST_DIGITS:,} digits"
_SURELY_SHORT = MOST_DIGITS * 3  # bits: a digit takes 3.32 bits
_OWN_LIMIT = "PYTHONINTMAXSTRDIGITS"

# Tuple ids are as long, but they are quoted.
in_text = re.compile(rb"[\[:,] ?-?[0-9]{19}").search
_HIDE_NUMBERS = frozenset({list, dict})
_EXACT = 2.0**63


def may_be(value: Any, text: bytes) -> bool:
    """Return whether a value parsed by orjson is, or may contain, what was a long integer in the text."""
    kind = type(value)
    if kind is float:
        return not -_EXACT < value < _EXACT
    return kind in _HIDE_NUMBERS and in_text(text) is not None


def is_too_long(number: int) -> bool:
    """Return whether an integer has more digits than may be sent."""
    return number.bit_length() > _SURELY_SHORT and abs(number) >= 10**MOST_DIGITS


def allow() -> None:
    """Allow Python to read and write long integers: since 3.11 the default limit is 4300 digits."""
    if hasattr(sys, "set_int_max_str_digits") and _OWN_LIMIT not in os.environ:
        sys.set_int_max_str_digits(MOST_DIGITS)
