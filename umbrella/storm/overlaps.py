"""Classes of a topology's jars that Storm's workers have too; Storm's take precedence."""

from __future__ import annotations

import contextlib
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from umbrella.storm.distribution import Distribution

# What workers of Storm 2 have (lib-worker), among the jars of a fetched Storm, which are its daemons'.
_ON_WORKERS = (
    "amqp-client-",
    "bcpkix-",
    "bcprov-",
    "bcutil-",
    "jakarta.activation-",
    "jakarta.xml.bind-api-",
    "javax.annotation-api-",
    "jspecify-",
    "kryo-",
    "log4j-",
    "metrics-",
    "minlog-",
    "objenesis-",
    "reflectasm-",
    "slf4j-api-",
    "storm-client-",
    "storm-shaded-deps-",
)


def overlaps(jars: Sequence[Path], storm: Distribution) -> list[str]:
    """Return a line for each topology's jar and Storm's jar that share a class name with different content."""
    if not jars:  # Storm has many jars to read
        return []
    of_storm = {name: (crc, path) for path in _worker_jars(storm) for name, crc in _classes(path)}
    found: dict[tuple[str, str], list[str]] = {}
    for path in jars:
        for name, crc in _classes(path):
            known = of_storm.get(name)
            if known is not None and known[0] != crc:
                found.setdefault((path.name, known[1].name), []).append(name)
    return [_line(ours, theirs, names) for (ours, theirs), names in found.items()]


def class_path(storm: Distribution, jars: Sequence[Path]) -> list[Path]:
    """Return Storm's jars and a topology's jars in a worker's classpath order: Storm's come first.

    Jars that only Storm's daemons have, such as Jackson, come last: on a worker they do not replace the topology's.
    """
    of_workers = _worker_jars(storm)
    names = {path.name for path in of_workers}
    return [*of_workers, *jars, *(path for path in storm.jars if path.name not in names)]


def _line(ours: str, theirs: str, names: list[str]) -> str:
    first = min(names)[: -len(".class")].replace("/", ".")
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"{ours} has {first}{more}, which workers take from Storm's {theirs}: its own are hidden"


def _worker_jars(storm: Distribution) -> list[Path]:
    of_workers = sorted((storm.home / "lib-worker").glob("*.jar"))
    return of_workers or [path for path in storm.jars if path.name.startswith(_ON_WORKERS)]


def _classes(path: Path) -> Iterator[tuple[str, int]]:
    with contextlib.suppress(OSError, zipfile.BadZipFile), zipfile.ZipFile(path) as archive:  # packing reports it
        for info in archive.infolist():
            ours = not info.filename.startswith("META-INF/") and info.filename != "module-info.class"
            if ours and info.filename.endswith(".class"):
                yield info.filename, info.CRC
