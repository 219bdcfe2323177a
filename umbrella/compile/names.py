"""Which names a file in a jar may have: a supervisor makes files of them, and so may whoever unpacks the jar."""

from __future__ import annotations

import re

MOST_BYTES = 1000  # of a whole name: Linux takes 4096 for a path, and Storm's own folders come before it
MOST_BYTES_OF_A_PART = 255  # NAME_MAX of every common file system

_DRIVE = re.compile(r"[A-Za-z]:")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SHOWN = 80  # characters of a name in an error


def fault_of_name(name: str) -> str:
    """Return what is wrong with an entry's name, or "" if nothing is.

    Storm's supervisor looks only whether an entry's path begins with that of the folder it unpacks into
    (ServerUtils.extractDirFromJar), so a neighbour of that folder would pass.
    """
    parts = name.rstrip("/").split("/")
    if not name.strip("/"):
        return "it is empty" if not name else "it is absolute"
    if name.startswith("/"):
        return "it is absolute"
    if _DRIVE.match(name):
        return "it begins with a drive letter"
    if "\\" in name:
        return "it has a backslash, which is a folder's end on Windows"
    if _CONTROL.search(name):
        return "it has a control character"
    if ".." in parts:
        return "it leads out of its folder"
    if "." in parts or "" in parts:
        return "it has an empty part"
    try:
        lengths = [len(part.encode()) for part in parts]
    except UnicodeEncodeError:
        return "it is no text: it has bytes that are not UTF-8"
    if max(lengths) > MOST_BYTES_OF_A_PART:
        return f"a part of it has {max(lengths):,} bytes, and {MOST_BYTES_OF_A_PART} is the most"
    if len(name.encode()) > MOST_BYTES:
        return f"it has {len(name.encode()):,} bytes, and {MOST_BYTES:,} is the most"
    return ""


def shown(name: str) -> str:
    """Return a name as an error shows it: quoted, and no longer than a line."""
    return repr(name if len(name) <= _SHOWN else f"{name[:_SHOWN]}...")
