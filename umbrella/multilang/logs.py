"""Bridges Python's logging to the worker's log.

User code may configure logging freely: a component's own logger keeps its level, and what a StreamHandler would print
to stdout or stderr goes to the worker's log at the level of its record.
"""

from __future__ import annotations

import logging
import sys
from typing import Any, Callable

from umbrella.multilang.collector import Collector
from umbrella.multilang.messages import DEBUG, ERROR, INFO, TRACE, WARN
from umbrella.multilang.settings import LOG_LEVELS

_LEVELS = ((logging.ERROR, ERROR), (logging.WARNING, WARN), (logging.INFO, INFO), (logging.DEBUG, DEBUG))
_SENT = "_umbrella_sent"  # set on a record that is already in the worker's log


class StormHandler(logging.Handler):
    """Sends log records to Storm at Storm's levels: TRACE, DEBUG, INFO, WARN, ERROR."""

    def __init__(self, collector: Collector, component: str, report: Callable[[str], None] | None = None) -> None:
        super().__init__()
        self._collector = collector
        self._report = report
        self._component = component
        self.setFormatter(logging.Formatter("%(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Send one record."""
        try:
            text = self.format(record)
            if record.name != self._component:  # Storm's own line already names the component
                text = f"{record.name}: {text}"
            self.send(text, record)
        except Exception:
            self.handleError(record)

    def send(self, text: str, record: logging.LogRecord) -> None:
        """Send a record with this text, unless another handler has already sent it."""
        if _SENT in record.__dict__:
            return
        record.__dict__[_SENT] = True
        if self._report and record.name == "asyncio" and record.exc_info and record.levelno >= logging.ERROR:
            self._report(text)  # "Task exception was never retrieved"
        else:
            self._collector.log(text, storm_level(record.levelno))


class ComponentLogger(logging.Logger):
    """A component's own logger.

    It is not registered with logging: ``dictConfig`` does not find it, and ``logging.disable`` does not apply to it. It
    does not depend on the root logger's handlers. Handlers that user code adds, here or to the root logger, still
    receive its records.
    """

    def __init__(self, name: str, level: int, to_storm: StormHandler) -> None:
        super().__init__(name, level)
        self.parent = logging.getLogger()
        self.to_storm: StormHandler | None = to_storm

    def isEnabledFor(self, level: int) -> bool:
        """Return whether records of this level are sent."""
        return level >= self.getEffectiveLevel()

    def callHandlers(self, record: logging.LogRecord) -> None:
        """Send a record to Storm, then pass it to handlers added by user code."""
        if self.to_storm:
            self.to_storm.handle(record)
        super().callHandlers(record)

    def __reduce__(self) -> Any:
        return logging.getLogger, (self.name,)


class _Bridge:
    """The connection between this process's logging and Storm.

    Attributes:
        before: the levels of the component's logger and the root logger before ``change_level`` changed them.
    """

    def __init__(self, logger: ComponentLogger, handler: StormHandler) -> None:
        self.logger, self.handler = logger, handler
        self.before: tuple[int, int] | None = None
        self.printed = (sys.__stdout__, sys.__stderr__)  # their lines go to the worker's log


_bridge: _Bridge | None = None
_emit_to_stream: Any = logging.StreamHandler.emit


def storm_level(level: int) -> int:
    """Return Storm's level (ShellMsg.ShellLogLevel) for a Python level."""
    return next((storm for python, storm in _LEVELS if level >= python), TRACE)


def bridge_logging(
    collector: Collector, name: str, level: str = "INFO", report: Callable[[str], None] | None = None
) -> logging.Logger:
    """Send everything logged in Python to Storm, and return the component's own logger.

    Args:
        collector: where log lines go.
        name: the component's name.
        level: one of LOG_LEVELS, for the component's logger, and for the root logger unless user code has set its level
            already.
        report: called with an exception that is only logged, to report it as an error of the component.
    """
    global _bridge
    root = logging.getLogger()
    handler = StormHandler(collector, name, report)
    logger = ComponentLogger(name, LOG_LEVELS[level], handler)
    root.addHandler(handler)
    if root.level == logging.WARNING:  # Python's default level
        root.setLevel(LOG_LEVELS[level])
    _bridge = _Bridge(logger, handler)
    setattr(logging.StreamHandler, "emit", _emit)  # noqa: B010 (a method, to mypy)
    return logger


def _emit(handler: logging.StreamHandler[Any], record: logging.LogRecord) -> None:
    """Replaces StreamHandler.emit: a line on stderr would arrive as a WARN line, whatever its record's level."""
    if _bridge is None or handler.stream not in _bridge.printed:
        _emit_to_stream(handler, record)
        return
    try:
        _bridge.handler.send(handler.format(record), record)
    except Exception:
        handler.handleError(record)


def change_level(level: str) -> None:
    """Change the level of the component's logger and the root logger, or restore both.

    Args:
        level: one of LOG_LEVELS; "" restores the levels from before the first change.
    """
    if _bridge is None:
        return
    root = logging.getLogger()
    if _bridge.before is None:
        _bridge.before = (_bridge.logger.level, root.level)
    own, others = (LOG_LEVELS[level],) * 2 if level in LOG_LEVELS else _bridge.before
    _bridge.logger.setLevel(own)
    root.setLevel(others)
    if level not in LOG_LEVELS:
        _bridge.before = None


def warn_of_disabled_loggers(log: logging.Logger) -> None:
    """Warn about loggers that a user's logging configuration has disabled: their lines are lost."""
    known = logging.getLogger().manager.loggerDict
    names = sorted(name for name, one in known.items() if isinstance(one, logging.Logger) and one.disabled)
    if names:
        shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
        hint = "To keep them, configure logging with disable_existing_loggers=False"
        log.warning(
            "these loggers were disabled when logging was configured, and their lines are lost: %s. %s", shown, hint
        )


def log_to_stderr() -> None:
    """Send everything logged in Python to stderr instead."""
    global _bridge
    if _bridge:
        _bridge.logger.to_storm = None
    _bridge = None
    root = logging.getLogger()
    for handler in [one for one in root.handlers if isinstance(one, StormHandler)]:
        root.removeHandler(handler)
    root.addHandler(logging.StreamHandler())
