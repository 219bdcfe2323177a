"""Sorts the messages at Storm's end into what a test reads; refuses what Storm would refuse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from umbrella.spec import StreamSpec
from umbrella.testing.records import Emits, Emitted, Fed, LogLine, Row, Turn

_LEVELS = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR")  # ShellMsg.ShellLogLevel
_INT = 0xFFFFFFFF  # ShellBolt narrows a task number to an int


class Journal:
    """Everything that a component has done so far.

    Args:
        component: the component's name.
        streams: its output streams.

    Attributes:
        all: everything, across all turns.
        fed: the tuples fed, by id.
    """

    def __init__(self, component: str, streams: Mapping[str, StreamSpec]) -> None:
        self._component = component
        self._streams = streams
        self.all = self.new_turn()
        self.fed: dict[str, Fed] = {}

    def new_turn(self) -> Turn:
        """Return a new, empty turn."""
        return Turn(Emits((), self._streams))

    def take(self, raw: Mapping[str, Any], turn: Turn) -> str | None:
        """Record one message; returns why Storm would end the worker for it, or None."""
        command = raw.get("command")
        if command == "emit":
            return self._emit(raw, turn)
        if command in ("ack", "fail"):
            self._settle(raw["id"], "acked" if command == "ack" else "failed", turn)
        for place in (self.all, turn):
            if command == "log":
                place.logs.append(LogLine(_LEVELS[raw["level"]], raw["msg"]))
            elif command == "error":
                place.errors.append(raw["msg"])
            elif command == "sync":
                place.syncs += 1
        return None

    def _settle(self, id: str, how: str, turn: Turn) -> None:
        fed = self.fed.get(id)
        if fed is None:
            return  # a tick, acked by the loop
        fed.settled.append(how)
        for place in (self.all, turn):
            (place.acked if how == "acked" else place.failed).append(fed)

    def _emit(self, raw: Mapping[str, Any], turn: Turn) -> str | None:
        stream = self._streams[raw.get("stream", "default")]
        row = Row(self._component, stream.name, stream.fields, raw["tuple"])
        task = raw["task"] & _INT if "task" in raw else None
        anchors = [self.fed[id] for id in raw.get("anchors", ()) if id in self.fed]
        emitted = Emitted(row, anchors, raw.get("id"), task, raw["need_task_ids"])
        for place in (self.all, turn):
            place.emits.append(emitted)
        return None
