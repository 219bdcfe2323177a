"""Finds and reads Storm's own storm.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from umbrella.errors import SettingsError, explain
from umbrella.settings.keys import CLUSTER_KEYS, wrong_kind

NAME = "storm.yaml"


def find_storm_yaml(env: Mapping[str, str]) -> Path | None:
    """Return the storm.yaml for this user, or None.

    The first that exists of ``$STORM_CONF_DIR``, ``$STORM_HOME/conf`` and ``~/.storm``. Unlike Storm's own command,
    which takes ``~/.storm/storm.yaml`` first, the variables win: they are the more deliberate choice.

    Raises:
        SettingsError: ``$STORM_CONF_DIR`` is set, but has no storm.yaml.
    """
    chosen = env.get("STORM_CONF_DIR")
    if chosen:
        path = Path(chosen, NAME)
        if not path.is_file():
            what = "$STORM_CONF_DIR has no storm.yaml in it"
            raise SettingsError(explain(what, given=chosen, hint="Set it to a folder that has one, or unset it"))
        return path
    home, user = env.get("STORM_HOME"), env.get("HOME")
    places = [Path(home, "conf", NAME)] if home else []
    places += [Path(user, ".storm", NAME)] if user else []
    return next((place for place in places if place.is_file()), None)


def read_storm_yaml(path: Path) -> dict[str, Any]:
    """Return those settings of a storm.yaml that apply to a client of the cluster.

    Storm's client submits none of the ``topology.*`` settings of this file (StormSubmitter.submitTopologyAs): they are
    for Nimbus.

    Raises:
        SettingsError: it is not YAML, or contains more than plain data, or a setting has the wrong type.
    """
    found = {}
    content = load_yaml(path)
    for key in CLUSTER_KEYS:
        value = content.get(key.name)
        if value is None:
            continue
        wanted = wrong_kind(key.name, value)
        if wanted:
            raise SettingsError(explain(f"{key.name} in {path} is {wanted}", given=repr(value)))
        found[key.name] = value
    return found


def load_yaml(path: Path) -> dict[str, Any]:
    """Load a YAML file of settings; nothing in it can run code or create objects.

    Raises:
        SettingsError: it is not plain YAML, or not a map.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as exc:
        raise SettingsError(explain("this file is not UTF-8", given=f"{path}: {exc.reason}")) from exc
    except yaml.constructor.ConstructorError as exc:
        hint = "Only plain values are read: a tag that makes an object is refused"
        raise SettingsError(explain("this file is not plain YAML", given=_place(path, exc), hint=hint)) from exc
    except yaml.YAMLError as exc:
        raise SettingsError(explain("this file is not YAML", given=_place(path, exc))) from exc
    if content is None:
        return {}
    if not isinstance(content, dict):
        what = "a file of settings is a map of key: value"
        raise SettingsError(explain(what, given=f"{path}: {type(content).__name__}"))
    return content


def _place(path: Path, exc: yaml.YAMLError) -> str:
    mark = getattr(exc, "problem_mark", None)
    problem = getattr(exc, "problem", None) or getattr(exc, "reason", None) or str(exc)
    return f"{path}, line {mark.line + 1}, column {mark.column + 1}: {problem}" if mark else f"{path}: {problem}"
