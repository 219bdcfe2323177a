"""The Python and the platform that wheels are chosen for, as pip names them."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import NamedTuple

from umbrella.errors import BuildError, explain

_LINUX = re.compile(r"manylinux_2_(\d+)_(\w+)")
_MUSL = re.compile(r"musllinux_1_(\d+)_(\w+)")
_LEGACY = re.compile(r"manylinux(?:1|2010|2014)_(\w+)")
_MAC = re.compile(r"macosx_\d+_\d+_(\w+)")
_BARE = re.compile(r"linux_(\w+)")
_PYTHON = re.compile(r"3\.(\d+)")
_VALID = ("manylinux_2_28_x86_64", "manylinux_2_17_aarch64", "musllinux_1_2_x86_64", "macosx_11_0_arm64")
_OLDEST_GLIBC = 5
_ALIASES = {5: "manylinux1", 12: "manylinux2010", 17: "manylinux2014"}  # PEP 600


class WheelTarget(NamedTuple):
    """The workers' platform and Python.

    Args:
        platforms: pip's platform tags, best first; empty for this machine.
        python: such as "3.11"; "" for the current Python.
    """

    platforms: tuple[str, ...] = ()
    python: str = ""

    @property
    def is_this_machine(self) -> bool:
        """Whether wheels are chosen for the current Python on this machine."""
        return not self.platforms and self.python in ("", _own_python())

    @property
    def label(self) -> str:
        """The name used in messages."""
        place = self.platforms[0] if self.platforms else "this machine"
        return f"Python {self.python or _own_python()} on {place}"

    def pip_options(self) -> list[str]:
        """Return the pip options for this target."""
        if self.is_this_machine:
            return []
        options = ["--python-version", self.python or _own_python(), "--implementation", "cp"]
        return [*options, *(f"--platform={one}" for one in self.platforms)]


def wheel_target(platforms: Sequence[str], python: str) -> WheelTarget:
    """Return the target for values of ``--platform`` and ``--python-version``.

    Raises:
        BuildError: one is malformed, or the platforms are of different machine types.
    """
    if python and not _PYTHON.fullmatch(python):
        what = "--python-version is the workers' Python by its first two numbers"
        raise BuildError(explain(what, given=python, valid=["3.9", "3.11"]))
    if python and int(python[2:]) < 9:
        raise BuildError(explain("the workers need Python 3.9 or newer", given=f"--python-version {python}"))
    tags = list(dict.fromkeys(tag for platform in platforms for tag in _tags(platform)))
    machines = {_machine(platform) for platform in platforms}
    if len(machines) > 1:
        what = "a jar is for one kind of machine: its compiled files lie side by side in one folder"
        raise BuildError(explain(what, given=", ".join(platforms), hint="Build a jar for each."))
    return WheelTarget(tuple(tags), python)


def _tags(platform: str) -> list[str]:
    """Return a platform and the older ones whose wheels run there as well; pip itself knows those only for macOS."""
    linux, musl = _LINUX.fullmatch(platform), _MUSL.fullmatch(platform)
    if linux:
        tags = []
        for minor in range(int(linux[1]), _OLDEST_GLIBC - 1, -1):
            tags += [f"manylinux_2_{minor}_{linux[2]}"]
            tags += [f"{_ALIASES[minor]}_{linux[2]}"] if minor in _ALIASES else []
        return tags
    if musl:
        return [f"musllinux_1_{minor}_{musl[2]}" for minor in range(int(musl[1]), 0, -1)]
    if _LEGACY.fullmatch(platform) or _MAC.fullmatch(platform):
        return [platform]
    bare = _BARE.fullmatch(platform)
    hint = f"Try manylinux_2_28_{bare[1]} for workers with glibc 2.28 or newer." if bare else ""
    raise BuildError(
        explain("there is no platform of that name", given=f"--platform {platform}", valid=_VALID, hint=hint)
    )


def _machine(platform: str) -> str:
    found = next(filter(None, (pattern.fullmatch(platform) for pattern in (_LINUX, _MUSL, _LEGACY, _MAC))))
    return f"{platform[:3]} {found[found.re.groups]}"


def _own_python() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"
