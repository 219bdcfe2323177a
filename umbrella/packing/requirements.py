"""The requirements of a topology: requirements files, or the dependencies of its project."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from umbrella.errors import BuildError, explain

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_HASH = re.compile(r"(^|\s)--hash[=\s]|^\s*--require-hashes", re.MULTILINE)
_PROJECT = "pyproject.toml"


class Requirements(NamedTuple):
    """What pip must find wheels for.

    Args:
        files: requirements files, as pip reads them.
        lines: single requirements.
        origin: where they come from, for messages.
    """

    files: tuple[Path, ...] = ()
    lines: tuple[str, ...] = ()
    origin: str = ""

    def __bool__(self) -> bool:
        return bool(self.files or self.lines)

    @property
    def hashed(self) -> bool:
        """Whether pip will require hashes for everything."""
        return any(_HASH.search(file.read_text("utf-8")) for file in self.files)


def read_requirements(files: Sequence[Path], project: Path | None) -> Requirements:
    """Return the requirements of some requirements files and of a project.

    Args:
        files: requirements files.
        project: a folder in the project, or None for no project.

    Raises:
        BuildError: a file is missing or cannot be read, or the project declares no dependencies.
    """
    for file in files:
        if not file.is_file():
            what = f"there is no requirements file {file}"
            raise BuildError(explain(what, hint=f"The current folder is {Path.cwd()}."))
    if project is None:
        return Requirements(tuple(files), (), ", ".join(map(str, files)))
    path, lines = _dependencies(project)
    return Requirements(tuple(files), tuple(lines), ", ".join(map(str, [*files, path])))


def _dependencies(folder: Path) -> tuple[Path, list[str]]:
    path = next((one / _PROJECT for one in (folder, *folder.parents) if (one / _PROJECT).is_file()), None)
    if path is None:
        hint = "Name a requirements file: --requirements requirements.txt."
        raise BuildError(explain(f"there is no {_PROJECT} in {folder} or above", hint=hint))
    try:
        project: dict[str, Any] = tomllib.loads(path.read_text("utf-8")).get("project", {})
    except ValueError as exc:
        raise BuildError(explain(f"{path} is no TOML", given=str(exc))) from exc
    lines = project.get("dependencies")
    if "dependencies" in project.get("dynamic", []) or not isinstance(lines, list):
        hint = "List them there, or use --requirements FILE."
        raise BuildError(explain(f"{path} has no list of dependencies under [project]", hint=hint))
    return path, [str(line) for line in lines]
