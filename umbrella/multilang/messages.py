"""Every message of Storm's multilang protocol, one type each, in both directions.

From Storm (ShellBolt, ShellSpout): Handshake, TupleIn, Heartbeat, TaskIds, Next, Acked, Failed, Activate, Deactivate.
To Storm: Pid, Emit, AckTuple, FailTuple, Sync, Log, ReportError.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Union

from umbrella.errors import ProtocolError

TICK_STREAM = "__tick"  # Storm's Constants.SYSTEM_TICK_STREAM_ID
SYSTEM_COMPONENT = "__system"  # Storm's Constants.SYSTEM_COMPONENT_ID
HEARTBEAT_STREAM = "__heartbeat"  # ShellBolt.HEARTBEAT_STREAM_ID

TRACE, DEBUG, INFO, WARN, ERROR = range(5)  # ShellMsg.ShellLogLevel

# JsonSerializer casts "task" to Long, but its parser gives an Integer for anything that fits one, so a direct emit
# of stock Storm >= 2.6 dies. Beyond 32 bits it is a Long, and ShellBolt and ShellSpout narrow it with (int).
DIRECT_TASK_OFFSET = 1 << 32


class Handshake(NamedTuple):
    """The first message: the merged configuration, the topology context, and where the pid file belongs."""

    conf: Mapping[str, Any]
    context: Mapping[str, Any]
    pid_dir: str


class TupleIn(NamedTuple):
    """A tuple for a bolt."""

    id: str
    component: str
    stream: str
    task: int
    values: list[Any]


class Heartbeat(NamedTuple):
    """ShellBolt asks for a sign of life; the answer is Sync. It has no id to ack."""


class TaskIds(NamedTuple):
    """The tasks that an emit went to, in the order of the emits that asked."""

    ids: list[int]


class Next(NamedTuple):
    """The spout may emit."""


class Acked(NamedTuple):
    """A spout's tuple is fully processed."""

    id: Any


class Failed(NamedTuple):
    """A spout's tuple failed or timed out."""

    id: Any


class Activate(NamedTuple):
    """The topology became active."""


class Deactivate(NamedTuple):
    """The topology became inactive."""


class Pid(NamedTuple):
    """The answer to the handshake."""

    pid: int


class Emit(NamedTuple):
    """A tuple to send on. ``id`` is for spouts, ``anchors`` for bolts."""

    values: Sequence[Any]
    stream: str
    id: str | int | None = None
    anchors: Sequence[str] = ()
    task: int | None = None
    need_task_ids: bool = False


class AckTuple(NamedTuple):
    """A bolt is done with a tuple."""

    id: str


class FailTuple(NamedTuple):
    """A bolt gives a tuple up."""

    id: str


class Sync(NamedTuple):
    """A spout's turn is over; from a bolt, a sign of life."""


class Log(NamedTuple):
    """A line for the worker's log."""

    text: str
    level: int = INFO


class ReportError(NamedTuple):
    """An error for Storm's UI."""

    text: str


FromStorm = Union[Handshake, TupleIn, Heartbeat, TaskIds, Next, Acked, Failed, Activate, Deactivate]
ToStorm = Union[Pid, Emit, AckTuple, FailTuple, Sync, Log, ReportError]

_NEXT, _ACTIVATE, _DEACTIVATE, _HEARTBEAT = Next(), Activate(), Deactivate(), Heartbeat()


def message_of(raw: Any) -> FromStorm:
    """Turn a parsed JSON value from Storm into its message.

    Raises:
        ProtocolError: it is none of the messages that ShellBolt and ShellSpout write.
    """
    if type(raw) is list:
        if all(type(task) is int for task in raw):
            return TaskIds(raw)
        raise ProtocolError(f"task ids are a list of numbers; given: {shorten(raw)}")
    if type(raw) is not dict:
        raise ProtocolError(f"a message is a JSON object or a list of task ids; given: {shorten(raw)}")
    if "tuple" in raw:
        return _tuple_in(raw)
    if "command" in raw:
        return _command(raw)
    if "pidDir" in raw:
        return _handshake(raw)
    raise ProtocolError(f"a message has 'tuple', 'command' or 'pidDir'; given keys: {sorted(map(str, raw))}")


def _tuple_in(raw: dict[str, Any]) -> TupleIn | Heartbeat:
    if raw.get("stream") == HEARTBEAT_STREAM:
        return _HEARTBEAT
    message = TupleIn(raw.get("id", ""), raw.get("comp", ""), raw.get("stream", ""), raw.get("task", 0), raw["tuple"])
    types = (type(message.id), type(message.component), type(message.stream), type(message.task), type(message.values))
    if types != (str, str, str, int, list):
        raise ProtocolError(
            f"a tuple has id, comp and stream as text, task as number, tuple as list; given: {shorten(raw)}"
        )
    return message


def _command(raw: dict[str, Any]) -> Next | Acked | Failed | Activate | Deactivate:
    command = raw["command"]
    if command == "next":
        return _NEXT
    if command == "ack":
        return Acked(raw.get("id"))
    if command == "fail":
        return Failed(raw.get("id"))
    if command == "activate":
        return _ACTIVATE
    if command == "deactivate":
        return _DEACTIVATE
    raise ProtocolError(f"unknown command {shorten(command)}; valid: next, ack, fail, activate, deactivate")


def _handshake(raw: dict[str, Any]) -> Handshake:
    shake = Handshake(raw.get("conf", {}), raw.get("context", {}), raw["pidDir"])
    if type(shake.conf) is dict and type(shake.context) is dict and type(shake.pid_dir) is str:
        return shake
    raise ProtocolError(f"a handshake has conf and context as objects, pidDir as text; given: {shorten(raw)}")


def to_json(message: ToStorm) -> dict[str, Any]:
    """Return the JSON object that JsonSerializer.readShellMsg understands for a message."""
    if type(message) is Emit:
        return _emit_json(message)
    raw: dict[str, Any] = _TO_JSON[type(message)](message)
    return raw


def _emit_json(emit: Emit) -> dict[str, Any]:
    raw: dict[str, Any] = {"command": "emit", "tuple": emit.values, "need_task_ids": emit.need_task_ids}
    if emit.stream != "default":
        raw["stream"] = emit.stream
    if emit.id is not None:
        raw["id"] = emit.id
    if emit.anchors:
        raw["anchors"] = emit.anchors
    if emit.task is not None:
        raw["task"] = emit.task + DIRECT_TASK_OFFSET
    return raw


_TO_JSON: dict[type, Any] = {
    Pid: lambda message: {"pid": message.pid},
    AckTuple: lambda message: {"command": "ack", "id": message.id},
    FailTuple: lambda message: {"command": "fail", "id": message.id},
    Sync: lambda message: {"command": "sync"},
    Log: lambda message: {"command": "log", "msg": message.text, "level": message.level},
    ReportError: lambda message: {"command": "error", "msg": message.text},
}


def shorten(value: Any, limit: int = 120) -> str:
    """Return a value as text for an error, cut to ``limit`` characters."""
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 3] + "..."
