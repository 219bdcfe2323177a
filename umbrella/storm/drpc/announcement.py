"""How ``umbrella drpc`` finds a function that an ``umbrella run`` of the same user serves.

A run keeps a file PID.json in the folder ``drpc`` of the cache for as long as it serves. A file whose process has ended
is stale, and is deleted when it is found.
"""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from umbrella.multilang.drpc import FUNCTION
from umbrella.storm.distribution import cache_folder

__all__ = ["FUNCTION", "Announcement", "announce", "announced_ports"]


@dataclass(frozen=True)
class Announcement:
    """The announcement that this process serves a function.

    Attributes:
        path: its file.
    """

    path: Path

    def withdraw(self) -> None:
        """Withdraw the announcement."""
        with contextlib.suppress(OSError):
            self.path.unlink()


def announce(function: str, port: int) -> Announcement:
    """Announce to this user's other processes that this one serves a function.

    Args:
        function: its name.
        port: the DRPC server's port, on 127.0.0.1.
    """
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{os.getpid()}.json"
    entry = {"function": function, "port": port, "started": psutil.Process().create_time()}
    part = path.with_suffix(".part")
    part.write_text(json.dumps(entry), encoding="utf-8")
    os.replace(part, path)
    return Announcement(path)


def announced_ports() -> dict[str, int]:
    """Return the port on 127.0.0.1 of each function served by an ``umbrella run``; the latest run wins."""
    found = []
    for path in _folder().glob("*.json"):
        entry = _read(path)
        if entry is None:
            with contextlib.suppress(OSError):
                path.unlink()
        else:
            found.append((entry["started"], str(entry["function"]), int(entry["port"])))
    return {function: port for _, function, port in sorted(found)}


def _read(path: Path) -> dict[str, Any] | None:
    """Return the content of an announcement, or None if the process that wrote it has ended."""
    with contextlib.suppress(OSError, ValueError, KeyError, psutil.Error):
        entry: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if psutil.Process(int(path.stem)).create_time() == entry["started"]:
            return entry
    return None


def _folder() -> Path:
    return cache_folder() / "drpc"
