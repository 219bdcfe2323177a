"""The entries of a jar while they are gathered: each name once, and alike on every file system."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from umbrella.compile.names import fault_of_name, shown
from umbrella.errors import BuildError, explain

RESOURCES = "resources/"  # what Storm's supervisor unpacks, and the working folder of a component
NAMES = f"{RESOURCES}umbrella.names/"  # files whose names are not ASCII, put right by umbrella.multilang.loading


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
        self._folders: dict[str, str] = {}

    def add(self, name: str, group: str, data: bytes, origin: Path | str) -> None:
        """Add an entry; the same bytes under the same name are no fault.

        Raises:
            BuildError: the name is none a jar may hold, has other bytes already, is a folder of other entries, or is
                told from another one by case alone.
        """
        fault = fault_of_name(name)
        if fault:
            what = f"{shown(name)} is no name for a file in a jar: {fault}"
            raise BuildError(explain(what, given=str(origin), hint="Rename it."))
        known = self._entries.get(name)
        if known is not None:
            if known.data != data:
                what = f"two different files would be {name} in the jar"
                raise BuildError(explain(what, given=f"{known.origin} and {origin}", hint="Rename one of them."))
            return
        self._check_folders(name, origin)
        if name.startswith(RESOURCES):
            self._check_spelling(name)
        self._entries[name] = Entry(name, group, data, str(origin))

    def add_lines(self, name: str, group: str, data: bytes, origin: Path | str) -> None:
        """Add the lines of a file that several jars have, such as META-INF/services/*, to those already there."""
        known = self._entries.pop(name, None)
        if known is not None:
            lines = [*known.data.splitlines(), *data.splitlines()]
            data = b"".join(line + b"\n" for line in dict.fromkeys(line.rstrip() for line in lines))
            group, origin = known.group, known.origin
        self.add(name, group, data, origin)

    def get(self, name: str) -> Entry | None:
        """Return the entry of that name, or None."""
        return self._entries.get(name)

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[Entry]:
        return (self._entries[name] for name in sorted(self._entries))

    def stored(self) -> dict[str, Entry]:
        """Return the entries by the names they have in the file, sorted.

        A supervisor in a C locale unpacks größen.py as gr??en.py. So such a file has a number for its name, and a list
        of the names lies beside: a worker renames the files before it imports anything.
        """
        found = {entry.name: entry for entry in self if entry.name.isascii() or not entry.name.startswith(RESOURCES)}
        others = [entry for entry in self if entry.name not in found]
        if others:
            names = {str(number): entry.name[len(RESOURCES) :] for number, entry in enumerate(others)}
            found.update((f"{NAMES}{number}", entry) for number, entry in enumerate(others))
            found[f"{NAMES}names.json"] = Entry("", "umbrella", json.dumps(names, indent=1).encode("ascii"), "Umbrella")
        return dict(sorted(found.items()))

    def _check_folders(self, name: str, origin: Path | str) -> None:
        folders = [str(part) for part in PurePosixPath(name).parents][:-1]
        clash = next((one for one in folders if one in self._entries), "")
        other = self._entries[clash].origin if clash else self._folders.get(name, "")
        if other:
            what = f"{clash or name} would be a file and a folder in the jar"
            raise BuildError(explain(what, given=f"{other} and {origin}", hint="Rename one of them."))
        for folder in folders:
            self._folders.setdefault(folder, str(origin))

    def _check_spelling(self, name: str) -> None:
        path = PurePosixPath(name)
        for part in (path, *path.parents):
            folded = unicodedata.normalize("NFC", str(part)).casefold()
            spelling = self._spellings.setdefault(folded, str(part))
            if spelling != str(part):
                what = f"{part} and {spelling} differ in spelling only: they would be one file on some workers"
                raise BuildError(explain(what, hint="Rename one of them."))
