"""The messages of Storm's multilang protocol in both directions, one type each.

From Storm (ShellBolt, ShellSpout): Handshake, Tuple, Heartbeat, TaskIds, Next, Acked, Failed, Activate, Deactivate.
To Storm: Pid, Emit, AckTuple, FailTuple, Sync, Log, ReportError.
With Umbrella's Java half also, from it: SourceNamed, AckedMany, FailedMany, LogLevel; to it: Metrics.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple, Union

from umbrella.errors import ProtocolError
from umbrella.multilang.tuples import Tuple

TICK_STREAM = "__tick"  # Storm's Constants.SYSTEM_TICK_STREAM_ID
SYSTEM_COMPONENT = "__system"  # Storm's Constants.SYSTEM_COMPONENT_ID
HEARTBEAT_STREAM = "__heartbeat"  # ShellBolt.HEARTBEAT_STREAM_ID

JSON, MSGPACK = "json", "msgpack"  # Config.serializer

BEYOND_ASCII = "umbrella.beyond.ascii"  # settings once more, as JSON in ASCII; put there by umbrella.compile.conf

TRACE, DEBUG, INFO, WARN, ERROR = range(5)  # ShellMsg.ShellLogLevel

# A spout's signs of life are lines at TRACE with one of these texts: not meant to be read.
STILL_OPENING, STILL_AT_IT = SIGNS_OF_LIFE = ("still opening", "still at it")

# JsonSerializer casts "task" to Long, but its parser gives an Integer for anything that fits one, so a direct emit
# of stock Storm >= 2.6 dies. Beyond 32 bits it is a Long, and ShellBolt and ShellSpout narrow it with (int).
DIRECT_TASK_OFFSET = 1 << 32


class Parent(NamedTuple):
    """Sent by Umbrella's Java half in the handshake.

    Attributes:
        serializer: the wire used after the pid: JSON or MSGPACK.
        streams: the component's output streams; msgpack refers to a stream by its index here.
        env: variables that the JVM could not set for this process because its locale lacks their characters.
    """

    serializer: str
    streams: tuple[str, ...]
    env: Mapping[str, str] = MappingProxyType({})


class Handshake(NamedTuple):
    """The first message: the merged configuration, the topology context, and the directory for the pid file.

    ``parent`` is None under stock Storm.
    """

    conf: Mapping[str, Any]
    context: Mapping[str, Any]
    pid_dir: str
    parent: Parent | None = None


class Heartbeat(NamedTuple):
    """ShellBolt asks whether the bolt is alive; the answer is Sync. It has no id to ack."""


class SourceNamed(NamedTuple):
    """On the msgpack wire: the source of the tuples that follow with this number. Handled by the codec."""


class TaskIds(NamedTuple):
    """The tasks that an emit went to; sent in the order of the emits that asked."""

    ids: list[int]


class Next(NamedTuple):
    """The spout may emit."""


class Acked(NamedTuple):
    """A spout's tuple is fully processed."""

    id: Any


class Failed(NamedTuple):
    """A spout's tuple failed or timed out."""

    id: Any


class AckedMany(NamedTuple):
    """Some of a spout's tuples are fully processed."""

    ids: list[Any]


class FailedMany(NamedTuple):
    """Some of a spout's tuples failed or timed out."""

    ids: list[Any]


class Activate(NamedTuple):
    """The topology became active."""


class Deactivate(NamedTuple):
    """The topology became inactive."""


class LogLevel(NamedTuple):
    """Sets the level of Python's logging; "" restores that of the topology's settings."""

    level: str


class Pid(NamedTuple):
    """The answer to the handshake."""

    pid: int


class Emit(NamedTuple):
    """A tuple to emit. ``id`` is for spouts, ``anchors`` for bolts."""

    values: Sequence[Any]
    stream: str
    id: str | int | None = None
    anchors: Sequence[str] = ()
    task: int | None = None
    need_task_ids: bool = False


class AckTuple(NamedTuple):
    """A bolt has processed a tuple."""

    id: str | int


class FailTuple(NamedTuple):
    """A bolt fails a tuple."""

    id: str | int


class Sync(NamedTuple):
    """Ends a spout's turn; from a bolt, the answer to a heartbeat."""


class Log(NamedTuple):
    """A line of the worker's log."""

    text: str
    level: int = INFO


class ReportError(NamedTuple):
    """An error for Storm's UI."""

    text: str


class Metrics(NamedTuple):
    """The values collected by the component's metrics since the last message; see ``metrics.gather``."""

    values: Mapping[str, Mapping[str, Any]]


FromStorm = Union[
    Handshake,
    Tuple,
    Heartbeat,
    SourceNamed,
    TaskIds,
    Next,
    Acked,
    Failed,
    AckedMany,
    FailedMany,
    Activate,
    Deactivate,
    LogLevel,
]
ToStorm = Union[Pid, Emit, AckTuple, FailTuple, Sync, Log, ReportError, Metrics]

NEXT, ACTIVATE, DEACTIVATE = Next(), Activate(), Deactivate()
HEARTBEAT, SOURCE_NAMED = Heartbeat(), SourceNamed()


# The class for the tuples of each stream that a bolt reads, by (component, stream).
Schemas = Mapping[tuple[str, str], type[Tuple]]


def message_of(raw: Any, schemas: Schemas) -> FromStorm:
    """Turn a parsed JSON value from Storm into its message.

    Args:
        raw: what the JSON text holds.
        schemas: the fields of the streams that are read.

    Raises:
        ProtocolError: it is none of the messages that ShellBolt and ShellSpout write.
    """
    if type(raw) is dict:
        if "tuple" in raw:
            return _tuple(raw, schemas)
        if "command" in raw:
            return _command(raw)
        if "pidDir" in raw:
            return _handshake(raw)
        raise ProtocolError(f"a message has 'tuple', 'command' or 'pidDir'; given keys: {sorted(map(str, raw))}")
    if type(raw) is list and all(type(task) is int for task in raw):
        return TaskIds(raw)
    raise ProtocolError(f"a message is a JSON object or a list of task ids; given: {shorten(raw)}")


def _tuple(raw: dict[str, Any], schemas: Schemas) -> Tuple | Heartbeat:
    try:
        id, component, stream, task, values = raw["id"], raw["comp"], raw["stream"], raw["task"], raw["tuple"]
    except KeyError:
        id = None
    if type(id) is str and type(task) is int and type(values) is list:
        if stream == HEARTBEAT_STREAM:
            return HEARTBEAT
        if type(component) is str and type(stream) is str:
            return schemas.get((component, stream), Tuple)(id, component, stream, task, values)
    what = "a tuple has id, comp and stream as text, task as number, tuple as list"
    raise ProtocolError(f"{what}; given: {shorten(raw)}")


def _command(raw: dict[str, Any]) -> Next | Acked | Failed | Activate | Deactivate | LogLevel:
    command = raw["command"]
    if command == "ack":
        return Acked(raw.get("id"))
    if command == "next":
        return NEXT
    if command == "fail":
        return Failed(raw.get("id"))
    if command == "activate":
        return ACTIVATE
    if command == "deactivate":
        return DEACTIVATE
    if command == "log_level":
        return LogLevel(str(raw.get("level", "")))
    raise ProtocolError(f"unknown command {shorten(command)}; valid: next, ack, fail, activate, deactivate")


def _handshake(raw: dict[str, Any]) -> Handshake:
    parent = _parent(raw["umbrella"]) if "umbrella" in raw else None
    conf = raw.get("conf", {})
    shake = Handshake(conf, raw.get("context", {}), raw["pidDir"], parent)
    if type(shake.conf) is dict and type(shake.context) is dict and type(shake.pid_dir) is str:
        if BEYOND_ASCII in conf:
            conf.update(_settings(conf.pop(BEYOND_ASCII)))
        return shake
    raise ProtocolError(f"a handshake has conf and context as objects, pidDir as text; given: {shorten(raw)}")


def _settings(text: Any) -> dict[str, Any]:
    import json

    with contextlib.suppress(ValueError, TypeError):
        settings = json.loads(text)
        if type(settings) is dict:
            return settings
    raise ProtocolError(f"{BEYOND_ASCII} is a JSON object of settings; given: {shorten(text)}")


def _parent(raw: Any) -> Parent:
    if type(raw) is dict:
        serializer, streams, env = raw.get("serializer", JSON), raw.get("streams", []), raw.get("env", {})
        if serializer in (JSON, MSGPACK) and _texts(streams, list) and _texts(env, dict) and _texts(env.values()):
            return Parent(serializer, tuple(streams), env)
    what = f"a handshake's 'umbrella' has serializer ({JSON!r} or {MSGPACK!r}), streams (a list of names) and env"
    raise ProtocolError(f"{what}; given: {shorten(raw)}")


def _texts(given: Any, kind: type | None = None) -> bool:
    return (kind is None or type(given) is kind) and all(type(one) is str for one in given)


def to_json(message: ToStorm) -> dict[str, Any]:
    """Return the JSON object that JsonSerializer.readShellMsg understands for a message."""
    raw: dict[str, Any] = _TO_JSON[type(message)](*message)
    return raw


def emit_json(
    values: Sequence[Any],
    stream: str,
    id: str | int | None = None,
    anchors: Sequence[str] = (),
    task: int | None = None,
    need_task_ids: bool = False,
) -> dict[str, Any]:
    """Return the JSON object of an Emit."""
    raw: dict[str, Any] = {"command": "emit", "tuple": values, "need_task_ids": need_task_ids}
    if stream != "default":
        raw["stream"] = stream
    if id is not None:
        raw["id"] = id
    if anchors:
        raw["anchors"] = anchors
    if task is not None:
        raw["task"] = task + DIRECT_TASK_OFFSET
    return raw


_TO_JSON: dict[type, Any] = {
    Pid: lambda pid: {"pid": pid},
    Emit: emit_json,
    AckTuple: lambda id: {"command": "ack", "id": id},
    FailTuple: lambda id: {"command": "fail", "id": id},
    Sync: lambda: {"command": "sync"},
    Log: lambda text, level: {"command": "log", "msg": text, "level": level},
    ReportError: lambda text: {"command": "error", "msg": text},
    Metrics: lambda values: {"command": "metrics", "name": "umbrella", "params": values},
}


def shorten(value: Any, limit: int = 120) -> str:
    """Return a value as text for an error, cut to ``limit`` characters."""
    try:
        text = repr(value)
    except Exception as exc:  # an integer of too many digits, or a class of the user's: the error is about the value
        text = f"<{type(value).__name__} whose repr raises {type(exc).__name__}>"
    return text if len(text) <= limit else text[: limit - 3] + "..."
