"""Maven artifacts: resolves coordinates to jars, without those that Storm's workers already have.

Layout, in the folder of ``distribution.cache_folder``::

    provided/2.8.3.txt            what workers of that Storm have, one group:artifact per line
    artifacts/DIGEST/*.jar        the jars of a set of coordinates, for one version of Storm
    artifacts/DIGEST.partial/     while they are being fetched
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from umbrella.compile.classes import add_jars
from umbrella.compile.contents import Contents
from umbrella.errors import BuildError, StormError, StormNotFoundError, explain
from umbrella.storm.distribution import DEFAULT_VERSION, cache_folder
from umbrella.storm.java import run_maven

Progress = Callable[[str], None]

# The same 2.x line of the plugin that distribution.py uses.
_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:2.10"
_COORDINATES = re.compile(r"[\w.-]+:[\w.-]+:[\w.-]+")
_LISTED = re.compile(r"\s+([\w.-]+):([\w.-]+):jar:")


def java_jars(
    jars: Sequence[Path], coordinates: Sequence[str], step: Progress, version: str = DEFAULT_VERSION
) -> tuple[Path, ...]:
    """Return the named jars followed by those of ``resolve``, after a check that they fit into one jar.

    Raises:
        BuildError: a jar is missing, is damaged or conflicts with the others; see also ``resolve``.
        StormNotFoundError: Maven was not found.
    """
    for path in jars:
        if not path.is_file():
            raise BuildError(explain(f"there is no jar {path}", hint=f"The current folder is {Path.cwd()}."))
    found = (*jars, *resolve(coordinates, step, version))
    add_jars(Contents(), found)  # a JVM skips a jar that it cannot read, and uses the first of two classes
    return found


def resolve(coordinates: Sequence[str], step: Progress, version: str = DEFAULT_VERSION) -> tuple[Path, ...]:
    """Return the jars of artifacts and of their dependencies, without those that Storm's workers already have.

    Args:
        coordinates: each as GROUP:ARTIFACT:VERSION.
        step: called with a short text for each step.
        version: the workers' version of Storm.

    Raises:
        BuildError: coordinates are malformed, or Maven finds no such artifact.
        StormNotFoundError: Maven was not found.
    """
    for one in coordinates:
        if not _COORDINATES.fullmatch(one):
            what = "an artifact is GROUP:ARTIFACT:VERSION"
            raise BuildError(explain(what, given=one, valid=["org.apache.storm:storm-redis:2.8.3"]))
    if not coordinates:
        return ()
    names = "\n".join([version, *sorted(coordinates)])
    folder = cache_folder() / "artifacts" / hashlib.sha256(names.encode()).hexdigest()[:16]
    # A snapshot may have changed since it was fetched.
    if not folder.is_dir() or any(one.endswith("-SNAPSHOT") for one in coordinates):
        _fetch(coordinates, folder, _provided(version, step), step)
    return tuple(sorted(folder.glob("*.jar")))


def _fetch(coordinates: Sequence[str], folder: Path, provided: list[str], step: Progress) -> None:
    step(f"fetching {', '.join(coordinates)} with Maven")
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f"{folder.name}.partial-"))
    try:
        wanted = [one for one in coordinates if one.rpartition(":")[0] not in provided]
        try:
            _maven(
                _pom(wanted, provided), "copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={partial}"
            )
        except StormNotFoundError:
            raise
        except StormError as error:
            what = "the artifacts cannot be had"
            hint = f"Are group, artifact and version spelled right, and is the network there?\n{error}"
            raise BuildError(explain(what, given=", ".join(coordinates), hint=hint)) from error
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(partial, folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _provided(version: str, step: Progress) -> list[str]:
    """Return what Storm's workers have, as group:artifact: storm-client and its dependencies (lib-worker)."""
    kept = cache_folder() / "provided" / f"{version}.txt"
    if not kept.is_file():
        step(f"asking Maven what the workers of Storm {version} have")
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="umbrella-") as folder:
            out = Path(folder, "list.txt")
            client = f"org.apache.storm:storm-client:{version}"
            _maven(_pom([client], []), "list", "-DincludeScope=runtime", f"-DoutputFile={out}")
            found = [f"{one[1]}:{one[2]}" for one in map(_LISTED.match, out.read_text("utf-8").splitlines()) if one]
            part = kept.with_name(f".{kept.name}.{os.getpid()}")
            part.write_text("\n".join(sorted(found)), encoding="utf-8")
            os.replace(part, kept)
    return kept.read_text("utf-8").split()


def _maven(pom: str, goal: str, *settings: str) -> None:
    with tempfile.TemporaryDirectory(prefix="umbrella-") as folder:
        path = Path(folder, "pom.xml")
        path.write_text(pom, encoding="utf-8")
        run_maven(["--file", str(path), f"{_PLUGIN}:{goal}", *settings], lambda line: None)


def _pom(coordinates: Sequence[str], excluded: Sequence[str]) -> str:
    pairs = [one.split(":") for one in excluded]
    exclusions = "".join(
        f"<exclusion><groupId>{group}</groupId><artifactId>{artifact}</artifactId></exclusion>"
        for group, artifact in pairs
    )
    dependencies = "".join(
        f"<dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId><version>{version}</version>"
        f"<exclusions>{exclusions}</exclusions></dependency>"
        for group, artifact, version in (one.split(":") for one in coordinates)
    )
    return (
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
        "<groupId>umbrella</groupId><artifactId>artifacts</artifactId><version>1</version>"
        f"<dependencies>{dependencies}</dependencies></project>\n"
    )
