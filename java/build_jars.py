"""Build the jars that the wheel carries: umbrella-storm.jar out of this folder, flux.jar out of Storm's Flux.

Standard library only: setup.py runs this before anything is installed.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
OWN_JAR = "umbrella-storm.jar"
FLUX_JAR = "flux.jar"
STAMP = "build.stamp"

MINIMUM_JDK = 17  # javac has to read Storm 2.8's classes
FLUX = "org.apache.storm:flux-core:2.8.3"
FLUX_SHA256 = "6e769c763908387e3e72d2580941aebd3b071d9df75f7b9576619b8ef2e49b8d"
# Flux's parent pom is not published: only the resolver of the plugin's 2.x line copies the jar without reading it.
COPY = "org.apache.maven.plugins:maven-dependency-plugin:2.10:copy"

_FLUX_KEPT = re.compile(
    r"org/(apache/storm/flux|apache/commons/cli|yaml/snakeyaml)/|META-INF/(LICENSE|NOTICE|MANIFEST)"
)
_EPOCH = (1980, 1, 1, 0, 0, 0)
_INSTALL = (
    "Install both, with `apt-get install default-jdk-headless maven` (Debian, Ubuntu) or `brew install openjdk maven` "
    "(macOS), and try again. A ready-built wheel needs neither."
)


class JarBuildError(Exception):
    """The jars cannot be built; the text says what is missing or what Maven said."""


def build(jars: Path) -> bool:
    """Bring the jars in the given folder up to date and tell whether anything had to be built.

    Raises:
        JarBuildError: Maven or a JDK is missing, or Maven failed.
    """
    digest = source_digest()
    if is_current(jars, digest):
        return False
    with tempfile.TemporaryDirectory(prefix="umbrella-jars-") as name:
        own, flux = _run_maven(_maven(), Path(name))
        slim_flux(flux, Path(name, FLUX_JAR))
        jars.mkdir(parents=True, exist_ok=True)
        _put(own, jars / OWN_JAR)
        _put(Path(name, FLUX_JAR), jars / FLUX_JAR)
    (jars / STAMP).write_text(_stamp(jars, digest), encoding="ascii")
    return True


def source_digest() -> str:
    """Return the SHA-256 of everything the jars are made from, this file included."""
    digest = hashlib.sha256()
    for path in _sources():
        digest.update(path.relative_to(HERE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def is_current(jars: Path, digest: str) -> bool:
    """Tell whether the folder holds whole jars built from the sources of that digest."""
    try:
        return (jars / STAMP).read_text(encoding="ascii") == _stamp(jars, digest)
    except FileNotFoundError:
        return False


def slim_flux(source: Path, target: Path) -> None:
    """Write Flux without what Storm has already, and without its resources/, which would hide the user's.

    Args:
        source: flux-core's jar as published.
        target: the jar to write; the same source gives the same bytes.
    """
    with zipfile.ZipFile(source) as whole, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as slim:
        names = [name for name in whole.namelist() if _FLUX_KEPT.match(name) and not name.endswith("/")]
        for name in sorted(names, key=lambda name: (name != "META-INF/MANIFEST.MF", name)):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, wherever this runs
            entry.external_attr = 0o100644 << 16
            slim.writestr(entry, whole.read(name))


def _sources() -> Iterator[Path]:
    yield HERE / "build_jars.py"
    yield HERE / "pom.xml"
    yield from sorted(path for path in (HERE / "src").rglob("*") if path.is_file())


def _stamp(jars: Path, digest: str) -> str:
    lines = [f"{_sha256(jars / name)}  {name}\n" for name in (OWN_JAR, FLUX_JAR)]
    return f"{digest}  sources\n" + "".join(lines)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _put(source: Path, target: Path) -> None:
    part = target.with_suffix(".part")
    shutil.copyfile(source, part)
    os.replace(part, target)


def _maven() -> str:
    needs = f"Umbrella's Java part is built with Maven and a JDK ({MINIMUM_JDK} or newer)"
    maven = shutil.which("mvn")
    if maven is None:
        raise JarBuildError(f"{needs}, but `mvn` is not on PATH. {_INSTALL}")
    text = subprocess.run([maven, "-v"], stdin=subprocess.DEVNULL, capture_output=True, text=True).stdout
    version = re.search(r"Java version: (?:1\.)?(\d+)", text)
    if version is None:
        raise JarBuildError(f"{needs}, but {maven} finds no Java. {_INSTALL}")
    home = re.search(r"runtime: ([^\r\n\x1b]+)", text)
    where = f"Maven runs on Java {version[1]}" + (f" in {home[1]}" if home else "")
    if int(version[1]) < MINIMUM_JDK:
        raise JarBuildError(f"{needs}, but {where}. {_INSTALL}")
    if home and not shutil.which("javac", path=os.path.join(home[1], "bin")):
        raise JarBuildError(f"{needs}, but {where}, which has no javac. {_INSTALL}")
    return maven


def _run_maven(maven: str, work: Path) -> tuple[Path, Path]:
    """Compile a copy of the sources (no class of an earlier build can get in) and fetch Flux: both jars' paths."""
    project = work / "java"
    shutil.copytree(HERE / "src", project / "src")
    shutil.copy(HERE / "pom.xml", project)
    goals = ["package", COPY, f"-Dartifact={FLUX}", f"-DoutputDirectory={work}"]
    command = [maven, "-B", "-ntp", "-q", "-Dmaven.test.skip=true", *goals]
    done = subprocess.run(command, cwd=project, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        raise JarBuildError(f"Maven could not build Umbrella's Java part:\n{done.stdout}{done.stderr}")
    flux = work / "flux-core-{}.jar".format(FLUX.rpartition(":")[2])
    given = _sha256(flux)
    if given != FLUX_SHA256:
        raise JarBuildError(f"{flux.name} is not the published one; given: SHA-256 {given}; valid: {FLUX_SHA256}")
    return project / "target" / OWN_JAR, flux


if __name__ == "__main__":
    try:
        print("built" if build(HERE.parent / "umbrella" / "jars") else "up to date")
    except JarBuildError as error:
        sys.exit(str(error))
