"""The jars of a Kafka broker for tests, and those that the spout brings along: Maven fetches them once.

``python tests/kafka/broker_jars.py`` does, for scripts/setup; with ``--check`` it only says by its exit code whether
they are there.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from umbrella.contrib.kafka import KafkaSpout
from umbrella.errors import UmbrellaError
from umbrella.storm.artifacts import resolve
from umbrella.storm.distribution import cache_folder
from umbrella.storm.java import run_maven

VERSION = "4.1.1"

_COPY = "org.apache.maven.plugins:maven-dependency-plugin:2.10:copy-dependencies"
_POM = """<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>umbrella</groupId><artifactId>server</artifactId><version>1</version><dependencies><dependency>
<groupId>{group}</groupId><artifactId>{artifact}</artifactId><version>{version}</version>
</dependency></dependencies></project>
"""


def folder() -> Path:
    """Return where the jars are, if they have been fetched."""
    return cache_folder() / "kafka" / VERSION


def fetch() -> Path:
    """Return the folder of the jars, after fetching them if they are not there.

    Raises:
        StormError: Maven is missing, or cannot get them.
    """
    return fetch_server(f"org.apache.kafka:kafka_2.13:{VERSION}", folder())


def fetch_server(coordinates: str, wanted: Path) -> Path:
    """Return a folder of jars: an artifact and all that it needs. Maven fetches them if the folder is not there.

    Raises:
        StormError: Maven is missing, or cannot get them.
    """
    if not wanted.is_dir():
        group, artifact, version = coordinates.split(":")
        wanted.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(dir=wanted.parent, prefix=f".{wanted.name}-"))
        try:
            pom = _POM.format(group=group, artifact=artifact, version=version)
            (partial / "pom.xml").write_text(pom, encoding="utf-8")
            goal = [_COPY, "-DincludeScope=runtime", f"-DoutputDirectory={partial}"]
            run_maven(["--file", str(partial / "pom.xml"), *goal], lambda line: None)
            if not wanted.is_dir():
                os.replace(partial, wanted)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    return wanted


def main(check: bool) -> None:
    """Fetch, or only tell whether that has been done."""
    if check:
        sys.exit(not folder().is_dir())
    try:
        print(*resolve(KafkaSpout.artifacts, print), sep="\n")
        print(fetch())
    except UmbrellaError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(sys.argv[1:] == ["--check"])
