"""A topology and the jar its workers run: built now from MODULE:TOPOLOGY, or read from a jar built earlier."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from umbrella.compile.contents import RESOURCES
from umbrella.compile.description import read_jar
from umbrella.compile.jar import build_jar
from umbrella.compile.lower import Lowered, lower
from umbrella.compile.report import JarReport
from umbrella.compile.sources import Sources, collect_sources
from umbrella.dsl.artifacts import artifacts_of
from umbrella.dsl.to_spec import spec_of
from umbrella.errors import BuildError, StormNotFoundError, TopologyError, explain
from umbrella.packing.imports import Imports, find_imports, lacking
from umbrella.packing.options import Packing, gather
from umbrella.spec import TopologySpec
from umbrella.storm.artifacts import java_jars
from umbrella.storm.distribution import cache_folder, locate
from umbrella.storm.java_check import check_java, java_components
from umbrella.storm.overlaps import overlaps
from umbrella.target import Target, load_target
from umbrella.version import VERSION

NOTHING = Packing()
_SHOWN = 5  # files listed in a note


class Packed(NamedTuple):
    """What is submitted to Nimbus.

    Attributes:
        spec: the topology.
        jar: the jar that its workers run.
        version: the version of Umbrella whose worker code is in the jar.
        report: the build report, if the jar was built now.
    """

    spec: TopologySpec
    jar: Path
    version: str
    report: JarReport | None = None

    def lowered(self, spec: TopologySpec) -> Lowered:
        """Return a topology in Storm's terms, without lowering again the one that the jar was just built from.

        Args:
            spec: this topology, possibly with other settings.

        Raises:
            BuildError: Storm cannot express something in it.
        """
        built = self.report.lowered if self.report else None
        return built if built and built.spec == spec else lower(spec)


def is_jar(target: str) -> bool:
    """Whether a target names a jar rather than a topology."""
    return target.endswith(".jar") and ":" not in Path(target).name


def pack(
    target: str, folder: Path, packing: Packing = NOTHING, step: Callable[[str], None] = lambda text: None
) -> Packed:
    """Return the topology of a target and its jar.

    Args:
        target: MODULE:TOPOLOGY, or a jar made by ``umbrella jar``.
        folder: where to build the jar, if one is built.
        packing: what to put into that jar besides the code.
        step: called with a short progress text.

    Raises:
        TargetError: it does not name a topology.
        TopologyError: the topology has problems.
        BuildError: the jar was not built by Umbrella, or a jar cannot be built.
    """
    if is_jar(target):
        if packing != NOTHING:
            what = "what goes into a jar is said when it is built, and this one is built already"
            raise BuildError(explain(what, given=target, hint="Say it to `umbrella jar`."))
        found = read_jar(Path(target))
        return Packed(found.spec, Path(target), found.version)
    loaded = load_target(target)
    spec = spec_of(loaded.topology)
    report = build(loaded, spec, folder / f"{spec.name}.jar", packing, step)
    return Packed(report.lowered.spec if report.lowered else spec, report.path, VERSION, report)


def build(target: Target, spec: TopologySpec, out: Path, packing: Packing, step: Callable[[str], None]) -> JarReport:
    """Build the jar of a loaded topology.

    Raises:
        BuildError: the jar cannot be built.
        TopologyError: a Java component does not match its class.
        StormNotFoundError: artifacts are requested, but Maven is missing.
    """
    packing = packing._replace(jars=java_jars(packing.jars, artifacts_of(target.topology, packing.artifacts), step))
    java_notes = _look_at_java(spec, packing, step)
    sources = collect_sources(target.module, target.root, packing.include, packing.exclude)
    imports = find_imports(target.module, spec)
    complete = sources.with_entries(imports.folders())
    extras, notes = gather(packing, target.root, cache_folder() / "wheels", step)
    step(f"writing {out}")
    report = build_jar(spec, complete, out, extras)
    names = {one.name[len(RESOURCES) :] for one in report.entries if one.name.startswith(RESOURCES)}
    left = [*_beside(sources, imports, names), *lacking(imports, spec.python, names)]
    return replace(report, notes=(*notes, *java_notes, *report.notes, *left))


def _beside(sources: Sources, imports: Imports, names: set[str]) -> Iterator[str]:
    """Yield notes on files next to a single-file topology: modules that are included, and data files that are not."""
    if not any(entry.endswith(".py") for entry in sources.entries):
        return
    used = {name for folder, found in imports.folders().items() if folder == sources.root for name in found}
    unused = [name for name in sources.entries if name not in used]
    if unused:
        yield f"in the jar, though nothing imports them: {_some(unused)}; --exclude NAME leaves one out"
    data = [name for name in sources.beside() if name not in names]
    named = [name for name in data if any(name in text for text in imports.texts)]
    if data:
        others = [name for name in data if name not in named]
        yield f"not in the jar: {_some([*named, *others])}; --data PATH puts a file in"


def _some(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _look_at_java(spec: TopologySpec, packing: Packing, step: Callable[[str], None]) -> list[str]:
    """Return notes on the Java components and jars; nothing can be checked where Java or Storm is missing."""
    components = java_components(spec) if packing.java_check else []
    if not components and not packing.jars:
        return []
    try:
        notes = overlaps(packing.jars, locate())
        if not components:
            return notes
        step("checking the Java components")
        found = check_java(spec, packing.jars)
    except StormNotFoundError as exc:
        return [f"Java components and jars were not checked: {exc}"]
    if found.problems and packing.jars:
        raise TopologyError(spec.name, found.problems)
    # Without jars, the classes may be only on the workers, in Storm's extlib.
    return [*notes, *map(str, found.problems), *found.notes]
