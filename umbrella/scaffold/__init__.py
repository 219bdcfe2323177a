"""Creates a small starter project: a topology, tests of its components, and packaging files."""

from __future__ import annotations

import keyword
import re
import sys
from pathlib import Path

from umbrella.compile.vendored import STANDARD_LIBRARY
from umbrella.errors import TargetError, explain, naming
from umbrella.version import VERSION

_TEMPLATES = Path(__file__).with_name("project")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_TAKEN = ("umbrella", "simplejson", "tests", "test")


def write_project(name: str, parent: Path) -> list[Path]:
    """Create a project in a new folder, and return its files, relative to the parent.

    Args:
        name: the name of the folder and of the project; the names of the package and the topology are derived from it.
        parent: where the folder is created.

    Raises:
        TargetError: the name cannot be used for a package, or something of that name already exists.
    """
    package = _package(name)
    folder = parent / name
    if folder.exists() or folder.is_symlink():
        what = f"{folder} is there already, and nothing is written into it"
        raise TargetError(explain(what, hint=f"Choose another name, such as {name}-2, or remove it."))
    words = {
        "NAME": name,
        "PACKAGE": package,
        "TOPOLOGY": "".join(part.capitalize() for part in package.split("_") if part),
        "VERSION": VERSION,
        "PYTHON": f"{sys.version_info.major}.{sys.version_info.minor}",
    }
    written = []
    for template in sorted(_TEMPLATES.rglob("*.template")):
        relative = template.relative_to(_TEMPLATES).with_suffix("").as_posix().replace("dot_", ".")
        target = folder / relative.replace("package/", f"{package}/")
        target.parent.mkdir(parents=True, exist_ok=True)
        with naming(target):
            target.write_text(_filled(template.read_text("utf-8"), words), "utf-8")
        written.append(target.relative_to(parent))
    return written


def _package(name: str) -> str:
    package = name.replace("-", "_").lower()
    if not _NAME.fullmatch(name) or keyword.iskeyword(package):
        what = "a project's name has letters, digits, - and _, begins with a letter, and is no word of Python's"
        better = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-_0123456789")
        hint = f"Try: umbrella new {better}." if _NAME.fullmatch(better) and not keyword.iskeyword(better) else ""
        raise TargetError(explain(what, given=repr(name), hint=hint))
    if package in STANDARD_LIBRARY or package in _TAKEN:
        what = f"a package {package!r} would hide a module of that name, or be hidden by it"
        raise TargetError(explain(what, given=repr(name), hint=f"Try: umbrella new {name}-topology."))
    return package


def _filled(text: str, words: dict[str, str]) -> str:
    return re.sub(r"@([A-Z]+)@", lambda match: words[match[1]], text)
