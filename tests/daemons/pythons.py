"""The Pythons of this machine that a worker could run."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

OLDEST = (3, 9)
_ANSWER_SECONDS = 60
_CODE = "import sys; print(*sys.version_info[:3]); print(getattr(sys, 'real_prefix', sys.base_prefix) == sys.prefix)"


class Python(NamedTuple):
    """A Python with nothing installed into it for Umbrella."""

    version: tuple[int, ...]
    path: Path

    def __str__(self) -> str:
        return ".".join(map(str, self.version))


def oldest_and_newest() -> list[Python]:
    """Return the oldest and the newest Python that Umbrella runs on; one alone if that is all there is."""
    looked_at = filter(None, map(_looked_at, _candidates()))
    found = sorted({python.version: python for python in looked_at}.values())
    return found[:1] + found[1:][-1:]


def _candidates() -> Iterator[Path]:
    """Yield the Pythons on PATH, and those of pyenv, of which only some are on PATH."""
    folders = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    for folder in [*folders, *pyenv.glob("versions/*/bin")]:
        yield from folder.glob("python3")
        yield from folder.glob("python3.[0-9]*[0-9]")


def _looked_at(path: Path) -> Python | None:
    """Return what a program is if it is a Python that will do: new enough, and no virtual environment."""
    try:
        done = subprocess.run(
            [str(path), "-c", _CODE], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_ANSWER_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode:
        return None
    version, own = done.stdout.splitlines()
    numbers = tuple(map(int, version.split()))
    return Python(numbers, path) if numbers >= OLDEST and own == "True" else None
