"""Which column a box of a picture stands in, and which links have to run backward for that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def find_backward(keys: Sequence[str], links: Sequence[tuple[str, str]]) -> set[int]:
    """Return the numbers of the links that close a cycle when walked from the boxes that nothing leads to."""
    fed = {target for source, target in links if source != target}
    starts = [key for key in keys if key not in fed] + [key for key in keys if key in fed]
    out: dict[str, list[int]] = {key: [] for key in keys}
    for number, (source, _) in enumerate(links):
        out[source].append(number)
    backward: set[int] = set()
    state = dict.fromkeys(keys, "new")
    for start in starts:
        if state[start] != "new":
            continue
        state[start] = "open"
        stack = [(start, iter(out[start]))]  # not recursion: a topology may be longer than Python's stack is deep
        while stack:
            key, numbers = stack[-1]
            taken = next(numbers, None)
            if taken is None:
                state[key] = "done"
                stack.pop()
                continue
            target = links[taken][1]
            if state[target] == "open" and target != key:
                backward.add(taken)
            elif state[target] == "new":
                state[target] = "open"
                stack.append((target, iter(out[target])))
    return backward


def find_columns(keys: Sequence[str], arcs: Iterable[tuple[str, str]]) -> dict[str, int]:
    """Return the column of each box: the length of the longest way to it along arcs without cycles."""
    forward: dict[str, list[str]] = {key: [] for key in keys}
    waiting = dict.fromkeys(keys, 0)
    for source, target in arcs:
        forward[source].append(target)
        waiting[target] += 1
    columns = dict.fromkeys(keys, 0)
    ready = [key for key in keys if not waiting[key]]
    for key in ready:  # grows while it is read
        for target in forward[key]:
            columns[target] = max(columns[target], columns[key] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    return columns
