"""Hides secrets in what is shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

MASK = "********"

_SECRET = re.compile(r"passw|secret|token|credential|key.*pass|private.?key|auth.*(payload|info)", re.IGNORECASE)
_NAMES_OF_FILES = (".file", ".path")  # the path of a secret is not itself secret


def is_secret(key: str) -> bool:
    """Whether the value of a key must be hidden: its name contains password, secret, token or the like."""
    return bool(_SECRET.search(key)) and not key.endswith(_NAMES_OF_FILES)


def masked(key: str, value: Any) -> Any:
    """Return a value for display, with secrets masked even deep in a map or list."""
    if value is not None and is_secret(key):
        return MASK
    if isinstance(value, Mapping):
        return {name: masked(str(name), item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [masked("", item) for item in value]
    return value
