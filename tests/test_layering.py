"""Which package may import which: the imports hold to the table of folders in docs/architecture.md."""

from __future__ import annotations

import ast
import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "umbrella"
TEXT = (ROOT / "docs/architecture.md").read_text("utf-8")
TABLE = TEXT.partition("| folder | holds | may import |\n")[2].partition("\n\n")[0].splitlines()[1:]
FILES = sorted(PACKAGE.rglob("*.py"))
EVERYTHING, NOTHING = "everything", "nothing of umbrella"


def rows():
    """Yield each file or folder of umbrella that the table names, with the layers that it may import."""
    for row in TABLE:
        names, _, imports = (cell.strip() for cell in row.strip("|").split(" | "))
        for name in re.findall(r"`umbrella/([^`]*)`", names):
            yield name.rstrip("/"), imports


ROWS = dict(rows())
LAYERS = {file.relative_to(PACKAGE).parts[0].replace(".py", "") for file in FILES}


def row_of(file):
    """Return the row of a file: its own, or that of its folder."""
    parts = file.relative_to(PACKAGE).parts
    return next((name for name in ("/".join(parts), parts[0]) if name in ROWS), None)


def may_import(row):
    if ROWS[row] == EVERYTHING:
        return LAYERS
    own = row.partition("/")[0].replace(".py", "")
    return {own} | (set() if ROWS[row] == NOTHING else set(ROWS[row].split(", ")))


def imported(file):
    """Return the layers that a file imports, wherever in it."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names.update([node.module] if node.module != "umbrella" else [f"umbrella.{one.name}" for one in node.names])
        elif isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
    return {name.split(".")[1] for name in names if name.startswith("umbrella.")} & LAYERS


def test_each_file_and_folder_has_one_row():
    names = [name for name, _ in rows()]
    assert sorted(names) == sorted(set(names))
    assert all((PACKAGE / name).exists() for name in names)
    assert [str(file) for file in FILES if row_of(file) is None] == []


def test_the_table_names_layers():
    assert {name for row in ROWS for name in may_import(row)} <= LAYERS


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_a_package_imports_only_the_layers_of_its_row(file):
    assert imported(file) <= may_import(row_of(file))


def test_the_table_allows_nothing_that_is_not_imported():
    for imports in set(ROWS.values()) - {EVERYTHING, NOTHING}:
        found = set().union(*(imported(file) for file in FILES if ROWS[row_of(file)] == imports))
        assert set(imports.split(", ")) <= found


def test_no_modules_import_one_another():
    spec = importlib.util.spec_from_file_location("structure", ROOT / "scripts/structure.py")
    structure = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(structure)
    trees = structure.modules()
    imports = {name: structure.imported(tree, set(trees), top_level=False) - {name} for name, tree in trees.items()}
    assert structure.circles(imports) == []
