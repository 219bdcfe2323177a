"""Which package may import which, as docs/architecture.md says."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import umbrella

ROOT = Path(umbrella.__file__).parent
MAY_IMPORT = {
    "errors": set(),
    "spec": set(),
    "version": set(),
    "process": {"errors", "spec", "multilang"},
    "multilang": {"errors", "spec", "version", "multilang"},
    "dsl": {"errors", "spec", "process", "multilang", "dsl"},
    "contrib": {"errors", "dsl", "contrib"},
    "packing": {"errors", "spec", "version", "compile", "packing"},
    "scaffold": {"errors", "version", "compile"},
    "compile": {"errors", "spec", "version", "process", "compile"},
    "storm": {"errors", "spec", "version", "process", "multilang", "compile", "storm"},
    "settings": {"errors", "process", "multilang", "dsl", "storm", "settings"},
    "testing": {"errors", "spec", "multilang", "dsl", "storm", "testing"},
    "target": {"errors", "dsl"},
    "packed": {"errors", "spec", "version", "dsl", "compile", "packing", "storm", "target"},
}
CASES = [(file, file.relative_to(ROOT).parts[0].replace(".py", "")) for file in sorted(ROOT.rglob("*.py"))]


@pytest.mark.parametrize(("file", "layer"), [case for case in CASES if case[1] in MAY_IMPORT], ids=str)
def test_a_package_imports_only_the_layers_below_it(file, layer):
    imported = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        imported |= {name.split(".")[1] for name in names if name.startswith("umbrella.")}
    assert imported <= MAY_IMPORT[layer]


def test_every_layer_is_known():
    assert {layer for _, layer in CASES} == {*MAY_IMPORT, "cli", "__init__", "__main__"}
