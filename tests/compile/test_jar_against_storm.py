"""A whole jar, as `storm jar` hands it to Flux."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.compile import specs
from umbrella.compile.jar import Sources, build_jar
from umbrella.storm.distribution import Distribution

pytestmark = pytest.mark.storm


@pytest.mark.parametrize("name", specs.ALL_SPECS)
def test_flux_builds_the_topology_out_of_the_jar_alone(
    storm_jars: Distribution, our_jars: list[Path], tmp_path: Path, name: str
) -> None:
    """In a C locale too, where the JVM reads files as ASCII."""
    assert our_jars
    spec = specs.ALL_SPECS[name]()
    report = build_jar(spec, Sources(tmp_path, ()), tmp_path / "x.jar")
    classpath = os.pathsep.join(str(path) for path in [*storm_jars.jars, report.path])
    java = ["java", "-Xmx256m", "-XX:TieredStopAtLevel=1", "-Dlog4j2.level=OFF", "-cp", classpath]
    done = subprocess.run(
        [*java, "org.apache.storm.flux.Flux", "--dry-run", "--resource", "/topology.yaml"],
        env={**os.environ, "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Topology Name: {spec.name}" in done.stdout
