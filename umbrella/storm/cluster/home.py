"""The Storm home of a cluster's daemons: links to fetched jars, Umbrella's jar for daemons, and log settings."""

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
    """Create a Storm home in a folder, or refresh an existing one."""
    for name in ("extlib", "extlib-daemon", "log4j2"):
        (home / name).mkdir(parents=True, exist_ok=True)
    for jar in own_jars():  # copied, because the jar may be rebuilt while the cluster runs
        shutil.copyfile(jar, home / "extlib-daemon" / jar.name)
    for name in ("cluster", "worker"):
        shutil.copyfile(_HERE / f"log4j2-{name}.xml", home / "log4j2" / f"{name}.xml")
    _link(home / "lib", storm_home / "lib")
    whole = (storm_home / "lib-worker").is_dir()  # whether it is an unpacked Storm
    _link(home / "lib-worker", storm_home / ("lib-worker" if whole else "lib"))


def storm_for_cluster(distribution: Distribution | None) -> Distribution:
    """Return the Storm to run, after a check that this machine has everything its daemons need.

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
    """Return the variables that make the supervisor use the same Java for its workers (BasicContainer.javaCmd)."""
    home = java.resolve().parent.parent
    return {"JAVA_HOME": str(home)} if (home / "bin" / "java").exists() else {}


def _link(path: Path, target: Path) -> None:
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    part.symlink_to(target, target_is_directory=True)
    os.replace(part, path)
