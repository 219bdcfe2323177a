"""A topology as JSON, carried in its jar so that the jar alone can be submitted: there and back."""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from umbrella.compile.conf import json_text, plain
from umbrella.compile.java_json import code_json, read_code
from umbrella.errors import BuildError, explain
from umbrella.spec import (
    ComponentSpec,
    GroupingSpec,
    InputSpec,
    JvmCode,
    PythonCode,
    StreamSpec,
    TopologySpec,
)
from umbrella.version import VERSION

ENTRY = "META-INF/umbrella/topology.json"

_FORMAT = 2
_SIZE_LIMIT = 16 * 1024 * 1024  # a topology that Nimbus takes is far smaller


class Description(NamedTuple):
    """What a jar says of itself.

    Attributes:
        spec: the topology.
        version: the Umbrella whose worker part is in the jar.
    """

    spec: TopologySpec
    version: str


def to_json(spec: TopologySpec) -> str:
    """Return a topology as JSON, the same text for the same topology."""
    components = [_component(component) for component in spec.components]
    topology = {**spec._asdict(), "components": components}
    return json_text({"format": _FORMAT, "umbrella": VERSION, "topology": topology})


def read_jar(path: Path) -> Description:
    """Return what a jar made by ``umbrella jar`` says of itself, after a look whether all of it is whole.

    Raises:
        BuildError: it is no such jar, or damaged.
    """
    try:
        return from_json(_entry(path).decode("utf-8"))
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        raise BuildError(explain(f"{ENTRY} in {path} cannot be understood", given=repr(exc))) from exc


def _entry(path: Path) -> bytes:
    try:
        with zipfile.ZipFile(path) as archive:
            damaged = archive.testzip()
            if damaged:
                raise BuildError(explain(f"{path} is damaged", given=damaged, hint="Build it again."))
            if archive.getinfo(ENTRY).file_size > _SIZE_LIMIT:
                raise BuildError(explain(f"{ENTRY} in {path} is too long to be a topology"))
            return archive.read(ENTRY)
    except FileNotFoundError as exc:
        raise BuildError(explain(f"there is no file {path}", hint=f"The current folder is {Path.cwd()}.")) from exc
    except KeyError as exc:
        hint = "One of another make goes to Storm by `storm jar`."
        raise BuildError(explain(f"{path} was not made by `umbrella jar`: it has no {ENTRY}", hint=hint)) from exc
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as exc:
        raise BuildError(explain(f"{path} is no jar, or is damaged", given=str(exc))) from exc


def from_json(text: str) -> Description:
    """Return what ``to_json`` wrote.

    Raises:
        ValueError: it is of a later format.
        KeyError, TypeError, AttributeError: it is not what ``to_json`` writes.
    """
    data = json.loads(text)
    if data["format"] != _FORMAT:
        raise ValueError(f"format {data['format']!r}, made by Umbrella {data['umbrella']}; this one is {VERSION}")
    topology = data["topology"]
    components = tuple(_read_component(**component) for component in topology["components"])
    return Description(TopologySpec(**{**topology, "components": components}), str(data["umbrella"]))


def _component(component: ComponentSpec) -> dict[str, Any]:
    inputs = [{**entry._asdict(), "grouping": entry.grouping._asdict()} for entry in component.inputs]
    streams = [stream._asdict() for stream in component.streams]
    code = component.code
    made = code_json(code) if isinstance(code, JvmCode) else plain(code._asdict())
    return {**component._asdict(), "code": made, "inputs": inputs, "streams": streams}


def _read_component(
    code: Mapping[str, Any], inputs: list[Mapping[str, Any]], streams: list[Mapping[str, Any]], **rest: Any
) -> ComponentSpec:
    return ComponentSpec(
        code=_read_code(code),
        inputs=tuple(_read_input(**entry) for entry in inputs),
        streams=tuple(StreamSpec(**{**stream, "fields": tuple(stream["fields"])}) for stream in streams),
        **rest,
    )


def _read_code(code: Mapping[str, Any]) -> PythonCode | JvmCode:
    if "module" not in code:
        return read_code(code)
    return PythonCode(**{**code, "metrics": tuple((name, kind) for name, kind in code["metrics"])})


def _read_input(grouping: Mapping[str, Any], **rest: Any) -> InputSpec:
    lists = {name: tuple(grouping[name]) for name in ("fields", "java_args")}
    return InputSpec(grouping=GroupingSpec(**{**grouping, **lists}), **rest)
