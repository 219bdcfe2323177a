"""The entries of a jar while they are gathered: each name once, and alike on every file system."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from umbrella.errors import BuildError, explain

RESOURCES = "resources/"  # what Storm's supervisor unpacks, and the working folder of a component


@dataclass(frozen=True)
class Entry:
    """A file of the jar: its name there, the group it is reported in, its bytes, and where they come from."""

    name: str
    group: str
    data: bytes
    origin: str


class Contents:
    """Entries by name."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self._spellings: dict[str, str] = {}

    def add(self, name: str, group: str, data: bytes, origin: Path | str) -> None:
        """Add an entry; the same bytes under the same name are no fault.

        Raises:
            BuildError: the name has other bytes already, or is told from another one by case alone.
        """
        known = self._entries.get(name)
        if known is not None:
            if known.data != data:
                what = f"two different files would be {name} in the jar"
                raise BuildError(explain(what, given=f"{known.origin} and {origin}", hint="Rename one of them."))
            return
        if name.startswith(RESOURCES):
            self._check_spelling(name)
        self._entries[name] = Entry(name, group, data, str(origin))

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[Entry]:
        return (self._entries[name] for name in sorted(self._entries))

    def _check_spelling(self, name: str) -> None:
        path = PurePosixPath(name)
        for part in (path, *path.parents):
            folded = unicodedata.normalize("NFC", str(part)).casefold()
            spelling = self._spellings.setdefault(folded, str(part))
            if spelling != str(part):
                what = f"{part} and {spelling} differ in spelling only: they would be one file on some workers"
                raise BuildError(explain(what, hint="Rename one of them."))
