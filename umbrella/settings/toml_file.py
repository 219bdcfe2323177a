"""Finds and reads umbrella.toml."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from umbrella.errors import SettingsError, explain
from umbrella.settings.keys import EXTRA_PREFIX, canonical, unknown, wrong_kind

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

NAME = "umbrella.toml"
_ENVIRONMENTS = "env"


def find_toml(start: Path) -> Path | None:
    """Return the umbrella.toml of a folder, or of the nearest folder above that has one."""
    for folder in (start, *start.parents):
        if (folder / NAME).is_file():
            return folder / NAME
    return None


def read_toml(path: Path, environment: str | None) -> list[tuple[str, dict[str, Any]]]:
    """Return the layers of an umbrella.toml, lowest first: the origin of each, and its settings by key.

    Args:
        path: the file.
        environment: the [env.NAME] that overrides the top level.

    Raises:
        SettingsError: it is not TOML, a setting is unknown or has the wrong type, or the environment is missing.
    """
    content = _parse(path)
    environments = content.pop(_ENVIRONMENTS, {})
    if not isinstance(environments, Mapping) or not all(isinstance(one, Mapping) for one in environments.values()):
        what = "env holds a table for each environment"
        raise SettingsError(explain(what, given=f"{path}: {environments!r}", valid=["[env.production]"]))
    layers = [(str(path), _settings(content, str(path)))]
    # Check all environments, so that a mistake in one is found before the day it is used.
    tables = {name: _settings(table, f"{path} [env.{name}]") for name, table in environments.items()}
    if environment is not None:
        if environment not in tables:
            raise SettingsError(_no_environment(path, environment, list(tables)))
        layers.append((f"{path} [env.{environment}]", tables[environment]))
    return layers


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as exc:
        raise SettingsError(explain("this file is not UTF-8", given=f"{path}: {exc.reason}")) from exc
    except tomllib.TOMLDecodeError as exc:
        # "Invalid value (at line 3, column 9)"; TOMLDecodeError has no attributes before Python 3.14.
        what, _, place = str(exc).rstrip(")").partition(" (at ")
        raise SettingsError(explain("this file is not TOML", given=f"{path}, {place}: {what}")) from exc


def _settings(table: Mapping[str, Any], where: str) -> dict[str, Any]:
    found = {}
    for name, value in _flat(table):
        key = canonical(name)
        if key is None:
            raise SettingsError(unknown(name, where))
        wanted = wrong_kind(key, value)
        if wanted:
            raise SettingsError(explain(f"{name} in {where} is {wanted}", given=repr(value)))
        found[key] = value
    return found


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield dotted names: TOML reads nimbus.seeds as a table, but a known name may itself be a table."""
    for name, value in table.items():
        dotted = f"{prefix}{name}"
        if isinstance(value, Mapping) and (canonical(dotted) is None or dotted.startswith(EXTRA_PREFIX)):
            yield from _flat(value, f"{dotted}.")
        else:
            yield dotted, value


def _no_environment(path: Path, environment: str, names: list[str]) -> str:
    what = f"{path} has no environment {environment!r}"
    if not names:
        return explain(what, hint=f"It has none at all; a table [env.{environment}] makes one")
    return explain(what, valid=names, wrong=environment)
