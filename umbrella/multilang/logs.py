"""The bridge from Python's logging to the worker's log."""

from __future__ import annotations

import logging

from umbrella.multilang.collector import Collector
from umbrella.multilang.messages import DEBUG, ERROR, INFO, TRACE, WARN

_LEVELS = ((logging.ERROR, ERROR), (logging.WARNING, WARN), (logging.INFO, INFO), (logging.DEBUG, DEBUG))


class StormHandler(logging.Handler):
    """Sends log records to Storm at its own levels: TRACE, DEBUG, INFO, WARN, ERROR."""

    def __init__(self, collector: Collector, component: str) -> None:
        super().__init__()
        self._collector = collector
        self._component = component
        self.setFormatter(logging.Formatter("%(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Send one record."""
        try:
            text = self.format(record)
            if record.name != self._component:  # Storm's own line names the component already
                text = f"{record.name}: {text}"
            self._collector.log(text, storm_level(record.levelno))
        except Exception:
            self.handleError(record)


def storm_level(level: int) -> int:
    """Return Storm's level (ShellMsg.ShellLogLevel) for one of Python's."""
    return next((storm for python, storm in _LEVELS if level >= python), TRACE)


def bridge_logging(collector: Collector, name: str) -> logging.Logger:
    """Send everything that Python code logs to Storm, and return the component's own logger."""
    root = logging.getLogger()
    root.addHandler(StormHandler(collector, name))
    root.setLevel(logging.INFO)
    return logging.getLogger(name)


def log_to_stderr() -> None:
    """Send what Python code logs to stderr instead."""
    root = logging.getLogger()
    for handler in [one for one in root.handlers if isinstance(one, StormHandler)]:
        root.removeHandler(handler)
    root.addHandler(logging.StreamHandler())
