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
    """One setting, its value and the layer that the value is from.

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
    """What commands go by.

    Attributes:
        found: every setting that has a value, by key, secrets as they are.
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
        """Return where a setting's value is from."""
        return self.found[key].origin

    def is_development(self) -> bool:
        """Whether it is the development cluster that is used."""
        return self.origin(SEEDS).startswith(DEVELOPMENT)

    def conf(self) -> dict[str, Any]:
        """Return the settings of the connection by Storm's names."""
        return {key: entry.value for key, entry in self.found.items() if not is_topology_key(key)}

    def nimbus(self) -> NimbusSettings:
        """Return where Nimbus is and how to talk to it."""
        return nimbus_settings(self.conf())

    def drpc(self) -> DRPCSettings:
        """Return where the DRPC servers are."""
        return drpc_settings(self.conf())

    def topology_conf(self) -> dict[str, Any]:
        """Return what a submitted topology gets unless its own Config says otherwise, by Storm's names."""
        found = {key: entry.value for key, entry in self.found.items() if is_topology_key(key)}
        return {key[len(EXTRA_PREFIX) :] if key.startswith(EXTRA_PREFIX) else key: found[key] for key in found}

    def python(self) -> str | None:
        """Return what starts Python on a worker, or None if no layer says."""
        entry = self.found[PYTHON]
        return None if entry.origin == DEFAULT else str(entry.value)

    def entries(self) -> list[Entry]:
        """Return everything as it may be shown: by key, secrets masked."""
        return [entry._replace(value=masked(key, entry.value)) for key, entry in sorted(self.found.items())]
