"""A topology with the jar its workers run: out of MODULE:TOPOLOGY, built on the spot, or out of a jar built before."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from umbrella.compile.description import read_jar
from umbrella.compile.jar import build_jar
from umbrella.compile.report import JarReport
from umbrella.compile.sources import collect_sources
from umbrella.dsl.to_spec import spec_of
from umbrella.spec import TopologySpec
from umbrella.target import load_target
from umbrella.version import VERSION


class Packed(NamedTuple):
    """What is submitted.

    Attributes:
        spec: the topology.
        jar: what its workers run.
        version: the Umbrella whose worker part is in the jar.
        report: on the jar, if it was built on the spot.
    """

    spec: TopologySpec
    jar: Path
    version: str
    report: JarReport | None = None


def is_jar(target: str) -> bool:
    """Whether a target names a jar rather than a topology."""
    return target.endswith(".jar") and ":" not in Path(target).name


def pack(target: str, folder: Path) -> Packed:
    """Return the topology of a target and its jar.

    Args:
        target: MODULE:TOPOLOGY, or a jar made by ``umbrella jar``.
        folder: where a jar is built, if one is.

    Raises:
        TargetError: it leads to no topology.
        TopologyError: the topology has problems.
        BuildError: the jar is not one of ours, or none can be made.
    """
    if is_jar(target):
        found = read_jar(Path(target))
        return Packed(found.spec, Path(target), found.version)
    loaded = load_target(target)
    spec = spec_of(loaded.topology)
    report = build_jar(spec, collect_sources(loaded.module, loaded.root), folder / f"{spec.name}.jar")
    return Packed(spec, report.path, VERSION, report)
