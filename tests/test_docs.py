"""The documents show code that is true, and name every command."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from umbrella import errors
from umbrella.cli.main import FILES, INTERRUPTED

ROOT = Path(__file__).parents[1]
DOCS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted(ROOT.glob("docs/*.md")),
    *sorted(ROOT.glob("examples/*/*.md")),
]


def blocks(document: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", document.read_text("utf-8"), re.DOTALL | re.MULTILINE)


def test_the_readme_opens_with_the_wordcount_example():
    assert blocks(ROOT / "README.md", "python")[0] == (ROOT / "examples/wordcount/topology.py").read_text("utf-8")


def test_the_readme_names_every_command():
    text = (ROOT / "README.md").read_text("utf-8")
    for name in FILES:
        assert f"`umbrella {name}" in text


def test_the_readme_says_what_each_exit_code_means():
    codes = {value for name, value in vars(errors).items() if name.startswith("EXIT_")}
    text = (ROOT / "README.md").read_text("utf-8")
    assert {int(code) for code in re.findall(r"^\| (\d+) \| ", text, re.MULTILINE)} == {0, *codes, INTERRUPTED}


def test_no_message_leads_to_a_page_that_an_installed_package_lacks():
    for path in (ROOT / "umbrella").rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        owners = (ast.Module, ast.ClassDef, ast.FunctionDef)
        docstrings = {
            id(one.body[0].value) for one in ast.walk(tree) if isinstance(one, owners) and _has_docstring(one)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
                assert "docs/" not in node.value, f"{path}:{node.lineno}"


def _has_docstring(node):
    return bool(node.body) and isinstance(node.body[0], ast.Expr)


def test_the_code_of_the_guide_makes_sound_topologies(tmp_path, monkeypatch):
    (tmp_path / "guide_topologies.py").write_text("\n".join(blocks(ROOT / "docs/topologies.md", "python")))
    monkeypatch.syspath_prepend(str(tmp_path))
    import guide_topologies  # type: ignore[import-not-found]

    from umbrella.dsl import spec_of

    names = {name: len(spec_of(getattr(guide_topologies, name)).components) for name in ("Traffic", "Bigger")}
    assert names == {"Traffic": 3, "Bigger": 3}
    assert len(spec_of(guide_topologies.WithoutCounts).components) == 2


@pytest.mark.parametrize("document", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document):
    for link in re.findall(r"\]\(([^)#]+)[^)]*\)", document.read_text("utf-8")):
        assert link.startswith("http") or (document.parent / link).exists(), link
