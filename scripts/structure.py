#!/usr/bin/env python3
"""Prints figures about the structure of umbrella/: how many files, how deep imports go, how long functions are.

python scripts/structure.py
"""

from __future__ import annotations

import ast
import statistics
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Union

ROOT = Path(__file__).resolve().parent.parent
SHORT = 4  # lines of a body, docstring left out
Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]
Imports = dict[str, set[str]]


def modules() -> dict[str, ast.Module]:
    """Return the syntax tree of each module by its dotted name."""
    found = {}
    for file in sorted((ROOT / "umbrella").rglob("*.py")):
        parts = file.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = ast.parse(file.read_text(encoding="utf-8"))
    return found


def imported(tree: ast.Module, known: set[str], top_level: bool) -> set[str]:
    """Return the modules of umbrella that a module imports.

    Args:
        tree: the module.
        known: the names of all modules.
        top_level: leave out imports in functions and below ``if TYPE_CHECKING``.
    """
    found: set[str] = set()
    for node in tree.body if top_level else ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            found.update(name if name in known else node.module for name in names)
    return found & known


def circles(imports: Imports) -> list[list[str]]:
    """Return the groups of modules that import one another (Tarjan's strongly connected components)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(module: str) -> None:
        index[module] = low[module] = len(index)
        stack.append(module)
        for other in sorted(imports[module]):
            if other not in index:
                visit(other)
                low[module] = min(low[module], low[other])
            elif other in stack:
                low[module] = min(low[module], index[other])
        if low[module] == index[module]:
            place = stack.index(module)
            group = stack[place:]
            del stack[place:]
            if len(group) > 1:
                found.append(sorted(group))

    for module in imports:
        if module not in index:
            visit(module)
    return found


def longest_chain(imports: Imports) -> list[str]:
    """Return the longest chain of imports; a circle in it is followed once."""
    best: dict[str, list[str]] = {}

    def chain(module: str, above: tuple[str, ...]) -> list[str]:
        if module not in best:
            below = [chain(other, (*above, module)) for other in sorted(imports[module]) if other not in above]
            best[module] = [module, *max(below, key=len, default=[])]
        return best[module]

    return max((chain(module, (module,)) for module in imports), key=len)


def functions(tree: ast.Module) -> Iterator[Function]:
    """Yield the functions and methods of a module."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def lines_of_body(function: Function) -> int:
    """Return how many lines a function's body has, docstring left out."""
    body = function.body[1:] if ast.get_docstring(function) and len(function.body) > 1 else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1


def single_use(trees: dict[str, ast.Module]) -> list[Function]:
    """Return the short private functions that are used in one place."""
    uses: Counter[str] = Counter()
    for tree in trees.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Name):
                uses[node.id] += 1
            elif isinstance(node, ast.Attribute):
                uses[node.attr] += 1
    return [
        function
        for tree in trees.values()
        for function in functions(tree)
        if function.name.startswith("_") and not function.name.startswith("__")
        if uses[function.name] == 1 and lines_of_body(function) <= SHORT
    ]


def main() -> None:
    """Print the figures."""
    trees = modules()
    known = set(trees)
    top = {name: imported(tree, known, top_level=True) - {name} for name, tree in trees.items()}
    every = {name: imported(tree, known, top_level=False) - {name} for name, tree in trees.items()}
    chain = longest_chain(top)
    groups = circles(every)
    lengths = sorted((one.end_lineno or 0) - one.lineno + 1 for tree in trees.values() for one in functions(tree))
    print(f"Python files: {len(trees)}")
    print(f"longest chain of top-level imports: {len(chain)}: {' > '.join(chain)}")
    print(f"import circles, lazy imports included: {len(groups)}")
    for group in groups:
        print(f"  {', '.join(group)}")
    print(f"private functions of {SHORT} lines or fewer that are used once: {len(single_use(trees))}")
    print(f"length of functions: median {statistics.median(lengths):g}, p90 {lengths[len(lengths) * 9 // 10]}")


if __name__ == "__main__":
    main()
