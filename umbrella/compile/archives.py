"""Reads jars and wheels of others: every entry is looked at before the first is read, and none touches the disk."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from umbrella.compile.names import fault_of_name, shown
from umbrella.errors import BuildError, explain

MOST_BYTES = 1 << 30  # of all entries of one archive, unpacked

_ENCRYPTED = 0x1
_UNKNOWN_MODE = 0xFFFF  # of old versions of Ant, for folders that they added themselves
_MOST_SHOWN = 20


def read_archive(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a jar or wheel by name, folders left out, in the order of their names.

    Raises:
        BuildError: it is no zip file, is damaged, or holds what no jar may hold; all of that is told at once.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _check(path, entries)
            for entry in sorted(entries, key=lambda one: one.filename):
                if not entry.is_dir():
                    yield entry.filename, archive.read(entry)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError) as exc:
        raise BuildError(explain(f"{path} is no zip file, or a damaged one", given=str(exc))) from exc
    except OSError as exc:
        raise BuildError(explain(f"{path} cannot be read", given=str(exc))) from exc


def _check(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    faults = list(_faults(entries))
    if faults:
        more = [f"  and {len(faults) - _MOST_SHOWN} more"] if len(faults) > _MOST_SHOWN else []
        head = f"{path} holds what a jar may not hold, and nothing of it is taken:"
        raise BuildError("\n".join([head, *(f"  {fault}" for fault in faults[:_MOST_SHOWN]), *more]))


def _faults(entries: list[zipfile.ZipInfo]) -> Iterator[str]:
    names: set[str] = set()
    for entry in entries:
        # Not filename: zipfile cuts that off at a zero byte.
        name = entry.orig_filename
        fault = fault_of_name(name) or _fault_of_kind(entry)
        if not fault and name in names:
            fault = "it is there twice"
        names.add(name)
        if fault:
            yield f"{shown(name)}: {fault}"
    folders = {"/".join(name.split("/")[:depth]) for name in names for depth in range(1, name.count("/") + 1)}
    yield from (f"{shown(name)}: it is a file and a folder" for name in sorted(names & folders))
    size = sum(entry.file_size for entry in entries)
    if size > MOST_BYTES:
        yield f"{size:,} bytes when unpacked, and {MOST_BYTES:,} is the most"


def _fault_of_kind(entry: zipfile.ZipInfo) -> str:
    mode = entry.external_attr >> 16
    if stat.S_ISLNK(mode):
        return "it is a link"
    if mode != _UNKNOWN_MODE and stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "it is neither a file nor a folder"
    if entry.flag_bits & _ENCRYPTED:
        return "it is encrypted"
    return ""
