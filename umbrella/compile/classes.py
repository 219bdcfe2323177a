"""Merges Java jars into the topology's jar: a worker's classpath holds that one jar of the topology's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from umbrella.compile.archives import read_archive
from umbrella.compile.contents import RESOURCES, Contents
from umbrella.errors import BuildError, explain

MANIFEST = "META-INF/MANIFEST.MF"
_SERVICES = "META-INF/services/"
_LICENCE = re.compile(r"META-INF/((?:LICENSE|LICENCE|NOTICE|DEPENDENCIES)[^/]*)", re.IGNORECASE)
# What says something of the one jar only. A signature left in makes the JVM refuse every class of the merged jar.
# And a class path has no modules.
_OF_ONE_JAR = re.compile(
    r"META-INF/(MANIFEST\.MF|INDEX\.LIST|[^/]+\.(SF|RSA|DSA|EC)|SIG-[^/]*|maven/.*)"
    r"|(META-INF/versions/\d+/)?module-info\.class",
    re.IGNORECASE,
)
_MULTI_RELEASE = re.compile(rb"^Multi-Release:\s*true\s*$", re.IGNORECASE | re.MULTILINE)
_STORMS_MARK = "defaults.yaml"  # ConfigUtils.readDefaultConfig refuses to run with two of them
_MOST_SHOWN = 10


def add_jars(contents: Contents, jars: Sequence[Path]) -> list[str]:
    """Add the classes and other files of Java jars; returns notes on what was left out.

    Raises:
        BuildError: a jar cannot be read, holds what no jar may hold or Storm itself, or has a file that differs from
            one in the jar; all of the latter are told at once.
    """
    notes: list[str] = []
    conflicts: list[str] = []
    for path in jars:
        left_out = 0
        for name, data in read_archive(path):
            if name == _STORMS_MARK:
                what = f"{path} holds Storm itself ({name}), which is on the workers already"
                raise BuildError(explain(what, hint="Build it with Storm as a `provided` dependency."))
            if name.startswith(RESOURCES):
                left_out += 1
            elif name.startswith(_SERVICES):
                contents.add_lines(name, path.name, data, f"{path}!{name}")
            elif not _OF_ONE_JAR.fullmatch(name):
                conflicts += _add(contents, path, name, data)
        if left_out:
            notes.append(f"left out {left_out} files under {RESOURCES} of {path.name}: that folder is for Python code")
    if conflicts:
        raise BuildError(_conflict_text(conflicts))
    return notes


def is_multi_release(jars: Sequence[Path]) -> bool:
    """Whether one of the jars has classes for some Java releases only."""
    return any(
        name == MANIFEST and bool(_MULTI_RELEASE.search(data)) for path in jars for name, data in read_archive(path)
    )


def _add(contents: Contents, path: Path, name: str, data: bytes) -> Iterator[str]:
    licence = _LICENCE.fullmatch(name)
    target = f"META-INF/licenses/{path.stem}/{licence[1]}" if licence else name
    known = contents.get(target)
    if known is not None and known.data != data:
        yield f"{target}: in {known.origin.partition('!')[0]} and in {path}"
    else:
        contents.add(target, path.name, data, f"{path}!{name}")


def _conflict_text(conflicts: list[str]) -> str:
    lines = ["files of the jars differ under the same name, and one of each would be lost:"]
    lines += [f"  {conflict}" for conflict in conflicts[:_MOST_SHOWN]]
    if len(conflicts) > _MOST_SHOWN:
        lines.append(f"  and {len(conflicts) - _MOST_SHOWN} more")
    return "\n".join([*lines, "Leave one of the jars out, or use jars of matching versions."])
