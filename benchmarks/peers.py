"""What Umbrella is measured beside: pystorm in a virtual environment of its own, and the storm.py of Storm's jar.

Both are fetched at first use, into ``benchmarks/`` in Umbrella's cache.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from umbrella.storm.distribution import DEFAULT_VERSION, Distribution, cache_folder
from umbrella.storm.java import STORM_NEEDS, find_java, run_maven

PYSTORM = "3.1.4"
COMPONENTS = Path(__file__).with_name("components")

_JAVA_SOURCES = Path(__file__).with_name("java")
_COPY = "org.apache.maven.plugins:maven-dependency-plugin:2.10:copy"
_ARTIFACT = f"org.apache.storm:multilang-python:{DEFAULT_VERSION}"


def say(text: str) -> None:
    """Print what is under way, beside the results."""
    print(text, file=sys.stderr, flush=True)


def peers_python() -> Path:
    """Return the Python with pystorm and simplejson, of the version that runs this; also for storm.py."""
    folder = _folder() / f"pystorm-{PYSTORM}-python{sys.version_info.major}.{sys.version_info.minor}"
    python, done = folder / "bin" / "python", folder / "complete"
    if not done.exists():
        say(f"installing pystorm {PYSTORM} into {folder}")
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, f"pystorm=={PYSTORM}", "simplejson"], check=True)
        done.touch()
    return python


def storm_py_folder() -> Path:
    """Return the folder with Storm's own storm.py."""
    folder = _folder() / f"multilang-python-{DEFAULT_VERSION}"
    script = folder / "storm.py"
    if not script.exists():
        say(f"fetching storm.py with Maven into {folder}")
        run_maven([_COPY, f"-Dartifact={_ARTIFACT}", f"-DoutputDirectory={folder}"], lambda line: None)
        with zipfile.ZipFile(next(folder.glob("*.jar"))) as jar:
            text = jar.read("resources/storm.py")
        partial = folder / "storm.py.partial"
        partial.write_bytes(text)
        partial.replace(script)
    return folder


def java_classes(storm: Distribution) -> Path:
    """Return the folder with the compiled classes of ``benchmarks/java``."""
    sources = sorted(_JAVA_SOURCES.glob("*.java"))
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources))
    digest.update(storm.version.encode())
    folder = _folder() / f"classes-{digest.hexdigest()[:16]}"
    if not folder.exists():
        partial = folder.with_name(f".{folder.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        javac = find_java(STORM_NEEDS).resolve().with_name("javac")
        classpath = ":".join(map(str, storm.jars))
        subprocess.run([str(javac), "-nowarn", "-cp", classpath, "-d", str(partial), *map(str, sources)], check=True)
        partial.replace(folder)
    return folder


def _folder() -> Path:
    folder = cache_folder() / "benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
