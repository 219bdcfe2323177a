"""Finding Java and Maven, and running Maven, with programs made for the test."""

from __future__ import annotations

import pytest

from umbrella.errors import StormError, StormNotFoundError
from umbrella.storm.java import find_java, find_maven, run_maven


@pytest.fixture
def program(tmp_path, monkeypatch):
    """A function that puts a shell script into <folder>/bin; PATH has only path/bin and the system's shell tools."""
    monkeypatch.setenv("PATH", f"{tmp_path}/path/bin")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.delenv("MAVEN_HOME", raising=False)

    def make(folder, name, script):
        path = tmp_path / folder / "bin" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return path

    return make


def java_saying(*lines):
    return "\n".join(f"echo '{line}' >&2" for line in lines)


@pytest.mark.parametrize(
    "lines",
    [
        ['openjdk version "17.0.15" 2025-04-15'],
        ['java version "21" 2023-09-19 LTS'],
        ['openjdk version "24-ea" 2025-03-18'],
        ["Picked up JAVA_TOOL_OPTIONS: -Xmx1g", 'openjdk version "17" 2021-09-14'],
    ],
)
def test_a_java_that_is_new_enough_is_found_on_path(program, lines):
    java = program("path", "java", java_saying(*lines))
    assert find_java(17) == java


def test_java_home_comes_before_path(program, tmp_path, monkeypatch):
    program("path", "java", java_saying('openjdk version "21.0.1"'))
    java = program("home", "java", java_saying('openjdk version "17.0.1"'))
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "home"))
    assert find_java(17) == java


def test_a_java_home_that_is_too_old_is_passed_over(program, tmp_path, monkeypatch):
    program("home", "java", java_saying('java version "1.8.0_362"'))
    java = program("path", "java", java_saying('openjdk version "17.0.1"'))
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "home"))
    assert find_java(17) == java
    assert find_java(8) == tmp_path / "home" / "bin" / "java"


def test_every_java_that_will_not_do_is_named(program, tmp_path, monkeypatch):
    program("path", "java", java_saying('openjdk version "11.0.2"'))
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "gone"))
    with pytest.raises(StormNotFoundError) as caught:
        find_java(17)
    assert str(caught.value) == (
        f"Storm needs Java 17 or newer; given: {tmp_path}/gone/bin/java ($JAVA_HOME) is not there; "
        f"{tmp_path}/path/bin/java (PATH) is Java 11. Install one, for example with "
        "`apt-get install default-jdk-headless`, or set $JAVA_HOME to one"
    )


def test_a_java_that_only_complains_will_not_do(program):
    program("path", "java", "echo 'Unable to locate a Java Runtime.' >&2; exit 1")
    with pytest.raises(StormNotFoundError, match=r"path/bin/java \(PATH\) does not answer `-version`"):
        find_java(17)


def test_no_java_at_all_is_said(program):
    with pytest.raises(StormNotFoundError, match=r"given: no java on PATH, and \$JAVA_HOME is not set"):
        find_java(17)


def test_maven_is_found_in_maven_home_before_path(program, tmp_path, monkeypatch):
    on_path = program("path", "mvn", "")
    assert find_maven() == on_path
    of_home = program("home", "mvn", "")
    monkeypatch.setenv("MAVEN_HOME", str(tmp_path / "home"))
    assert find_maven() == of_home


def test_no_maven_is_said(program):
    with pytest.raises(StormNotFoundError, match="given: no mvn on PATH, and .MAVEN_HOME is not set"):
        find_maven()


def test_the_lines_of_maven_are_handed_over_plain(program):
    program("path", "mvn", r"echo $*; printf '\033[1mBUILD\033[m done\n' >&2")
    seen = []
    run_maven(["package"], seen.append)
    assert seen == ["--batch-mode package", "BUILD done"]


def test_a_failed_maven_is_quoted_without_its_advice(program):
    program(
        "path",
        "mvn",
        "echo '[INFO] working'; echo '[ERROR] no such artifact -> [Help 1]'; echo '[ERROR] '; "
        "echo '[ERROR] Re-run Maven using the -X switch'; exit 1",
    )
    with pytest.raises(StormError) as caught:
        run_maven([], lambda line: None)
    assert str(caught.value) == "Maven ended with exit code 1:\n[ERROR] no such artifact -> [Help 1]"


def test_a_failed_maven_without_error_lines_is_quoted_whole(program):
    program("path", "mvn", "echo 'The JAVA_HOME environment variable is not defined correctly'; exit 1")
    with pytest.raises(StormError, match="exit code 1:\nThe JAVA_HOME environment variable"):
        run_maven([], lambda line: None)
