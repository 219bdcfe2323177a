"""Parses the log of the embedded Storm: components' output, their errors and deaths, and Storm's own noise."""

from __future__ import annotations

import contextlib
import json
import re
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from umbrella.multilang.messages import SIGNS_OF_LIFE
from umbrella.storm.nimbus.reported import TASK, is_of_python, python_text

COMPONENT = "component"  # a component's own log line or print
ERROR = "error"  # an error that a component reported, or the end of a process that is restarted
DIED = "died"  # a component's process ended and is not restarted
STORM = "storm"  # a warning or an error from Storm itself

_SHELL_LOG = re.compile(r"ShellLog pid:(?P<pid>\S+), name:(?P<name>\S+) (?P<text>.*)", re.DOTALL)
# The last one is the logger of umbrella.storm.Reporting, for DEBUG.
_SHELL_LOGGERS = ("org.apache.storm.task.ShellBolt", "org.apache.storm.spout.ShellSpout", "umbrella.python")
_KEYS = ("level", "logger", "thread", "message", "thrown")
_REPORTS = "org.apache.storm.executor.error.ReportError"
_SERIALIZER_WORDS = re.compile(r"Serializer Exception:\n(?P<words>.*?)(?=\n\s*at |\nCaused|\Z)", re.DOTALL)
# umbrella.storm.Keeper: the end of a child, which is an error, or of the last one, which ends the component.
_CHILD_DIED = re.compile(
    r"umbrella\.storm\.ChildDied: (?P<words>(?P<name>[^\s\[\]]+)\[\d+\]: .*?)"
    r"(?=\s*\n(?:\tat |\t\.\.\. |Caused by: )|\s*\Z)",
    re.DOTALL,
)
_ENDS_COMPONENT = ("Halting process: ", "Async loop died!")
_CHILD_PID = re.compile(r"its process \(pid (\d+)\)")
_JAVA_CAUSE = re.compile(r"^java\.\S+(?:Exception|Error): .*", re.MULTILINE)
_OF_A_BROKEN_PIPE = re.compile(r"NoOutputException|Stream closed|Broken pipe|pid:\d+, name:")
_EXECUTOR_THREAD = re.compile(r"Thread-\d+-(?P<name>.+)-executor\[")
_PROCESS_INFO = re.compile(
    r"pid:(?P<pid>\S*), name:(?P<name>\S+) exitCode:(?P<code>-?\d+), errorString:"
    r"(?P<words>.*?)(?=\n\s*at |\njava\.|\nCaused|\Z)",
    re.DOTALL,
)

# Logged at every start or stop of a LocalCluster, and harmless (storm-server's own logging).
_NOISE = (
    "is still not shut down",
    "Failed to initialize metric store",
    "Halting process: Worker died",  # follows the death of a component
)


class LogEvent(NamedTuple):
    """One line of the JVM's log.

    Attributes:
        kind: COMPONENT, ERROR, DIED or STORM.
        level: Storm's level: TRACE, DEBUG, INFO, WARN or ERROR.
        component: the component that it came from, or "".
        text: the line or lines.
        pid: the process, if a Python component died.
    """

    kind: str
    level: str
    component: str
    text: str
    pid: int = 0


Listener = Callable[[LogEvent], None]


class JvmLog:
    """Parses the JVM's output line by line, and passes the relevant events to its listeners.

    A listener is called for every event, on the thread that reads the JVM's output.
    """

    def __init__(self) -> None:
        self.last_lines: deque[str] = deque(maxlen=40)
        self._listeners: list[Listener] = []
        self._told_to_end: set[int] = set()
        self._marks: dict[str, threading.Event] = {}

    @contextlib.contextmanager
    def heard_by(self, listener: Listener) -> Iterator[None]:
        """Call the listener for each event while the block runs."""
        self._listeners.append(listener)
        try:
            yield
        finally:
            self._listeners.remove(listener)

    @contextlib.contextmanager
    def awaiting(self, mark: str, seconds: float) -> Iterator[None]:
        """Run the block, which makes the JVM print the mark as a line, and wait for that line."""
        self._marks[mark] = come = threading.Event()
        yield
        come.wait(seconds)
        del self._marks[mark]

    def expect_end(self, pids: Iterable[int]) -> None:
        """Ignore the end of these processes: their topology is being killed."""
        self._told_to_end.update(pids)

    def write(self, line: str) -> None:
        """Parse one line of the JVM's output."""
        line = line.rstrip("\n")
        if not line:
            return
        if line in self._marks:
            self._marks[line].set()
            return
        event = parse(line)
        if event.kind != COMPONENT:
            self.last_lines.append(event.text)
        if not _is_noise(event) and event.pid not in self._told_to_end:
            for listener in tuple(self._listeners):
                listener(event)

    def flush(self) -> None:
        """Do nothing: nothing is buffered."""

    def close(self) -> None:
        """Do nothing: there is nothing to close."""


def parse(line: str) -> LogEvent:
    """Return the event of one line; a line that is not JSON comes from the JVM itself."""
    try:
        record = json.loads(line)
        level, logger, thread, text, thrown = (str(record[key]) for key in _KEYS)
    except (ValueError, KeyError, TypeError):
        return LogEvent(STORM, "WARN", "", line)
    whole = f"{text}\n{thrown}" if thrown else text
    child = _CHILD_DIED.search(thrown)
    if child:
        return _child_death(child, text)
    match = _SHELL_LOG.match(text) if logger in _SHELL_LOGGERS else None
    if match:
        return _component_event(level, match)
    if text.startswith("Halting process: ShellBolt died"):
        return _shell_death(_PROCESS_INFO.search(text), whole, thrown)
    executor = _EXECUTOR_THREAD.match(thread)
    if logger == _REPORTS and is_of_python(thrown):
        words = python_text(thrown)
        task = TASK.match(words)
        return LogEvent(ERROR, level, task["name"] if task else executor["name"] if executor else "", words)
    if executor and text == "Async loop died!":
        info = _PROCESS_INFO.search(thrown)
        return _shell_death(info, whole, thrown) if info else LogEvent(DIED, level, executor["name"], thrown)
    if executor and logger == _REPORTS and not _PROCESS_INFO.search(thrown):
        return LogEvent(ERROR, level, executor["name"], thrown)
    return LogEvent(STORM, level, "", whole)


def _child_death(child: re.Match[str], text: str) -> LogEvent:
    words = child["words"]
    pid = _CHILD_PID.search(words)
    kind = DIED if text.startswith(_ENDS_COMPONENT) else ERROR
    if kind == ERROR and "; no other is started: " in words:
        return LogEvent(STORM, "DEBUG", child["name"], words)  # Storm logs the error in addition to the end
    return LogEvent(kind, "ERROR", child["name"], words, int(pid[1]) if pid else 0)


def _shell_death(info: re.Match[str] | None, whole: str, thrown: str) -> LogEvent:
    if info is None:
        return LogEvent(DIED, "ERROR", "", whole)
    code = int(info["code"])  # -1 if the JVM has not noticed the end of the process yet
    how = {-1: "ended"}.get(code, f"ended with exit code {code}")
    if code > 128:
        how = f"was killed by signal {code - 128}"
    text = f"its Python process (pid {info['pid']}) {how}"
    cause = _JAVA_CAUSE.search(thrown)
    if cause and not _OF_A_BROKEN_PIPE.search(cause[0]):  # Storm could not handle what Python sent
        text = f"Storm ended it: {cause[0]}"
    # Storm reads the child's stderr only once: into this text, or into the exception (ShellProcess.readShellMsg).
    in_exception = _SERIALIZER_WORDS.search(thrown)
    words = info["words"] + (in_exception["words"] if in_exception else "")
    words = words.replace("(Unable to capture error stream)", "").strip()
    text = f"{text}; its last words:\n{words}" if words else text
    return LogEvent(DIED, "ERROR", info["name"], text, int(info["pid"]) if info["pid"].isdigit() else 0)


def _is_noise(event: LogEvent) -> bool:
    if event.kind == COMPONENT:
        return event.level == "TRACE" and event.text in SIGNS_OF_LIFE
    if event.kind != STORM:
        return False
    # The two Shell loggers are open down to TRACE because components log through them; their own lines are about
    # heartbeats.
    return event.level in ("TRACE", "DEBUG", "INFO") or any(part in event.text for part in _NOISE)


def _component_event(level: str, match: re.Match[str]) -> LogEvent:
    return LogEvent(COMPONENT, level, match["name"], match["text"])
