"""The Java classes of this folder, compiled into a jar."""

from __future__ import annotations

import os
import subprocess
import zipfile
from pathlib import Path

from umbrella.storm.distribution import Distribution
from umbrella.storm.java import STORM_NEEDS, find_java

SOURCES = Path(__file__).parent / "java" / "parts"
LEFT_OUT = "parts/Absent.class"


def parts_jar(storm: Distribution, folder: Path) -> Path:
    """Return a jar of the compiled classes, all but the one that is left out."""
    javac = find_java(STORM_NEEDS).with_name("javac")
    classes = folder / "classes"
    sources = map(str, sorted(SOURCES.glob("*.java")))
    classpath = os.pathsep.join(map(str, storm.jars))
    command = [str(javac), "--release", "8", "-proc:none", "-nowarn", "-cp", classpath, "-d", str(classes), *sources]
    subprocess.run(command, check=True, capture_output=True)
    path = folder / "parts.jar"
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(classes.rglob("*.class")):
            name = file.relative_to(classes).as_posix()
            if name != LEFT_OUT:
                archive.write(file, name)
    return path
