"""Merges the layers of settings.

Lowest first: defaults, storm.yaml, umbrella.toml, its named environment, UMBRELLA_* variables, flags. If none of them
names a Nimbus and a development cluster of ``umbrella cluster up`` is up, that one is used.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from umbrella.errors import SettingsError, explain
from umbrella.settings.development import development_cluster
from umbrella.settings.keys import CLUSTER_KEYS, DRPC_PORT, DRPC_SERVERS, PORT, SEEDS, canonical, unknown, wrong_kind
from umbrella.settings.settings import DEFAULT, DEVELOPMENT, Entry, Settings
from umbrella.settings.storm_yaml import find_storm_yaml, read_storm_yaml
from umbrella.settings.toml_file import NAME as TOML, find_toml, read_toml
from umbrella.settings.variables import ENVIRONMENT, read_variables

FLAG = "flag"


def read_settings(
    flags: Mapping[str, Any] | None = None,
    environment: str | None = None,
    start: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> Settings:
    """Return the settings of this command.

    Args:
        flags: settings by key, from the command line.
        environment: the environment of umbrella.toml; by default that of ``$UMBRELLA_ENV``.
        start: where to search for umbrella.toml, also in the folders above; by default the current folder.
        env: the environment variables; by default this process's.

    Raises:
        SettingsError: a file cannot be read, a setting is unknown or its value has the wrong type.
    """
    env = os.environ if env is None else env
    start = Path.cwd() if start is None else start.absolute()
    environment = environment or env.get(ENVIRONMENT) or None
    found = {key.name: Entry(key.name, key.default, DEFAULT) for key in CLUSTER_KEYS if key.default is not None}
    files = []
    yaml_file, toml_file = find_storm_yaml(env), find_toml(start)
    if yaml_file:
        files.append(yaml_file)
        _lay(found, str(yaml_file), read_storm_yaml(yaml_file))
    if toml_file:
        files.append(toml_file)
        for origin, settings in read_toml(toml_file, environment):
            _lay(found, origin, settings)
    elif environment is not None:
        what = f"there is no {TOML} with the environment {environment!r}"
        raise SettingsError(explain(what, given=f"looked in {start} and the folders above it"))
    for key, (origin, value) in read_variables(env).items():
        found[key] = Entry(key, value, origin)
    _lay(found, FLAG, checked_flags(flags or {}))
    _use_development_cluster(found)
    return Settings(found, environment, tuple(files))


def checked_flags(flags: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings by their canonical keys.

    Raises:
        SettingsError: one is unknown or its value has the wrong type.
    """
    found = {}
    for name, value in flags.items():
        key = canonical(name)
        if key is None:
            raise SettingsError(unknown(name, "a flag"))
        wanted = wrong_kind(key, value)
        if wanted:
            raise SettingsError(explain(f"{name} is {wanted}", given=repr(value)))
        found[key] = value
    return found


def _lay(found: dict[str, Entry], origin: str, settings: Mapping[str, Any]) -> None:
    for key, value in settings.items():
        found[key] = Entry(key, value, origin)


def _use_development_cluster(found: dict[str, Entry]) -> None:
    if any(found[key].origin != DEFAULT for key in (SEEDS, PORT)):
        return
    cluster = development_cluster()
    if cluster is not None:
        origin = f"{DEVELOPMENT} in {cluster.folder}"
        _lay(found, origin, {SEEDS: [cluster.host], PORT: cluster.port})
        if cluster.drpc_port and all(found[key].origin == DEFAULT for key in (DRPC_SERVERS, DRPC_PORT)):
            _lay(found, origin, {DRPC_SERVERS: [cluster.host], DRPC_PORT: cluster.drpc_port})
