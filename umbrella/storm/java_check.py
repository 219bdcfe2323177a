"""Checks the Java components of a topology against their classes: runs umbrella.storm.CheckJvm in a separate JVM."""

from __future__ import annotations

import contextlib
import difflib
import json
import os
import subprocess
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from umbrella.compile.java_json import jvm_description
from umbrella.errors import Problem, StormError, explain
from umbrella.spec import ComponentSpec, JvmCode, TopologySpec
from umbrella.storm.distribution import DEFAULT_VERSION, Distribution, locate
from umbrella.storm.java import STORM_NEEDS, UTF_8, find_java, utf_8_locale
from umbrella.storm.local import own_jars
from umbrella.storm.overlaps import class_path

_OPTIONS = ("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
_LOG_SETTINGS = Path(__file__).with_name("log4j2-local.xml")
_SECONDS = 120.0
_MARK = "umbrella: "  # prefix of a line of umbrella.storm.Findings
_WITHOUT = "`umbrella jar` and `umbrella submit` build without a look at them with --no-java-check."
_LIKENESS = 0.85  # minimum similarity of a class's name to the given one


class JavaCheck(NamedTuple):
    """The result of a check of Java components.

    Attributes:
        problems: what would fail on a worker.
        notes: one line each, with its component: what could not be checked, and settings of a class that do not reach
            Storm.
        fitting: the names of the components that fit their classes, as far as that could be checked.
    """

    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    fitting: tuple[str, ...]


def java_components(spec: TopologySpec) -> list[ComponentSpec]:
    """Return the components written in Java."""
    return [component for component in spec.components if isinstance(component.code, JvmCode)]


def check_java(spec: TopologySpec, jars: Sequence[Path], version: str = DEFAULT_VERSION) -> JavaCheck:
    """Check the classes, constructors, methods, references and streams of Java components.

    Args:
        spec: the topology.
        jars: Java jars in addition to Storm's.
        version: which fetched Storm to use; $STORM_HOME overrides it.

    Raises:
        StormNotFoundError: Java or Storm's jars are missing.
        StormError: the JVM failed, or a constructor ended its process.
    """
    components = java_components(spec)
    if not components:
        return JavaCheck((), (), ())
    given = [{"name": one.name, "kind": one.kind, "description": jvm_description(one)} for one in components]
    findings = _run(locate(version), jars, json.dumps({"components": given}).encode("ascii"))
    problems = [_problem(spec, one, jars) for one in findings if one["kind"] == "fault"]
    notes = [f"{one['component']}: {one['what']}" for one in findings if one["kind"] == "note"]
    fitting = [one["component"] for one in findings if one["kind"] == "fits"]
    return JavaCheck(tuple(problems), tuple(notes), tuple(fitting))


def _run(storm: Distribution, jars: Sequence[Path], given: bytes) -> list[dict[str, Any]]:
    classpath = os.pathsep.join(map(str, class_path(storm, [*own_jars(), *jars])))
    log = f"-Dlog4j.configurationFile={_LOG_SETTINGS}"
    command = [str(find_java(STORM_NEEDS)), *_OPTIONS, *UTF_8, log, "-cp", classpath, "umbrella.storm.CheckJvm"]
    try:
        environment = {**os.environ, **utf_8_locale()}
        done = subprocess.run(command, input=given, capture_output=True, timeout=_SECONDS, env=environment)
    except subprocess.TimeoutExpired as exc:
        what = f"the Java components were not checked within {_SECONDS:.0f} s"
        hint = f"Does the constructor of {_in_hand(_findings(exc.stdout or b''))} wait? {_WITHOUT}"
        raise StormError(explain(what, hint=hint)) from exc
    findings = _findings(done.stdout)
    if not findings or findings[-1]["kind"] != "end":
        tail = done.stderr.decode("utf-8", "replace").strip().splitlines()[-10:]
        what = f"the JVM that checks Java components ended while it looked at {_in_hand(findings)}"
        hint = f"Does the class call System.exit? {_WITHOUT}"
        raise StormError("\n".join([explain(what, given=f"exit code {done.returncode}", hint=hint), *tail]))
    return findings


def _findings(output: bytes) -> list[dict[str, Any]]:
    lines = output.decode("ascii", "replace").splitlines()
    return [json.loads(line[len(_MARK) :]) for line in lines if line.startswith(_MARK)]


def _in_hand(findings: Sequence[Mapping[str, Any]]) -> str:
    begun = [one["component"] for one in findings if one["kind"] == "begin"]
    return begun[-1] if begun else "none of them"


def _problem(spec: TopologySpec, finding: Mapping[str, Any], jars: Sequence[Path]) -> Problem:
    valid, wrong = finding["valid"], finding["wrong"]
    hint = finding["hint"]
    if wrong and not valid:  # the wrong name is that of a class
        near = difflib.get_close_matches(wrong, list(_class_names(jars)), n=1, cutoff=_LIKENESS)
        hint = f"Did you mean {near[0]!r}?" if near else hint
    text = explain(finding["what"], given=finding["given"], valid=valid, wrong=wrong, hint=hint)
    return Problem(f"{spec.name}.{finding['component']}", text)


def _class_names(jars: Sequence[Path]) -> Iterator[str]:
    for path in jars:
        with contextlib.suppress(OSError, zipfile.BadZipFile), zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.endswith(".class") and not name.startswith("META-INF/"):
                    yield name[: -len(".class")].replace("/", ".").replace("$", ".")
