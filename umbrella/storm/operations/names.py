"""Names that the user gives: checks those of components and topologies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from umbrella.errors import UnknownNameError, explain
from umbrella.storm.nimbus.client import NimbusClient

_SPOUTS, _BOLTS = "spout", "bolt"


def components(client: NimbusClient, topology_id: str) -> dict[str, str]:
    """Return the kind of each of the topology's own components, "spout" or "bolt", spouts first."""
    topology = client.topology(topology_id)
    kinds = {str(name): _SPOUTS for name in sorted(topology.spouts or {})}
    kinds.update({str(name): _BOLTS for name in sorted(topology.bolts or {})})
    return {name: kind for name, kind in kinds.items() if not is_storms(name)}


def component_objects(client: NimbusClient, topology_id: str) -> dict[str, Any]:
    """Return the code of each of the topology's own components: Storm's ComponentObject."""
    topology = client.topology(topology_id)
    found = {str(name): one.spout_object for name, one in (topology.spouts or {}).items()}
    found.update({str(name): one.bolt_object for name, one in (topology.bolts or {}).items()})
    return {name: found[name] for name in sorted(found) if not is_storms(name)}


def checked_component(name: str, topology: str, known: Sequence[str]) -> str:
    """Return the name if the topology has such a component.

    Raises:
        UnknownNameError: it has no such component; the text lists those that it has.
    """
    if name not in known:
        what = f"topology {topology} has no component {name!r}"
        raise UnknownNameError(explain(what, valid=known, wrong=name))
    return name


def is_storms(name: str) -> bool:
    """Whether a component or stream is Storm's own, such as __acker."""
    return name.startswith("__")


def text(value: Any) -> str:
    """Return Thrift's text as str: thriftpy2 leaves bytes that are not UTF-8 undecoded."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
