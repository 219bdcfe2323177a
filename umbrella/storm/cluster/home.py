"""The Storm that the daemons of a cluster run: links to fetched jars, our own jar for daemons, settings for logs."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from umbrella.errors import StormNotFoundError, explain
from umbrella.storm.distribution import Distribution, locate
from umbrella.storm.java import STORM_NEEDS, find_java
from umbrella.storm.local import own_jars

_HERE = Path(__file__).parent


def make_home(home: Path, storm_home: Path) -> None:
    """Lay out a Storm in a folder; what is there already is renewed."""
    for name in ("extlib", "extlib-daemon", "log4j2"):
        (home / name).mkdir(parents=True, exist_ok=True)
    for jar in own_jars():  # a copy: the jar may be built anew while the cluster runs
        shutil.copyfile(jar, home / "extlib-daemon" / jar.name)
    for name in ("cluster", "worker"):
        shutil.copyfile(_HERE / f"log4j2-{name}.xml", home / "log4j2" / f"{name}.xml")
    _link(home / "lib", storm_home / "lib")
    whole = (storm_home / "lib-worker").is_dir()  # of an unpacked Storm
    _link(home / "lib-worker", storm_home / ("lib-worker" if whole else "lib"))


def storm_for_cluster(distribution: Distribution | None) -> Distribution:
    """Return the Storm to run, after a look whether this machine has what its daemons need.

    Raises:
        StormNotFoundError: something is missing.
    """
    find_java(STORM_NEEDS)
    if shutil.which("ps") is None:
        raise StormNotFoundError(
            explain(
                "Storm's supervisor needs the program ps",
                given="no ps on PATH",
                hint="Install it, for example with `apt-get install procps`",
            )
        )
    return distribution or locate()


def java_environment(java: Path) -> dict[str, str]:
    """Return the variables by which the supervisor finds the same Java for its workers (BasicContainer.javaCmd)."""
    home = java.resolve().parent.parent
    return {"JAVA_HOME": str(home)} if (home / "bin" / "java").exists() else {}


def _link(path: Path, target: Path) -> None:
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    part.symlink_to(target, target_is_directory=True)
    os.replace(part, path)
