"""What is in a jar that was made, for people to read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from umbrella.compile.lower import Lowered

LARGEST = 5  # entries that are named with their size


@dataclass(frozen=True)
class JarEntry:
    """A file in the jar, its size before compression, and the bytes it takes up in the jar."""

    name: str
    group: str
    size: int
    packed: int = 0


@dataclass(frozen=True)
class JarGroup:
    """The files of one kind, their size before compression, and the bytes they take up in the jar."""

    name: str
    files: int
    size: int
    packed: int = 0


@dataclass(frozen=True)
class JarReport:
    """A jar that was made.

    Args:
        path: where it is.
        size: its bytes.
        sha256: its digest; the same input gives the same one.
        entries: its files, sorted by name.
        notes: what was left out, and what has to be on the workers already.
        lowered: the topology with the settings that say what the jar was built for; this one is to be submitted.
    """

    path: Path
    size: int
    sha256: str
    entries: tuple[JarEntry, ...]
    notes: tuple[str, ...] = ()
    lowered: Lowered | None = None

    def groups(self) -> list[JarGroup]:
        """Return the files and bytes of each group, the largest first."""
        names = dict.fromkeys(entry.group for entry in self.entries)
        return sorted((self._group(name) for name in names), key=lambda group: (-group.size, group.name))

    def largest(self) -> list[JarEntry]:
        """Return the largest entries, the largest first."""
        return sorted(self.entries, key=lambda entry: (-entry.size, entry.name))[:LARGEST]

    def lines(self) -> Iterator[str]:
        """Yield the report line by line: groups, largest entries, the whole, the digest, the notes."""
        groups, largest = self.groups(), self.largest()
        rows = [(group.name, str(group.files), group.size, group.packed) for group in groups]
        rows += [(f"  {entry.name}", "", entry.size, entry.packed) for entry in largest]
        unpacked = sum(entry.size for entry in self.entries)
        rows.append(("in all", str(len(self.entries)), unpacked, sum(entry.packed for entry in self.entries)))
        width = max(len(name) for name, *_ in rows)
        yield f"{'group':<{width}}  files       bytes      in jar"
        for number, (name, files, size, packed) in enumerate(rows):
            if number == len(groups):
                yield "largest:"
            yield f"{name:<{width}}  {files:>5}  {size:>10,}  {packed:>10,}"
        yield f"wrote {self.path}: {self.size:,} bytes"
        yield f"sha256 {self.sha256}"
        yield from (f"note: {note}" for note in self.notes)

    def _group(self, name: str) -> JarGroup:
        entries = [entry for entry in self.entries if entry.group == name]
        return JarGroup(name, len(entries), sum(one.size for one in entries), sum(one.packed for one in entries))
