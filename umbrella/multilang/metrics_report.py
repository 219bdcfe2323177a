"""Sends a component's metrics to Umbrella's Java half."""

from __future__ import annotations

import threading
from typing import Any

from umbrella.multilang.component import Component, collector_of
from umbrella.multilang.metrics import gather, metrics_of


class MetricsReport:
    """Sends the metrics of one component.

    Args:
        component: its object, with its collector.
    """

    def __init__(self, component: Component[Any]) -> None:
        self._component = component
        self._lock = threading.Lock()

    def send(self) -> None:
        """Send the metrics collected since the last call, if there are any."""
        with self._lock:  # the watch and the end of the component may call it at the same time
            values = gather(self._component)
            if values:
                collector_of(self._component).send_metrics(values)


def report_of(component: Component[Any], carried: bool) -> MetricsReport | None:
    """Return the sender of a component's metrics, or None.

    Args:
        component: its object, with its collector.
        carried: whether the parent process accepts metrics; if it does not, the log says so.
    """
    declared = metrics_of(type(component))
    if not declared:
        return None
    if carried:
        return MetricsReport(component)
    names = ", ".join(metric.name for metric in declared)
    text = f'stock Storm does not carry metrics of Python components ({names}); shell = "umbrella" does'
    collector_of(component).log(text)
    return None
