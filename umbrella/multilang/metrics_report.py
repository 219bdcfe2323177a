"""Sends a component's metrics to Umbrella's Java half."""

from __future__ import annotations

import threading
from typing import Any

from umbrella.multilang.component import Component
from umbrella.multilang.metrics import gather, metrics_of


class MetricsReport:
    """What sends the metrics of one component.

    Args:
        component: its object, with its collector.
    """

    def __init__(self, component: Component[Any]) -> None:
        self._component = component
        self._lock = threading.Lock()

    def send(self) -> None:
        """Send what has come since the last time, if there is any."""
        with self._lock:  # the watch and the end of the component may come at once
            values = gather(self._component)
            if values:
                self._component._collector.send_metrics(values)


def report_of(component: Component[Any], carried: bool) -> MetricsReport | None:
    """Return what sends a component's metrics, or None.

    Args:
        component: its object, with its collector and its log.
        carried: whether the parent takes metrics; where it does not, the log says so.
    """
    declared = metrics_of(type(component))
    if not declared:
        return None
    if carried:
        return MetricsReport(component)
    names = ", ".join(metric.name for metric in declared)
    component.log.info('stock Storm carries no metrics of Python components (%s); shell = "umbrella" does', names)
    return None
