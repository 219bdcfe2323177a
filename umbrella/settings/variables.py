"""Settings from environment variables: nimbus.thrift.port is UMBRELLA_NIMBUS_THRIFT_PORT."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from umbrella.dsl.config_keys import KINDS
from umbrella.errors import SettingsError, explain, nearest
from umbrella.settings.keys import BY_NAME, WORKER_KEYS, wrong_kind

PREFIX = "UMBRELLA_"
ENVIRONMENT = "UMBRELLA_ENV"

_OTHERS = (ENVIRONMENT, "UMBRELLA_CACHE", "UMBRELLA_CLUSTER")


def variable_of(key: str) -> str:
    """Return the environment variable of a setting."""
    return PREFIX + key.removeprefix("umbrella.").upper().replace(".", "_").replace("-", "_")


_KEYS = {variable_of(key): key for key in (*BY_NAME, *KINDS, *WORKER_KEYS)}
# Another tool's variable may begin with UMBRELLA_; only one that begins like a setting is treated as one.
_GROUPS = tuple(sorted({"_".join(name.split("_")[:2]) + "_" for name in _KEYS if name.count("_") > 1}))


def read_variables(env: Mapping[str, str]) -> dict[str, tuple[str, Any]]:
    """Return the settings by key, each with its variable and its value.

    Raises:
        SettingsError: a variable begins like a setting but is not one, or its value has the wrong type.
    """
    found = {}
    for name in sorted(env):
        if name in _KEYS:
            found[_KEYS[name]] = (f"${name}", value_of(_KEYS[name], env[name], f"${name}"))
        elif name.startswith(_GROUPS) and name not in _OTHERS:
            guess = nearest(name, _KEYS)
            hint = f"Did you mean ${guess}?" if guess else "Unset it"
            raise SettingsError(explain(f"${name} is no setting of Umbrella", given=env[name], hint=hint))
    return found


def value_of(key: str, text: str, where: str) -> Any:
    """Parse a setting's value: JSON, or else the text itself; a list may be given as a,b,c.

    Args:
        key: the setting.
        text: what the user wrote.
        where: the variable or option, for the error.

    Raises:
        SettingsError: the setting does not accept the value.
    """
    value = _parsed(key, text)
    wanted = wrong_kind(key, value)
    if wanted:
        raise SettingsError(explain(f"{where} is {wanted}", given=repr(text)))
    return value


def _parsed(key: str, text: str) -> Any:
    kind = BY_NAME[key].kind if key in BY_NAME else KINDS.get(key, "any")
    if kind == "str":
        return text
    try:
        value = json.loads(text)
    except ValueError:
        value = text
    if kind == "strings" and not isinstance(value, list):
        return [part.strip() for part in text.split(",") if part.strip()]
    return value
