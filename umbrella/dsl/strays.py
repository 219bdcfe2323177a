"""Declarations in the wrong place or form, which would be silently ignored, and where each belongs."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from umbrella.dsl.component_faults import names_used
from umbrella.dsl.components import ComponentType
from umbrella.dsl.config import OWN_ATTRIBUTES
from umbrella.dsl.config_keys import BY_ATTRIBUTE
from umbrella.dsl.declaration import Declaration
from umbrella.dsl.options import options_of
from umbrella.dsl.streams import Stream
from umbrella.dsl.topology import TopologyType
from umbrella.errors import Problem, explain
from umbrella.multilang.component import Component
from umbrella.multilang.values import explain_fault
from umbrella.process import BY_ATTRIBUTE as OF_PYTHON

_SETTINGS = frozenset((*BY_ATTRIBUTE, *OF_PYTHON, *OWN_ATTRIBUTES))
# Names of topology settings in other libraries.
_LIKE_CONFIG = frozenset(("config", "conf", "configuration", "stormconfig", "stormconf", "topologyconfig"))
# Names similar to these are typos; names similar to "users" or "version" are usually the user's own constants.
_UNMISTAKABLE = ("Config", "workers", *sorted(name for name in _SETTINGS if "_" in name))
_CLOSE = 0.85
_CONTAINERS = (dict, list, tuple, set, frozenset)

_BY_STREAM = 'Nest a class: class Default(Stream): fields = "word", "count".'
_BY_CALL = "Give it where the component is declared: "
# Attributes known to users of streamparse, pystorm, pyleus and Storm's Java API, which have no effect here. Each with
# the alternative.
_OF_COMPONENTS = {
    **dict.fromkeys(("outputs", "output_fields", "OUTPUT_FIELDS", "fields", "streams", "Default"), _BY_STREAM),
    **dict.fromkeys(
        ("auto_ack", "auto_fail", "auto_anchor"),
        "AutoAckBolt anchors, acks and fails by itself; derive from Bolt to do it by hand.",
    ),
    **dict.fromkeys(("options", "OPTIONS"), "An option is an annotated attribute of its own: window: int = 60."),
    **dict.fromkeys(("executors", "par", "parallelism", "parallelism_hint"), f"{_BY_CALL}{{component}}(2)."),
    **dict.fromkeys(("tasks", "num_tasks"), f"{_BY_CALL}{{component}}(2, tasks=4)."),
    **dict.fromkeys(("config", "component_config"), f'{_BY_CALL}{{component}}(1, config={{"topology.debug": True}}).'),
    "inputs": f"{_BY_CALL}{{component}}(1, inputs=[ShuffleGrouping(...)]).",
    **dict.fromkeys(("tick_freq_secs", "tick_freq", "tick_interval"), "tick_seconds = 5 makes Storm call tick()."),
    "ticks_between_batches": "A batch ends at each tick: tick_seconds = 5.",
    "secs_between_batches": "A batch ends at each tick: tick_seconds = 5.",
    "max_batch_size": "A BatchingBolt has batch_size = 500.",
}
_OF_STREAMS = {
    "name": 'stream_name = "..." names a stream',
    "stream_id": 'stream_name = "..." names a stream',
    "output_fields": 'fields = "word", "count" names its fields',
    "is_direct": "direct = True makes it a stream for direct emits",
}


def strays_of(topology: TopologyType) -> Iterator[Problem]:
    """Yield declarations in the wrong place or form in a topology's body."""
    for name, value in topology.__body__.items():
        text = "" if isinstance(value, (Declaration, ComponentType)) else _stray_in_topology(name, value)
        if text:
            yield Problem(f"{topology.__name__}.{name}", text)
    yield from _unnamed(topology)


def _stray_in_topology(name: str, value: Any) -> str:
    """Return what is wrong with an attribute of a topology's body that is not a component, or "" for nothing."""
    if name == "Config" or name.startswith("__"):
        return ""
    folded = name.lower().replace("_", "")
    if folded in _LIKE_CONFIG and (isinstance(value, Mapping) or _is_plain_class(value)):
        return explain(f"the settings of a topology are in class Config, not in {name}", hint=_settings_hint(value))
    if folded == "settings" and _holds_settings(value):
        return explain(f"the settings of a topology are in class Config, not in {name}", hint=_settings_hint(value))
    is_data = not callable(value) and value is not None and not explain_fault([value], [name])
    if name in _SETTINGS and is_data:
        what = f"{name} is a setting, and settings are in class Config"
        hint = f"Write class Config: {name} = {value!r}; give a constant of your own another name."
        return explain(what, given=f"{name} = {value!r} in the topology's body", hint=hint)
    if is_data or _is_plain_class(value):
        guess = _close(name, _UNMISTAKABLE)
        if guess == "Config" and _is_plain_class(value):
            return explain(
                f"the settings of a topology are in class Config, not in {name}", hint="Did you mean 'Config'?"
            )
        if guess and guess != "Config" and is_data:
            hint = f"Did you mean {guess!r}? Write class Config: {guess} = {value!r}."
            return explain(f"{name} does nothing in a topology's body", hint=hint)
    return ""


def stray_in_component(component: type) -> Iterator[str]:
    """Yield attributes of a component class that have no effect."""
    options, used = options_of(component), names_used(component)
    for base in component.__mro__:
        if base.__module__.startswith("umbrella."):
            continue
        for name, value in vars(base).items():
            if name.startswith("_") or name in options or name in used:
                continue
            if isinstance(value, type):
                yield from _nested(component, name, value)
            elif not callable(value) and not isinstance(value, (property, classmethod, staticmethod)):
                yield from _attribute(component, name, value, options)


def _attribute(component: type, name: str, value: Any, options: Mapping[str, Any]) -> Iterator[str]:
    if name in _OF_COMPONENTS:
        hint = _OF_COMPONENTS[name].replace("{component}", component.__name__)
        yield explain(f"{name} = {value!r} in {component.__name__} does nothing", hint=hint)
        return
    guess = _close(name, options)
    if guess and not hasattr(Component, name) and not explain_fault([value], [name]):
        yield explain(f"{name} = {value!r} in {component.__name__} is no option", hint=f"Did you mean {guess!r}?")


def _nested(component: type, name: str, value: type) -> Iterator[str]:
    if not issubclass(value, Stream):
        if name.lower() in _LIKE_CONFIG and _is_plain_class(value):
            what = f"class {name} in {component.__name__} does nothing: settings of one component are given in its call"
            yield explain(what, hint=f'Declare it as {component.__name__}(1, config={{"topology.debug": True}}).')
        elif "fields" in vars(value) and not issubclass(value, Component):
            what = f"class {name} in {component.__name__} has fields, and is no stream"
            yield explain(what, hint=f"Derive it from Stream: class {name}(Stream).")
        return
    for attribute in vars(value):
        if attribute.startswith("_") or attribute in ("fields", "direct", "stream_name"):
            continue
        guess = _close(attribute, ("fields", "direct", "stream_name"))
        hint = _OF_STREAMS.get(attribute) or (f"Did you mean {guess!r}?" if guess else "")
        if hint:
            what = (
                f"{attribute} = {getattr(value, attribute)!r} in the stream {name} of {component.__name__} does nothing"
            )
            yield explain(what, hint=hint if hint.endswith("?") else f"{hint}.")


def _unnamed(topology: TopologyType) -> Iterator[Problem]:
    """Yield components that were declared in a topology's body but not assigned to a name."""
    body = topology.__body__
    told: set[int] = set()
    for name, value in body.items():
        unnamed = [one for one in _within(value) if _has_no_name(one)]
        if unnamed and not isinstance(value, Declaration):
            told.update(map(id, unnamed))
            what = f"components in a {type(value).__name__} are not in the topology"
            given = ", ".join(one.label for one in unnamed)
            first = unnamed[0].component.__name__
            hint = f"Assign each to a name of its own: {first.lower()} = {first}(...)."
            yield Problem(f"{topology.__name__}.{name}", explain(what, given=given, hint=hint))
    for declaration, line in body.made:
        if _has_no_name(declaration) and id(declaration) not in told and id(declaration) not in body.dropped:
            name = declaration.component.__name__
            what = f"{name}(...) in line {line} is assigned to no name, so it is not in the topology"
            yield Problem(topology.__name__, explain(what, hint=f"Write {name.lower()} = {name}(...)."))


def _within(value: Any, around: tuple[int, ...] = ()) -> list[Declaration]:
    """Return the declared components in a list, dict or other container, at any depth."""
    if isinstance(value, Declaration):
        return [value]
    if not isinstance(value, _CONTAINERS) or id(value) in around:
        return []
    items = [*value.keys(), *value.values()] if isinstance(value, dict) else value
    return [found for one in items for found in _within(one, (*around, id(value)))]


def _has_no_name(one: Declaration) -> bool:
    return one.owner is None and not one.replaced


def _is_plain_class(value: Any) -> bool:
    return isinstance(value, type) and not issubclass(value, (Component, Stream, BaseException))


def _holds_settings(value: Any) -> bool:
    names = value if isinstance(value, Mapping) else vars(value) if _is_plain_class(value) else ()
    return any(name in _SETTINGS or str(name).startswith("topology.") for name in names)


def _settings_hint(value: Any) -> str:
    pairs = value.items() if isinstance(value, Mapping) else vars(value).items()
    for name, one in pairs:
        attribute = re.sub(
            r"[.-]", "_", str(name)[len("topology.") :] if str(name).startswith("topology.") else str(name)
        )
        if attribute in _SETTINGS:
            return f"Write class Config: {attribute} = {one!r}."
    return "Write class Config: workers = 3; settings of your own go into its extra = {...}."


def _close(name: str, valid: Collection[str]) -> str:
    import difflib

    found = difflib.get_close_matches(name, list(valid), n=1, cutoff=_CLOSE)
    return found[0] if found and found[0] != name else ""
