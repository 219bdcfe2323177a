"""Groups errors that differ only in the task, the process and the time."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Callable, TypeVar

# The parts that differ between tasks and between deaths: the prefix of a task's errors (umbrella.multilang.component),
# and the state of a process when it died (umbrella.storm.Keeper, BoltTask and Commands).
_TASK = re.compile(r"\A\S+\[\d+\]: ")
_PID = re.compile(r"\(pid \d+\)")
_DEATH = re.compile(
    r"; (?:no tuple was open|it was probably at tuple|acks and fails that it may not).*?\(umbrella\.restarts\)",
    re.DOTALL,
)

E = TypeVar("E")


def same_text(text: str) -> str:
    """Return the text of an error without the parts that differ when it is repeated."""
    return _DEATH.sub("", _PID.sub("(pid)", _TASK.sub("", text))).strip()


def grouped(errors: Iterable[E], text_of: Callable[[E], str]) -> list[list[E]]:
    """Return errors grouped by text, each group in the given order; the group with the last error comes last."""
    groups: dict[str, list[E]] = {}
    for error in errors:
        key = same_text(text_of(error))
        groups[key] = [*groups.pop(key, []), error]
    return list(groups.values())
