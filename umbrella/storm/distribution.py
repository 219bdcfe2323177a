"""Storm's jars for local runs: those of ``$STORM_HOME``, or a set that Maven fetched once into a cache.

Layout of the cache, ``$UMBRELLA_CACHE`` or ``$XDG_CACHE_HOME/umbrella`` or ``~/.cache/umbrella``::

    storm/2.8.3.lock              held while a process fetches that version
    storm/.2.8.3.partial/         a fetch in progress
    storm/2.8.3/lib/*.jar
    storm/2.8.3/complete.json     the jars with their sizes in bytes, written last
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from umbrella.errors import StormError, StormNotFoundError, explain
from umbrella.storm.java import run_maven

DEFAULT_VERSION = "2.8.3"
KNOWN_VERSIONS = ("2.8.3", "2.7.1", "2.6.4", "2.4.0")

_MARKER = "complete.json"
# The build of java/ uses 2.10 too. It needs 70 artifacts fewer than 3.x, and both Maven 3 and 4 can run it.
_COPY = "org.apache.maven.plugins:maven-dependency-plugin:2.10:copy-dependencies"
_EVERY = 10  # artifacts per progress line

# storm-clojure needs carbonite, which is not in Maven's default repository. LocalCluster needs neither.
_BROKEN = ("org.apache.storm:storm-clojure", "org.clojure:*")
# Not needed by a LocalCluster and the daemons of 2.8 if storm.metricstore.class is none.
_NEEDLESS = (
    "org.rocksdb:rocksdbjni",
    "org.apache.hadoop:hadoop-auth",
    "org.eclipse.jetty:*",
    "org.eclipse.jetty.ee10:*",
    "com.fasterxml.jackson.dataformat:*",
    "jline:jline",
    "com.google.guava:guava",
    "org.bouncycastle:*",
    "com.rabbitmq:amqp-client",
)

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Distribution:
    """A Storm installation on this machine.

    Args:
        version: such as "2.8.3".
        home: the folder with ``lib/``.
        jars: everything in ``lib/``, by name.
    """

    version: str
    home: Path
    jars: tuple[Path, ...]


def locate(version: str = DEFAULT_VERSION) -> Distribution:
    """Return the Storm of $STORM_HOME, whatever its version, or else the wanted version from the cache.

    Raises:
        StormNotFoundError: $STORM_HOME is not a Storm; or the cache has no complete one.
    """
    home = os.environ.get("STORM_HOME")
    return _unpacked(Path(home)) if home else _cached(_checked(version))


def fetch(version: str = DEFAULT_VERSION, progress: Progress | None = None) -> Distribution:
    """Return that version of Storm from the cache; if it is missing or incomplete, fetch it with Maven first.

    Args:
        version: a released version of Storm.
        progress: called with a short text from time to time.

    Raises:
        StormNotFoundError: Maven, the network or that version is not available.
    """
    report = progress or (lambda line: None)
    home = _home(_checked(version))
    with _locked(home.with_name(f"{version}.lock"), report):
        with contextlib.suppress(StormNotFoundError):
            return _cached(version)
        partial = home.with_name(f".{version}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        try:
            _download(version, partial, report)
            shutil.rmtree(home, ignore_errors=True)
            os.replace(partial, home)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
        return _cached(version)


def cache_folder() -> Path:
    """Return Umbrella's cache folder; its content can always be fetched again."""
    chosen = os.environ.get("UMBRELLA_CACHE")
    if chosen:
        return Path(chosen)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "umbrella"


def _home(version: str) -> Path:
    return cache_folder() / "storm" / version


def _checked(version: str) -> str:
    if not re.fullmatch(r"\d+(\.\d+)+(-\w+)*", version):
        raise StormNotFoundError(explain("this is not a version of Storm", given=repr(version), valid=KNOWN_VERSIONS))
    return version


def _unpacked(home: Path) -> Distribution:
    jars = _jars_of(home)
    client = next((jar for jar in jars if jar.name.startswith("storm-client-")), None)
    if client is None:
        lack = "no storm-client jar in its lib folder" if jars else "no lib folder with jars in it"
        raise StormNotFoundError(
            explain(
                f"$STORM_HOME is not a Storm: there is {lack}",
                given=str(home),
                hint="Set it to an unpacked Storm, or unset it and run `umbrella storm fetch`",
            )
        )
    release = home / "RELEASE"
    told = release.read_text(encoding="utf-8").strip() if release.is_file() else ""
    return Distribution(told or client.name[len("storm-client-") : -len(".jar")], home, jars)


def _cached(version: str) -> Distribution:
    home = _home(version)
    fetching = "`umbrella storm fetch`" if version == DEFAULT_VERSION else f"`umbrella storm fetch --version {version}`"
    if not home.exists():
        raise StormNotFoundError(
            explain(
                f"Storm {version} is not on this machine",
                given=f"$STORM_HOME is not set and there is no {home}",
                hint=f"Run {fetching}",
            )
        )
    damage = _damage(home)
    if damage:
        raise StormNotFoundError(
            explain(f"Storm {version} in the cache is damaged", given=damage, hint=f"Run {fetching} to get it again")
        )
    return Distribution(version, home, _jars_of(home))


def _jars_of(home: Path) -> tuple[Path, ...]:
    return tuple(sorted((home / "lib").glob("*.jar")))


def _damage(home: Path) -> str:
    """Return what is wrong with a fetched Storm, or "" if it is complete."""
    try:
        sizes = json.loads((home / _MARKER).read_text(encoding="utf-8"))["jars"]
    except (OSError, ValueError, KeyError, TypeError):
        return f"{home / _MARKER} cannot be read"
    for name, size in sizes.items():
        jar = home / "lib" / name
        if not jar.is_file():
            return f"{jar} is missing"
        if jar.stat().st_size != size:
            return f"{jar} has {jar.stat().st_size} bytes, not {size}"
    extra = {jar.name for jar in _jars_of(home)} - set(sizes)
    return f"{home / 'lib' / min(extra)} does not belong there" if extra else ""


@contextlib.contextmanager
def _locked(path: Path, report: Progress) -> Iterator[None]:
    """Hold the lock file; the operating system releases it even if this process is killed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report("another process is fetching; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _download(version: str, folder: Path, report: Progress) -> None:
    folder.mkdir(parents=True)
    pom = folder / "pom.xml"
    pom.write_text(_pom(version), encoding="utf-8")
    goal = [_COPY, "-DincludeScope=runtime", f"-DoutputDirectory={folder / 'lib'}"]
    report(f"fetching Storm {version} with Maven")
    try:
        run_maven(["--file", str(pom), *goal], _count_downloads(report))
    except StormNotFoundError:
        raise
    except StormError as error:
        hint = f"Is the network there, and the version one of those known to work: {', '.join(KNOWN_VERSIONS)}?"
        raise StormNotFoundError(f"Storm {version} cannot be fetched. {hint}\n{error}") from error
    pom.unlink()
    sizes = {jar.name: jar.stat().st_size for jar in _jars_of(folder)}
    (folder / _MARKER).write_text(json.dumps({"version": version, "jars": sizes}, indent=1), encoding="utf-8")


def _count_downloads(report: Progress) -> Callable[[str], None]:
    """Return a function that turns Maven's output into progress: one line for every tenth jar."""
    count = 0

    def see(line: str) -> None:
        nonlocal count
        if "Downloaded from " in line and ".jar (" in line:
            count += 1
            if count % _EVERY == 0:
                report(f"{count} artifacts downloaded")

    return see


def _pom(version: str) -> str:
    """Return a Maven project that depends on storm-server, which contains LocalCluster and the daemons."""
    needless = _NEEDLESS if version.startswith("2.8.") else ()
    exclusions = "".join(
        f"<exclusion><groupId>{group}</groupId><artifactId>{artifact}</artifactId></exclusion>"
        for group, artifact in (name.split(":") for name in (*_BROKEN, *needless))
    )
    return (
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
        "<groupId>umbrella</groupId><artifactId>storm-jars</artifactId><version>1</version><dependencies><dependency>"
        f"<groupId>org.apache.storm</groupId><artifactId>storm-server</artifactId><version>{version}</version>"
        f"<exclusions>{exclusions}</exclusions></dependency></dependencies></project>\n"
    )
