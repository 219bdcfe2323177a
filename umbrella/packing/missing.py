"""Finds all requirements without a wheel, and what exists instead: pip stops at the first one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from umbrella.packing.pip import PipResult
from umbrella.packing.stubs import normalized, write_stub

_NOT_FOUND = re.compile(r"^ERROR: No matching distribution found for (.+)$", re.MULTILINE)
_VERSIONS = re.compile(r"^ERROR: Could not find a version .*?\(from versions: (.*)\)$", re.MULTILINE)
_SKIPPED = re.compile(
    r"Skipping link: (.*?): (?:\S*/)?([^/\s#]+\.(?:whl|tar\.gz|zip|tar\.bz2))(?:[#\s]|$)", re.MULTILINE
)
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*")
_PINNED = re.compile(r"===?\s*([^\s,;]+)")
_MOST = 50  # maximum number of requirements without a wheel
_MOST_SHOWN = 6


class Missing(NamedTuple):
    """A requirement without a matching wheel, and what the index has for it."""

    requirement: str
    there: str

    def __str__(self) -> str:
        return f"{self.requirement}: {self.there}"


def all_missing(first: PipResult, again: Callable[[Path], PipResult], folder: Path) -> tuple[list[Missing], PipResult]:
    """Return every requirement without a wheel, and the last result of pip.

    Args:
        first: the result in which pip gave up.
        again: runs pip again, with the wheels of a folder.
        folder: an empty folder, for stubs of what is missing.
    """
    found: list[Missing] = []
    seen: set[str] = set()
    result = first
    while result.code and len(found) < _MOST:
        match = _NOT_FOUND.search(result.text)
        name = _NAME.match(match[1]) if match else None
        if match is None or name is None or normalized(name[0]) in seen:
            break
        seen.add(normalized(name[0]))
        files = dict(_files(result.text, name[0]))
        found.append(Missing(match[1], _there(match[1], files, result.text)))
        pinned = _PINNED.search(match[1])
        versions = {pinned[1] if pinned else "", *map(_version_of, files)} - {""}
        for version in versions or {"0", "9999"}:
            write_stub(folder, name[0], version)
        result = again(folder)
    return found, result


def _files(text: str, name: str) -> Iterator[tuple[str, str]]:
    """Yield the files that pip skipped, and why."""
    for reason, file in _SKIPPED.findall(text):
        if normalized(file).startswith(f"{normalized(name)}-"):
            yield file, reason


def _version_of(file: str) -> str:
    stem = re.sub(r"\.(whl|tar\.gz|zip|tar\.bz2)$", "", file)
    parts = stem.split("-")
    version = parts[1] if file.endswith(".whl") else parts[-1]
    return version if version[:1].isdigit() else ""


def _there(requirement: str, files: dict[str, str], text: str) -> str:
    """Return what exists of a requirement: files of the pinned version, else of the newest one that pip skipped."""
    pinned = _PINNED.search(requirement)
    last = _version_of(list(files)[-1]) if files else ""
    version = pinned[1] if pinned else last
    of_version = [file for file in files if _version_of(file) == version]
    if not of_version:
        versions = _VERSIONS.search(text)
        others = versions[1] if versions and versions[1] != "none" else ""
        if not files and not others:
            return "the index has nothing of that name"
        newest = ", ".join(others.split(", ")[-_MOST_SHOWN:]) if others else last
        return f"no such version; wheels that fit, or the newest there is: {newest}"
    wheels = [file for file in of_version if file.endswith(".whl")]
    if not wheels:
        return f"there is no wheel at all, only the source {of_version[-1]}"
    tags = sorted({"-".join(file[: -len(".whl")].split("-")[-3:]) for file in wheels})
    more = f" and {len(tags) - _MOST_SHOWN} more" if len(tags) > _MOST_SHOWN else ""
    return f"version {version} has wheels for {', '.join(tags[:_MOST_SHOWN])}{more} only"
