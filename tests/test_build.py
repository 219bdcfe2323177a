"""The jars that Umbrella carries: what is in them, and that a build gives the same bytes again."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import build_jars
from build_jars import JarBuildError
from umbrella.version import VERSION

ROOT = Path(build_jars.__file__).parent.parent
JARS = ROOT / "umbrella" / "jars"
OWN = JARS / "umbrella-storm.jar"
FLUX = JARS / "flux.jar"

MANIFEST = "META-INF/MANIFEST.MF"
JAVA_8 = 52  # the class file version


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def names_in(jar):
    with zipfile.ZipFile(jar) as archive:
        return archive.namelist()


@pytest.fixture(autouse=True)
def built():
    assert OWN.is_file(), f"{JARS} holds no jars; run scripts/setup"
    assert FLUX.is_file(), f"{JARS} holds no jars; run scripts/setup"


def test_the_jars_are_of_the_sources_of_today():
    assert build_jars.is_current(JARS, build_jars.source_digest()), "run scripts/setup to build the jars anew"


def test_java_classes_run_on_java_8():
    with zipfile.ZipFile(OWN) as jar:
        classes = [name for name in jar.namelist() if name.endswith(".class")]
        versions = {name: int.from_bytes(jar.read(name)[6:8], "big") for name in classes}
    assert versions["umbrella/storm/PartialKey.class"] == JAVA_8
    assert set(versions.values()) == {JAVA_8}


def test_the_libraries_of_the_wire_are_moved_and_their_licences_kept():
    names = [name for name in names_in(OWN) if not name.endswith("/")]
    assert all(name.startswith(("umbrella/storm/", "META-INF/licenses/")) for name in names if name != MANIFEST), names
    for library in ("jackson/core/JsonFactory", "msgpack/core/buffer/MessageBufferU"):  # the second by its name alone
        assert f"umbrella/storm/shaded/{library}.class" in names
    assert {"META-INF/licenses/jackson-core-NOTICE", "META-INF/licenses/msgpack-core-NOTICE"} <= set(names)


def test_flux_brings_only_itself_and_what_storm_has_not():
    folders = {re.match(r"(META-INF|org/[a-z]+/[a-z]+)/", name)[1] for name in names_in(FLUX)}
    assert folders == {"META-INF", "org/apache/commons", "org/apache/storm", "org/yaml/snakeyaml"}
    assert {"org/apache/storm/flux/Flux.class", "META-INF/LICENSE", "META-INF/NOTICE"} <= set(names_in(FLUX))


@pytest.mark.parametrize("folder", ["resources/", "META-INF/versions/", "org/slf4j/"])
def test_flux_carries_none_of(folder):
    assert not [name for name in names_in(FLUX) if name.startswith(folder)]


def test_slimming_gives_the_same_bytes_whatever_the_order_and_dates(tmp_path):
    shuffled = tmp_path / "flux-core.jar"
    with zipfile.ZipFile(FLUX) as jar, zipfile.ZipFile(shuffled, "w") as other:
        other.writestr("resources/storm.py", "print()")
        other.writestr("META-INF/versions/9/module-info.class", "")
        for name in reversed(jar.namelist()):
            other.writestr(zipfile.ZipInfo(name, (2026, 1, 2, 3, 4, 6)), jar.read(name))
    build_jars.slim_flux(shuffled, tmp_path / "slim.jar")
    assert sha256(tmp_path / "slim.jar") == sha256(FLUX)


@pytest.mark.storm
def test_building_from_nothing_gives_the_same_bytes(tmp_path):
    if shutil.which("mvn") is None and "CI" not in os.environ:
        pytest.skip("no Maven on PATH")
    assert build_jars.build(tmp_path / "jars")
    assert sha256(tmp_path / "jars" / FLUX.name) == sha256(FLUX)
    assert sha256(tmp_path / "jars" / OWN.name) == sha256(OWN)


@pytest.fixture
def jars(tmp_path):
    """A copy of the built jars."""
    return Path(shutil.copytree(JARS, tmp_path / "jars"))


def test_jars_that_are_up_to_date_need_no_maven(jars, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert not build_jars.build(jars)


@pytest.mark.parametrize("name", ["flux.jar", "umbrella-storm.jar", "build.stamp"])
def test_a_missing_or_damaged_file_makes_them_out_of_date(jars, name):
    digest = build_jars.source_digest()
    assert build_jars.is_current(jars, digest)
    (jars / name).write_bytes((jars / name).read_bytes()[:-1])
    assert not build_jars.is_current(jars, digest)
    (jars / name).unlink()
    assert not build_jars.is_current(jars, digest)


def test_jars_of_other_sources_are_out_of_date(jars):
    assert not build_jars.is_current(jars, "0" * 64)


def refusal(tmp_path):
    with pytest.raises(JarBuildError) as caught:
        build_jars.build(tmp_path / "new")
    return str(caught.value)


def test_a_missing_maven_is_said_with_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    text = refusal(tmp_path)
    assert "Maven and a JDK (17 or newer), but `mvn` is not on PATH" in text
    assert "apt-get install default-jdk-headless maven" in text


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("Java version: 11.0.2, vendor: Debian, runtime: /jdk11", "Maven runs on Java 11 in /jdk11. Install"),
        ("Java version: 1.8.0_362, vendor: Debian, runtime: /jdk8", "Maven runs on Java 8 in /jdk8. Install"),
        ("Java version: 17.0.1, vendor: Debian, runtime: /jre", "Maven runs on Java 17 in /jre, which has no javac"),
        ("The JAVA_HOME environment variable is not defined correctly", "finds no Java"),
    ],
)
def test_a_maven_without_a_fitting_jdk_is_refused(tmp_path, monkeypatch, answer, told):
    maven = tmp_path / "mvn"
    maven.write_text(f"#!/bin/sh\necho '{answer}'\n")
    maven.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert told in refusal(tmp_path)


def test_the_java_half_has_the_version_of_the_package():
    assert f"<version>{VERSION}</version>" in (ROOT / "java" / "pom.xml").read_text()


def test_a_wheel_holds_both_jars(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    for name in ("setup.py", "pyproject.toml", "MANIFEST.in", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for name in ("umbrella", "java"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path), str(source)]
    subprocess.run(command, check=True)
    [wheel] = tmp_path.glob("*.whl")
    packed = set(names_in(wheel))
    assert {"umbrella/jars/flux.jar", "umbrella/jars/umbrella-storm.jar", "umbrella/py.typed"} <= packed
    assert {"umbrella/compile/storm.thrift", "umbrella/storm/log4j2-local.xml"} <= packed
    assert not [name for name in packed if name.endswith(".stamp") or name.startswith(("java/", "tests/"))]
    with zipfile.ZipFile(wheel) as archive:
        metadata = archive.read(f"umbrella_storm-{VERSION}.dist-info/METADATA").decode()
    fields = metadata.partition("\n\n")[0].splitlines()
    assert "Author: Umbrella developers" in fields
    assert {"License-Expression: Apache-2.0", "License: Apache-2.0"} & set(fields)
    assert {"Provides-Extra: fast", "Provides-Extra: pytest"} <= set(fields)
    assert f"Classifier: Programming Language :: Python :: {sys.version_info[0]}.{sys.version_info[1]}" in fields
    assert not [line for line in fields if line.startswith("Classifier: License")]  # refused beside an expression
