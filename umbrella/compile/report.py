"""What is in a jar that was made, for people to read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class JarEntry:
    """A file in the jar and its size before compression."""

    name: str
    group: str
    size: int


@dataclass(frozen=True)
class JarGroup:
    """The files of one kind, and their size before compression."""

    name: str
    files: int
    size: int


@dataclass(frozen=True)
class JarReport:
    """A jar that was made.

    Args:
        path: where it is.
        size: its bytes.
        sha256: its digest; the same input gives the same one.
        entries: its files, sorted by name.
        notes: what was left out, and what has to be on the workers already.
    """

    path: Path
    size: int
    sha256: str
    entries: tuple[JarEntry, ...]
    notes: tuple[str, ...] = ()

    def groups(self) -> list[JarGroup]:
        """Return the files and bytes of each group, in the order the groups appear in the jar."""
        names = dict.fromkeys(entry.group for entry in self.entries)
        return [self._group(name) for name in names]

    def lines(self) -> Iterator[str]:
        """Yield the report line by line: a table of groups, the whole, the digest, the notes."""
        width = max([len(group.name) for group in self.groups()] + [len("in the jar")])
        yield f"{'group':<{width}}  files       bytes"
        for group in self.groups():
            yield f"{group.name:<{width}}  {group.files:>5}  {group.size:>10,}"
        yield f"{'in the jar':<{width}}  {len(self.entries):>5}  {self.size:>10,}  {self.path}"
        yield f"sha256 {self.sha256}"
        yield from (f"note: {note}" for note in self.notes)

    def _group(self, name: str) -> JarGroup:
        sizes = [entry.size for entry in self.entries if entry.group == name]
        return JarGroup(name, len(sizes), sum(sizes))
