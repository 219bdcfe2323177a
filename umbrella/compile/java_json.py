"""Java objects as JSON: what ``umbrella.storm.JvmSpout`` and ``JvmBolt`` are built from, and a jar's description holds.

A number, text, true, false, null or list is itself. Everything else is an object with one of these keys::

    {"new": class, "args": [...], "steps": [...]}              a constructor
    {"static": class, "call": method, "args": [...], ...}      a static method
    {"map": [[key, value], ...]}
    {"enum": class, "constant": name}       {"class": class}      {"same": number}

A step is ``{"call": method, "args": [...]}``, ``{"also": ...}`` or ``{"set": property, "args": [value]}``. An object
that is used again has ``"number"``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from umbrella.compile.conf import TASKS, component_conf, json_text
from umbrella.spec import (
    ALSO,
    CALL,
    SET,
    ComponentSpec,
    JavaClassSpec,
    JavaEnumSpec,
    JavaObjectSpec,
    JavaSameSpec,
    JavaStep,
    JvmCode,
)

WRAPPERS = {"spout": "umbrella.storm.JvmSpout", "bolt": "umbrella.storm.JvmBolt"}


def jvm_text(component: ComponentSpec) -> str:
    """Return the one text that a component written in Java is built from: its object, streams and configuration."""
    return json_text(jvm_description(component))


def jvm_description(component: ComponentSpec) -> dict[str, Any]:
    """Return what ``jvm_text`` says, as a tree."""
    assert isinstance(component.code, JvmCode)
    conf = {key: value for key, value in component_conf(component).items() if key != TASKS}
    streams = {one.name: {"fields": list(one.fields), "direct": one.direct} for one in component.streams}
    return {"object": code_json(component.code), "streams": streams, "conf": conf}


def code_json(code: JvmCode) -> dict[str, Any]:
    """Return how a component's object is made."""
    return _object(JavaObjectSpec(code.class_name, code.args, code.factory, code.steps))


def read_code(made: Mapping[str, Any]) -> JvmCode:
    """Return what ``code_json`` wrote.

    Raises:
        KeyError, TypeError, ValueError: it is something else.
    """
    found = _read_object(made)
    return JvmCode(found.class_name, found.args, found.factory, found.steps)


def value_json(value: Any) -> Any:
    """Return an argument (spec.JavaObjectSpec says what that is) as JSON.

    Raises:
        TypeError: it is none.
    """
    if isinstance(value, JavaObjectSpec):
        return _object(value)
    if isinstance(value, JavaEnumSpec):
        return {"enum": value.class_name, "constant": value.constant}
    if isinstance(value, JavaClassSpec):
        return {"class": value.class_name}
    if isinstance(value, JavaSameSpec):
        return {"same": value.number}
    if isinstance(value, Mapping):
        return {"map": [[value_json(key), value_json(item)] for key, item in value.items()]}
    if isinstance(value, (list, tuple)):
        return [value_json(item) for item in value]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise TypeError(f"{value!r} is no argument for Java")


def _object(made: JavaObjectSpec) -> dict[str, Any]:
    args = [value_json(value) for value in made.args]
    start = {"static": made.class_name, "call": made.factory} if made.factory else {"new": made.class_name}
    found: dict[str, Any] = {**start, "args": args}
    if made.steps:
        found["steps"] = [{step.kind: step.name, "args": [value_json(one) for one in step.args]} for step in made.steps]
    if made.number:
        found["number"] = made.number
    return found


def _read(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(map(_read, value))
    if not isinstance(value, dict):
        return value
    if "map" in value:
        return {_read(key): _read(item) for key, item in value["map"]}
    if "enum" in value:
        return JavaEnumSpec(value["enum"], value["constant"])
    if "class" in value:
        return JavaClassSpec(value["class"])
    if "same" in value:
        return JavaSameSpec(value["same"])
    return _read_object(value)


def _read_object(value: Mapping[str, Any]) -> JavaObjectSpec:
    factory = value["call"] if "static" in value else ""
    class_name = value["static"] if factory else value["new"]
    steps = tuple(map(_read_step, value.get("steps", ())))
    return JavaObjectSpec(class_name, tuple(map(_read, value["args"])), factory, steps, value.get("number", 0))


def _read_step(step: Mapping[str, Any]) -> JavaStep:
    kind = next(one for one in (CALL, ALSO, SET) if one in step)
    return JavaStep(kind, step[kind], tuple(map(_read, step["args"])))
