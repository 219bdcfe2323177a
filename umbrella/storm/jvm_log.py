"""Reads the log of the embedded Storm: what components say, what they died of, and Storm's own noise."""

from __future__ import annotations

import contextlib
import json
import re
from collections import deque
from collections.abc import Callable, Iterator
from typing import NamedTuple

COMPONENT = "component"  # a component's own log line or print
ERROR = "error"  # an error that a component reported, or died of
DIED = "died"  # a component's process ended, and with it the component
STORM = "storm"  # a warning or an error of Storm's own

_SHELL_LOG = re.compile(r"ShellLog pid:(?P<pid>\S+), name:(?P<name>\S+) (?P<text>.*)", re.DOTALL)
_TASK_PREFIX = re.compile(r"^(?P<name>[^\s\[\]]+)\[\d+\]: ")
_SHELL_LOGGERS = ("org.apache.storm.task.ShellBolt", "org.apache.storm.spout.ShellSpout")
_DEATHS = ("ShellBolt died", "Worker died", "Error during query", "subprocess heartbeat timeout")

# Seen at every start or stop of a LocalCluster, and harmless (storm-server's own logging).
_NOISE = (
    "is still not shut down",
    "Thread died",
    "Async loop died",
    "Interrupted",
    "NoOutputException",
    "metric store",
    "SLF4J",
    "Scheduling thread",
)


class LogEvent(NamedTuple):
    """One line of the JVM's log.

    Attributes:
        kind: COMPONENT, ERROR, DIED or STORM.
        level: Storm's level: TRACE, DEBUG, INFO, WARN or ERROR.
        component: the component it is from, or "".
        text: the line or lines.
    """

    kind: str
    level: str
    component: str
    text: str


Listener = Callable[[LogEvent], None]


class JvmLog:
    """Takes the JVM's output as it comes, line by line, and hands what matters to its listeners.

    A listener is called for every event, on the thread that reads the JVM's output.
    """

    def __init__(self) -> None:
        self.last_lines: deque[str] = deque(maxlen=40)
        self._listeners: list[Listener] = []

    @contextlib.contextmanager
    def heard_by(self, listener: Listener) -> Iterator[None]:
        """Call the listener while the block runs."""
        self._listeners.append(listener)
        try:
            yield
        finally:
            self._listeners.remove(listener)

    def write(self, line: str) -> None:
        """Take one line of the JVM's output."""
        line = line.rstrip("\n")
        if not line:
            return
        event = parse(line)
        if event.kind != COMPONENT:
            self.last_lines.append(event.text)
        if not _is_noise(event):
            for listener in tuple(self._listeners):
                listener(event)

    def flush(self) -> None:
        """Nothing is kept back."""

    def close(self) -> None:
        """Nothing is held open."""


def parse(line: str) -> LogEvent:
    """Return the event of one line; a line that is no JSON is the JVM's own."""
    try:
        record = json.loads(line)
        level, logger, text, thrown = (str(record[key]) for key in ("level", "logger", "message", "thrown"))
    except (ValueError, KeyError, TypeError):
        return LogEvent(STORM, "WARN", "", line)
    if logger in _SHELL_LOGGERS:
        match = _SHELL_LOG.match(text)
        if match:
            return _component_event(level, match)
    whole = f"{text}\n{thrown}" if thrown else text
    if any(part in whole for part in _DEATHS) and level == "ERROR":
        return LogEvent(DIED, level, _name_in(whole), whole)
    return LogEvent(STORM, level, "", whole)


def _is_noise(event: LogEvent) -> bool:
    if event.kind != STORM:
        return False
    # The two Shell loggers are open down to TRACE for what components log; their own lines tell of heartbeats.
    return event.level in ("TRACE", "DEBUG", "INFO") or any(part in event.text for part in _NOISE)


def _component_event(level: str, match: re.Match[str]) -> LogEvent:
    text = match["text"]
    reported = _TASK_PREFIX.match(text)
    kind = ERROR if level == "ERROR" and reported and reported["name"] == match["name"] else COMPONENT
    return LogEvent(kind, level, match["name"], text)


def _name_in(text: str) -> str:
    found = re.search(r"name:(\S+?)[,\s]", text)
    return found[1] if found else ""
