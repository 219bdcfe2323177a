"""Reads a topology's ``class Config``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from umbrella.dsl.config_keys import BY_ATTRIBUTE
from umbrella.dsl.option_types import own_annotations
from umbrella.errors import Problem, explain, nearest
from umbrella.process import BY_ATTRIBUTE as OF_PYTHON

# Umbrella's own attributes besides Storm's: the topology's name, the Python command on workers and how it runs, and a
# dict for settings by dotted key.
OWN_ATTRIBUTES = ("name", "python", *OF_PYTHON, "extra")


def read_config(topology: type) -> tuple[dict[str, Any], list[Problem]]:
    """Return a topology's settings by dotted key, and the problems found.

    Settings of its base topologies are included, even if its ``Config`` does not inherit from theirs. ``name`` and
    ``python`` keep their names as keys.
    """
    settings: dict[str, Any] = {}
    problems: list[Problem] = []
    for base in reversed(topology.__mro__):
        config = vars(base).get("Config")
        if config is not None and not isinstance(config, type):
            what = explain("Config is a nested class", given=repr(config), valid=["class Config: workers = 2"])
            problems.append(Problem(f"{topology.__name__}.Config", what))
        for part in reversed(config.__mro__) if isinstance(config, type) else ():
            for name, value in vars(part).items():
                if not name.startswith("__"):
                    problems += _read(f"{topology.__name__}.Config.{name}", name, value, settings)
            for name in own_annotations(part).keys() - vars(part).keys():
                what = explain("the setting has a type and no value", hint=f"Write {name} = ...")
                problems.append(Problem(f"{topology.__name__}.Config.{name}", what))
    return settings, list(dict.fromkeys(problems))


def _read(where: str, name: str, value: Any, settings: dict[str, Any]) -> list[Problem]:
    if name == "extra":
        if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
            what = "extra is a dict of settings by dotted key"
            return [Problem(where, explain(what, given=repr(value), valid=['extra = {"my.setting": 1}']))]
        settings.update(value)
    elif name in ("name", "python"):
        if not isinstance(value, str) or not value:
            return [Problem(where, explain(f"{name} is a text", given=repr(value)))]
        settings[name] = value
    elif name in BY_ATTRIBUTE or name in OF_PYTHON:
        settings[BY_ATTRIBUTE.get(name) or OF_PYTHON[name]] = value
    else:
        guess = nearest(name, [*BY_ATTRIBUTE, *OWN_ATTRIBUTES])
        hint = f"Did you mean {guess!r}? " if guess else ""
        hint += "Settings of your own go into extra = {...}."
        return [Problem(where, explain(f"Storm has no topology setting {name!r}", hint=hint))]
    return []
