"""Who is measured, in which role: topologies, and the commands that start the workers."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.peers import COMPONENTS, peers_python, storm_py_folder
from umbrella.compile.idl import storm
from umbrella.compile.lower import lower
from umbrella.compile.python_code import WORKER_SCRIPT
from umbrella.compile.thrift import to_thrift
from umbrella.process import MSGPACK, SERIALIZER, SHELL, STOCK
from umbrella.spec import (
    DEFAULT_STREAM,
    SHUFFLE,
    ComponentSpec,
    GroupingSpec,
    InputSpec,
    JvmCode,
    PythonCode,
    StreamSpec,
    TopologySpec,
)

# Umbrella under Storm's own shell components, and under its own over either wire.
UMBRELLA, UMBRELLA_JSON, UMBRELLA_MSGPACK = "umbrella", "umbrella-json", "umbrella-msgpack"
JSON_ROWS, MSGPACK_ROWS = "umbrella-json-rows", "umbrella-msgpack-rows"  # by emit_many, in the role of MANY alone
PYSTORM, STORM_PY, JAVA = "pystorm", "storm.py", "java"
ONE_BY_ONE = (UMBRELLA, UMBRELLA_JSON, UMBRELLA_MSGPACK, PYSTORM, STORM_PY, JAVA)
ROWS = (JSON_ROWS, MSGPACK_ROWS)
SUBJECTS = (*ONE_BY_ONE, *ROWS)
PYTHON_SUBJECTS = (UMBRELLA, PYSTORM, STORM_PY)  # whose workers speak with anything that speaks as Storm's shells do

ECHO, ONE, MANY = "echo", "one", "many"  # an echo bolt; a spout of 1 or of 100 tuples per next
SPOUT_BATCH = {ONE: 1, MANY: 100}
MEASURED = "measured"  # the name of the component that is measured

ROOT = Path(__file__).resolve().parents[1]
_SCRIPTS = {PYSTORM: "pystorm", STORM_PY: "stormpy"}
_SETTINGS = {
    UMBRELLA: {SHELL: STOCK},
    UMBRELLA_MSGPACK: {SERIALIZER: MSGPACK},
    MSGPACK_ROWS: {SERIALIZER: MSGPACK},
}
_PACKAGE = "umbrella.benchmarks"
_TEXT = (StreamSpec(DEFAULT_STREAM, ("text",)),)


@dataclass(frozen=True)
class Command:
    """What Storm starts for a component: exactly two words."""

    python: str
    script: str


def command(subject: str, role: str) -> Command:
    """Return how the worker of a Python subject is started."""
    if subject == UMBRELLA:
        return Command(sys.executable, WORKER_SCRIPT)
    return Command(str(peers_python()), str(COMPONENTS / f"{_SCRIPTS[subject]}_{role}.py"))


def python_paths() -> list[Path]:
    """Return the folders that workers import from."""
    return [ROOT, storm_py_folder()]


def has_role(subject: str, role: str) -> bool:
    """Whether a subject has something to measure in a role."""
    return role == MANY or subject not in ROWS


def umbrella_code(role: str, subject: str = UMBRELLA) -> PythonCode:
    """Return Umbrella's component of a role."""
    rows = "Rows" if subject in ROWS else ""
    return PythonCode("benchmarks.components.with_umbrella", role.capitalize() + rows)


def topology(subject: str, role: str, per_second: int = 0) -> TopologySpec:
    """Return source -> echo -> sink, or spout -> sink; one executor each.

    Args:
        subject: whose component is measured.
        role: ECHO, ONE or MANY.
        per_second: the pace of the source; 0 for as fast as it goes.
    """
    sink = JvmCode(f"{_PACKAGE}.Sink", (per_second > 0,))
    measured = _java_code(role) if subject == JAVA else umbrella_code(role, subject)
    if role != ECHO:
        parts = [ComponentSpec(MEASURED, "spout", measured, _TEXT)]
    else:
        source = JvmCode(f"{_PACKAGE}.Source", (per_second, 1))
        parts = [
            ComponentSpec("source", "spout", source, _TEXT),
            ComponentSpec(MEASURED, "bolt", measured, _TEXT, _reads("source")),
        ]
    parts.append(ComponentSpec("sink", "bolt", sink, (), _reads(MEASURED)))
    name = f"{role}-{subject}".replace(".", "")
    config = _SETTINGS.get(subject, {})
    return TopologySpec(name, f"benchmarks:{role}", tuple(parts), config, python=sys.executable)


def thrift_of(spec: TopologySpec, subject: str, role: str) -> Any:
    """Return the topology as Thrift, with a peer's own command for what is measured."""
    built = to_thrift(lower(spec))
    if subject in _SCRIPTS:
        chosen = command(subject, role)
        shell = storm.ShellComponent(execution_command=chosen.python, script=chosen.script)
        code = storm.ComponentObject(shell=shell)
        if role == ECHO:
            built.bolts[MEASURED].bolt_object = code
        else:
            built.spouts[MEASURED].spout_object = code
    return built


def _java_code(role: str) -> JvmCode:
    if role == ECHO:
        return JvmCode(f"{_PACKAGE}.Echo")
    return JvmCode(f"{_PACKAGE}.Source", (0, SPOUT_BATCH[role]))


def _reads(component: str) -> tuple[InputSpec, ...]:
    return (InputSpec(component, DEFAULT_STREAM, GroupingSpec(SHUFFLE)),)
