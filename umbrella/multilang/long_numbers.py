"""Integers beyond 64 bits, which orjson reads as floats: where there may be one, simplejson is to read the text.

Also how long they may be.
"""

from __future__ import annotations

import os
import re
import sys
from typing import Any

MOST_DIGITS = 100_000  # of an integer; JsonReader.java takes no more
TOO_LONG = f"an int has more than {MOST_DIGITS:,} digits"
_SURELY_SHORT = MOST_DIGITS * 3  # bits: a digit takes 3.32
_OWN_LIMIT = "PYTHONINTMAXSTRDIGITS"

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


def is_too_long(number: int) -> bool:
    """Return whether an integer has more digits than may be sent."""
    return number.bit_length() > _SURELY_SHORT and abs(number) >= 10**MOST_DIGITS


def allow() -> None:
    """Let Python read and write long integers: by itself it refuses more than 4300 digits since 3.11."""
    if hasattr(sys, "set_int_max_str_digits") and _OWN_LIMIT not in os.environ:
        sys.set_int_max_str_digits(MOST_DIGITS)
