"""The numbers that the command lines of the example take, refused in words."""

from __future__ import annotations

import argparse
from math import inf
from typing import Callable, TypeVar

_Number = TypeVar("_Number", int, float)


def count(text: str) -> int:
    """Return how many."""
    return _number(text, int, lambda number: number >= 1, "a whole number of 1 or more")


def port(text: str) -> int:
    """Return a TCP port."""
    return _number(text, int, lambda number: 1 <= number <= 65535, "a port, 1 to 65535")


def positive(text: str) -> float:
    """Return a time or rate."""
    return _number(text, float, lambda number: 0 < number < inf, "a number above 0")


def _number(text: str, kind: Callable[[str], _Number], fits: Callable[[_Number], bool], what: str) -> _Number:
    try:
        number = kind(text)
        if fits(number):
            return number
    except ValueError:
        pass  # no number at all
    raise argparse.ArgumentTypeError(f"{text!r} is not {what}")
