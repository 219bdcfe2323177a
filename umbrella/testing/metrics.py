"""Reads the metrics of a component under test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from umbrella.multilang.component import Component
from umbrella.multilang.metrics import gather, metrics_of

_BEGINNINGS: dict[str, Any] = {"counter": 0, "gauge": None}


class ReadMetrics:
    """The accumulated metrics of one component.

    Args:
        component: the component object.
    """

    def __init__(self, component: Component[Any]) -> None:
        self._component = component
        self._kinds = {metric.name: metric.kind for metric in metrics_of(type(component))}
        self._found = {name: _BEGINNINGS.get(kind, []) for name, kind in self._kinds.items()}

    def read(self) -> Mapping[str, Any]:
        """Return the current values, by name."""
        new = gather(self._component)
        for name, kind in self._kinds.items():
            come = new.get(f"{kind}s", {}).get(name)
            if come is not None:
                self._found[name] = come if kind == "gauge" else self._found[name] + come
        return dict(self._found)
