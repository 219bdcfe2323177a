"""The settings that result from all layers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from umbrella.settings.keys import EXTRA_PREFIX, PYTHON, SEEDS, is_topology_key
from umbrella.settings.masking import masked
from umbrella.storm.drpc.settings import DRPCSettings, drpc_settings
from umbrella.storm.nimbus.from_conf import nimbus_settings
from umbrella.storm.nimbus.settings import NimbusSettings

DEFAULT = "default"
DEVELOPMENT = "the development cluster"


class Entry(NamedTuple):
    """One setting, its value and the layer that set it.

    Attributes:
        key: its name.
        value: plain JSON data.
        origin: "default", a file, a file with an environment, $VARIABLE, "flag", or the development cluster.
    """

    key: str
    value: Any
    origin: str


@dataclass(frozen=True)
class Settings:
    """The settings that a command uses.

    Attributes:
        found: every setting that has a value, by key; secrets are not masked.
        environment: the environment of umbrella.toml that was asked for, if any.
        files: the files that were read.
    """

    found: Mapping[str, Entry]
    environment: str | None = None
    files: tuple[Path, ...] = ()

    def value(self, key: str) -> Any:
        """Return a setting's value, or None if it has none."""
        entry = self.found.get(key)
        return entry.value if entry else None

    def origin(self, key: str) -> str:
        """Return the layer that set a setting's value."""
        return self.found[key].origin

    def is_development(self) -> bool:
        """Whether the development cluster is used."""
        return self.origin(SEEDS).startswith(DEVELOPMENT)

    def conf(self) -> dict[str, Any]:
        """Return the connection settings by Storm's names."""
        return {key: entry.value for key, entry in self.found.items() if not is_topology_key(key)}

    def nimbus(self) -> NimbusSettings:
        """Return the connection settings of Nimbus."""
        return nimbus_settings(self.conf())

    def drpc(self) -> DRPCSettings:
        """Return the settings of the DRPC servers."""
        return drpc_settings(self.conf())

    def topology_conf(self) -> dict[str, Any]:
        """Return the defaults for a submitted topology, by Storm's names; its own Config overrides them."""
        found = {key: entry.value for key, entry in self.found.items() if is_topology_key(key)}
        return {key[len(EXTRA_PREFIX) :] if key.startswith(EXTRA_PREFIX) else key: found[key] for key in found}

    def python(self) -> str | None:
        """Return the command that starts Python on a worker, or None if no layer sets it."""
        entry = self.found[PYTHON]
        return None if entry.origin == DEFAULT else str(entry.value)

    def entries(self) -> list[Entry]:
        """Return all settings for display: sorted by key, secrets masked."""
        return [entry._replace(value=masked(key, entry.value)) for key, entry in sorted(self.found.items())]
