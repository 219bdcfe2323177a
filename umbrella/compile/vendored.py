"""Unpacks wheels under resources/ of the jar, where a worker's Python imports from before it looks anywhere else."""

from __future__ import annotations

import re
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from umbrella.compile.archives import read_archive
from umbrella.compile.contents import RESOURCES, Contents
from umbrella.errors import BuildError, explain

# Read back on the worker by umbrella.multilang.built_for.
PYTHON_KEY = "umbrella.python"
PLATFORM_KEY = "umbrella.platform"

_WHEEL = re.compile(
    r"(?P<name>[^-]+)-(?P<version>[^-]+)(-\d[^-]*)?-(?P<python>[^-]+)-(?P<abi>[^-]+)-(?P<platform>[^-]+)\.whl"
)
_CPYTHON = re.compile(r"cp(\d)(\d+)t?")
_LINUX = re.compile(r"(?:many|musl)?linux(?:\d+|_\d+_\d+)?_(.+)")
_MAC = re.compile(r"macosx_\d+_\d+_(.+)")
_INTO_PATH = ("purelib", "platlib")
_LEFT_OUT = ("scripts", "headers")


class Wheel(NamedTuple):
    """A wheel that was made by others, and the tags in its name."""

    path: Path
    name: str
    version: str
    python: str
    abi: str
    platform: str

    @property
    def label(self) -> str:
        """How to call it in a message."""
        return f"{self.name} {self.version}"


def wheel_of(path: Path) -> Wheel:
    """Return what a wheel's file name says.

    Raises:
        BuildError: it is no name of a wheel.
    """
    match = _WHEEL.fullmatch(path.name)
    if match is None:
        valid = ["numpy-2.3.1-cp311-cp311-manylinux_2_28_x86_64.whl"]
        raise BuildError(explain("this is no name of a wheel", given=str(path), valid=valid))
    return Wheel(path, match["name"], match["version"], match["python"], match["abi"], match["platform"])


def settings_of(wheels: Iterable[Wheel]) -> dict[str, Any]:
    """Return the settings that tell a worker which Python and machine the wheels are for; none for plain Python."""
    settings: dict[str, Any] = {}
    lowest = (0, 0)
    for wheel in wheels:
        version = _python_of(wheel)
        if version and wheel.abi != "abi3":
            settings[PYTHON_KEY] = f"{version[0]}.{version[1]}"
        elif version:
            lowest = max(lowest, version)
        machine = _machine_of(wheel.platform)
        if machine:
            settings[PLATFORM_KEY] = machine
    if lowest > (0, 0):
        settings.setdefault(PYTHON_KEY, f">={lowest[0]}.{lowest[1]}")
    return settings


def add_wheels(contents: Contents, wheels: Sequence[Wheel], taken: dict[str, str]) -> list[str]:
    """Add the files of wheels; returns notes on what was left out.

    Args:
        contents: the jar.
        wheels: the wheels.
        taken: what the names that can be imported from the jar already belong to; those of the wheels are added.

    Raises:
        BuildError: a wheel cannot be read, or its modules would hide others or be hidden; all of these are told.
    """
    notes: list[str] = []
    clashes: list[str] = []
    for wheel in wheels:
        files = dict(_files(wheel, notes))
        clashes += _clashes(wheel, files, taken)
        if not clashes:
            for name, data in files.items():
                contents.add(RESOURCES + name, wheel.label, data, f"{wheel.path.name}!{name}")
    if clashes:
        lines = "\n".join(f"  {one}" for one in clashes)
        raise BuildError(f"modules of the requirements cannot lie beside the others in the jar:\n{lines}")
    return notes


def _files(wheel: Wheel, notes: list[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a wheel by where they are imported from; its folders for other places are put right."""
    for name, data in read_archive(wheel.path):
        top, _, rest = name.partition("/")
        if not top.endswith(".data"):
            if name.endswith(".pth") and "/" not in name:
                notes.append(f"{wheel.label}: {name} has no effect in a jar")
            yield name, data
            continue
        kind, _, inner = rest.partition("/")
        if kind in _INTO_PATH:
            yield inner, data
        elif kind not in _LEFT_OUT:
            notes.append(f"left out {name} of {wheel.label}: it belongs outside of Python's folders")


def _clashes(wheel: Wheel, files: dict[str, bytes], taken: dict[str, str]) -> Iterator[str]:
    for module in sorted(importable(files)):
        owner = taken.get(module, "")
        if not owner and module in STANDARD_LIBRARY:
            owner = "Python itself"
        # Packages without __init__.py are shared on purpose (google, azure, ...); files that differ are found later.
        shared = owner.startswith("requirement") and f"{module}/__init__.py" not in files
        if owner and not shared:
            yield f"{module}: of the requirement {wheel.label}, and of {owner}"
        taken.setdefault(module, f"requirement {wheel.label}")


def importable(names: Iterable[str]) -> set[str]:
    """Return the top names that Python would import from a folder with these files."""
    found = set()
    for name in names:
        top, slash, _ = name.partition("/")
        if slash:
            module = top
        elif top.endswith((".py", ".so", ".pyd")):
            module = top.partition(".")[0]
        else:
            continue
        if module.isidentifier():
            found.add(module)
    return found


def _python_of(wheel: Wheel) -> tuple[int, int] | None:
    """Return the CPython a wheel with compiled code is for, or None for any."""
    match = _CPYTHON.match(wheel.python)
    return (int(match[1]), int(match[2])) if match and wheel.abi != "none" else None


def _machine_of(platform: str) -> str:
    """Return ``sys.platform`` and the machine that a wheel is for, or "" for any."""
    first = platform.split(".")[0]
    for pattern, system in ((_LINUX, "linux"), (_MAC, "darwin")):
        match = pattern.fullmatch(first)
        if match:
            return f"{system}-{match[1]}" if match[1] != "universal2" else system
    return "win32" if first.startswith("win") else ""


def _standard_library() -> frozenset[str]:
    if sys.version_info >= (3, 10):
        return sys.stdlib_module_names
    folder = Path(sysconfig.get_path("stdlib"))
    files = {one.name.partition(".")[0] for one in folder.iterdir() if one.suffix == ".py" or one.is_dir()}
    return frozenset(files | set(sys.builtin_module_names))


STANDARD_LIBRARY = _standard_library()
