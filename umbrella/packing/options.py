"""The user's packing options, and how to gather what they ask for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from umbrella.compile.jar import DataFile, Extras
from umbrella.compile.names import fault_of_name
from umbrella.errors import BuildError, explain
from umbrella.packing.platforms import wheel_target
from umbrella.packing.requirements import read_requirements
from umbrella.packing.wheels import find_wheels


class Packing(NamedTuple):
    """What goes into a jar besides the code, and which files of the code.

    Args:
        requirements: requirements files.
        project: whether to include the dependencies of the project's pyproject.toml.
        platforms: the workers' platforms as pip names them; empty for this machine.
        python: the workers' Python; "" for the current one.
        data: PATH or PATH=NAME of files and folders.
        jars: Java jars.
        artifacts: Maven coordinates of more jars, as GROUP:ARTIFACT:VERSION.
        java_check: whether to check Java components against their classes, if Java and Storm are available.
        include: files to include although they look like secrets.
        exclude: files to exclude.
    """

    requirements: tuple[Path, ...] = ()
    project: bool = False
    platforms: tuple[str, ...] = ()
    python: str = ""
    data: tuple[str, ...] = ()
    jars: tuple[Path, ...] = ()
    artifacts: tuple[str, ...] = ()
    java_check: bool = True
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


def gather(packing: Packing, root: Path, kept: Path, step: Callable[[str], None]) -> tuple[Extras, list[str]]:
    """Return what goes into a jar besides the code, and notes.

    Args:
        packing: the user's options.
        root: the folder that the topology is imported from.
        kept: the cache folder for wheels.
        step: called with a short text for each step.

    Raises:
        BuildError: something is missing or malformed; see also ``find_wheels``.
    """
    target = wheel_target(packing.platforms, packing.python)
    asked = read_requirements(packing.requirements, root if packing.project else None)
    if not asked and (packing.platforms or packing.python) and not packing.project:
        what = "--platform and --python-version choose wheels, and no requirements are named"
        raise BuildError(explain(what, hint="Add --requirements FILE or --project."))
    wheels, notes = find_wheels(asked, target, kept, step) if asked else ((), [])
    return Extras(wheels, tuple(map(_data_file, packing.data)), packing.jars), notes


def _data_file(text: str) -> DataFile:
    path, equals, name = text.rpartition("=")
    if not equals or Path(text).exists():
        path, name = text, Path(text).resolve().name
    fault = fault_of_name(name)
    if fault or not path:
        what = "data is PATH, or PATH=NAME with a name below the workers' folder"
        raise BuildError(explain(what, given=f"--data {text}", valid=["geo/cities.csv", "geo/cities.csv=data/c.csv"]))
    return DataFile(Path(path), name.rstrip("/"))
