"""The output of a component, validated before a byte is written.

Storm's ShellBolt ends the whole worker on a second ack, an anchor that is already settled, or an unknown stream. Here
each of these is a Python error in the user's line, and nothing is sent.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection, Coroutine, Generator, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, NoReturn, Protocol, Union, runtime_checkable

from umbrella.errors import DeclarationError, EmitError, explain
from umbrella.multilang.channel import LONG, WRITE_COUNT, Channel
from umbrella.multilang.messages import INFO, WARN, Log, Metrics, ReportError, shorten
from umbrella.multilang.tuples import Tuple
from umbrella.multilang.values import explain_id, explain_refusal

MAX_LINE = 1 << 20  # characters of a log line
MAX_ERROR = 1 << 16  # characters of an error report; ZooKeeper refuses a node of 1 MiB
LARGE_FRAME = 1 << 20  # bytes; ShellBolt queues 100 tuples of a task, so larger ones are worth a warning
MAX_FRAME = 1 << 26  # bytes; umbrella.max.frame.bytes changes it


@runtime_checkable
class HasStreamName(Protocol):
    """A declared stream: any object with a Storm stream id."""

    stream_name: str


StreamName = Union[str, HasStreamName]
MessageId = Union[str, int]

# Return values of a hook that is not a plain function, by type.
_NOT_BEGUN: dict[type, str] = {Coroutine: "a coroutine", Generator: "a generator", AsyncGenerator: "an async generator"}


class Outputs(NamedTuple):
    """What a component may emit.

    Attributes:
        component: the component's name, for error messages.
        streams: the fields of each stream.
        direct: the streams for direct emits, each with the tasks that read it; empty where these are not known.
        max_frame: the maximum size of a message, in bytes.
        task: the task id.
        conf: the configuration as sent by Storm; user code cannot replace it.
    """

    component: str
    streams: Mapping[str, tuple[str, ...]]
    direct: Mapping[str, Collection[int]] = {}
    max_frame: int = MAX_FRAME
    task: int = 0
    conf: Mapping[str, Any] = {}


class Collector:
    """Sends the tuples, log lines and errors of a component (Storm's OutputCollector).

    Args:
        channel: where messages are written.
        outputs: what may be emitted.

    Attributes:
        component: the component's name.
        task: the task id.
        conf: the configuration as sent by Storm.
        arguments: the keyword arguments of ``emit`` that are not fields of a stream.
    """

    arguments: tuple[str, ...] = ("stream", "task", "need_task_ids")

    def __init__(self, channel: Channel, outputs: Outputs) -> None:
        self._channel = channel
        self.component, self._streams, self._direct, self._max_frame, self.task, self.conf = outputs
        # Bound once, because these are called for every tuple.
        self._write = channel.write_frame
        self._codec = codec = channel.codec
        self._encode = codec.encode_emit
        self._plain = codec.plain
        self._warned_of: set[str] = set()

    def log(self, text: str, level: int = INFO) -> None:
        """Write a line to the worker's log."""
        self._channel.write(Log(_cut(text, MAX_LINE), level))

    def report_error(self, text: str) -> None:
        """Report an error to Storm's UI and the worker's log, prefixed with the task's name."""
        # Storm's ReportError logs every one of them; its UI accepts 5 in 10 s per executor.
        self._channel.write(ReportError(cut_error(f"{self.component}[{self.task}]: {text}")))

    def has_stream(self, name: str) -> bool:
        """Whether the component has a stream of this name."""
        return name in self._streams

    def check_returned(self, hook: str, value: Any) -> None:
        """Check the return value of a hook: nothing reads it, so returning one is a mistake.

        Raises:
            DeclarationError: it is a coroutine or a generator, so the code of the hook has not run.
        """
        if value is None:
            return
        kind = next((kind for kind in _NOT_BEGUN if isinstance(value, kind)), None)
        if kind is not None:
            close = getattr(value, "close", None)
            if close:
                close()  # otherwise Python warns that it was never awaited
            what = f"{hook} of {self.component} returned {_NOT_BEGUN[kind]}, which nothing runs: nothing was done"
            hint = "Define it with def, not async def, and emit by self.emit(...), not by yield."
            raise DeclarationError(explain(what, given=shorten(value), hint=hint))
        text = f"{hook} of {self.component} returned {shorten(value)}; nothing reads it. Send values by self.emit(...)."
        self._warn_once(f"returned {hook}", text)

    def send_metrics(self, values: Mapping[str, Mapping[str, Any]]) -> None:
        """Send the metrics counted and measured since the last call."""
        self._channel.write(Metrics(values))

    def row(self, stream: str, values: Sequence[Any], named: Mapping[str, Any]) -> Sequence[Any]:
        """Return the values of a tuple in field order.

        Raises:
            EmitError: the stream is not declared, or the number or names of the values do not match its fields.
        """
        fields = self._fields_of(stream)
        if named:
            return self._named_row(stream, fields, values, named)
        if len(values) == 1 and len(fields) != 1 and isinstance(values[0], (tuple, list)):
            values = list(values[0])
        if len(values) != len(fields):
            what = f"stream {stream!r} of {self.component} takes {_count(len(fields))}: {', '.join(fields)}"
            hint = "To send the values of a tuple on, write emit(*tup)." if _is_a_tuple(values) else ""
            hint = hint if values else self._by_position(fields, fields)
            raise EmitError(explain(what, given=f"{_count(len(values))}: {shorten(list(values))}", hint=hint))
        return values

    def _named_row(
        self, stream: str, fields: tuple[str, ...], values: Sequence[Any], named: Mapping[str, Any]
    ) -> list[Any]:
        where = f"stream {stream!r} of {self.component}"
        if values:
            what = f"emit to {where} takes values by position or by name, not both"
            raise EmitError(explain(what, given=f"{len(values)} by position and {', '.join(named)} by name"))
        unknown = [name for name in named if name not in fields]
        if unknown:
            raise EmitError(explain(f"{where} has no field {unknown[0]!r}", valid=fields, wrong=unknown[0]))
        missing = [name for name in fields if name not in named]
        if missing:
            what = f"{where} takes the fields {', '.join(fields)}"
            hint = self._by_position(missing, fields) or f"Add {', '.join(missing)}."
            raise EmitError(explain(what, given=f"only {', '.join(named)}", hint=hint))
        return [named[name] for name in fields]

    def _by_position(self, missing: Sequence[str], fields: Sequence[str]) -> str:
        """Return a hint if a missing field has the name of an argument of ``emit``, which took the value instead."""
        taken = [name for name in missing if name in self.arguments]
        if not taken:
            return ""
        return f"{taken[0]}= is an argument of emit itself: give the values by position, emit({', '.join(fields)})."

    def _emit(
        self,
        stream: str,
        values: Sequence[Any],
        named: Mapping[str, Any],
        id: MessageId | None,
        anchors: Sequence[Any],
        task: int | None,
        need_task_ids: bool,
    ) -> list[int] | None:
        fields = self._streams.get(stream)
        if named or fields is None or len(values) != len(fields):
            values = self.row(stream, values, named)
        row = values
        for value in row:
            if type(value) not in self._plain:
                values = self._codec.repaired(row) or self._refuse(row, stream)
                break
        if task is not None or self._direct:
            self._check_direct(stream, task)
            if task is not None:
                need_task_ids = False  # Storm never answers a direct emit (ShellBolt.handleEmit)
        try:
            frame = self._encode(values, stream, id, anchors, task, need_task_ids)
        except ValueError as exc:
            self._refuse(row, stream, exc)
        if len(frame) > LARGE_FRAME:
            self._check_size(len(frame), stream)
        if need_task_ids:
            return self._channel.ask_task_ids(frame)
        channel = self._channel
        unsent = channel.unsent  # inlined write_frame: this runs once for each tuple
        unsent.append(frame)
        if channel.idle or len(unsent) >= WRITE_COUNT or len(frame) >= LONG:
            channel.flush_if_much()
        return None

    def _emit_many(
        self,
        stream: str,
        rows: Iterable[Sequence[Any]],
        ids: Sequence[MessageId] | None,
        anchors: Sequence[Any] | None,
    ) -> list[bytes]:
        """Return the encoded emits of many rows, after checking all of them."""
        from umbrella.multilang.rows import Rows  # lazy: most workers start without it

        if self._direct:
            self._check_direct(stream, None)
        whole = Rows(self.component, stream, self._fields_of(stream), self._codec)
        messages = whole.encoded(whole.checked(rows), ids, anchors, LARGE_FRAME)
        largest = max(map(len, messages), default=0)
        if largest > LARGE_FRAME:  # a single row: several rows are split below this size
            self._check_size(largest, stream)
        return messages

    def _fields_of(self, stream: str) -> tuple[str, ...]:
        fields = self._streams.get(stream)
        if fields is None:
            what = f"{self.component} has no stream {stream!r}"
            meant = next((one for one in self._streams.values() if "stream" in one), ())
            valid = [repr(name) for name in self._streams]
            raise EmitError(
                explain(
                    what, valid=valid, wrong=repr(stream), hint=self._by_position(["stream"] if meant else [], meant)
                )
            )
        return fields

    def _refuse(self, row: Sequence[Any], stream: str, cause: ValueError | None = None) -> NoReturn:
        fault = explain_refusal(row, self._streams[stream], self._codec.plain) or explain_id(cause)
        raise EmitError(f"{self.component} cannot emit this to stream {stream!r}: {fault}")

    def _check_direct(self, stream: str, task: int | None) -> None:
        """Refuse direct emits that Storm's Task.getOutgoingTasks would end the worker for, or drop silently."""
        readers = self._direct.get(stream)
        where = f"stream {stream!r} of {self.component}"
        if readers is None and task is not None:
            valid = [repr(name) for name in self._direct]
            hint = "A stream for direct emits says direct = True beside its fields."
            raise EmitError(explain(f"{where} is not direct", given=f"task={task!r}", valid=valid, hint=hint))
        if readers is not None and task is None:
            valid = [f"task={one}" for one in sorted(readers)] or ["task=..."]
            raise EmitError(explain(f"{where} is direct: an emit names its task", given="no task", valid=valid))
        if readers and task not in readers:
            valid = [str(one) for one in sorted(readers)]
            raise EmitError(explain(f"task {task!r} does not read {where}", valid=valid))

    def _check_size(self, size: int, stream: str) -> None:
        if size > self._max_frame:
            what = f"{self.component} cannot emit a tuple of {size:,} bytes to stream {stream!r}"
            hint = "Send a reference to the data; umbrella.max.frame.bytes changes the limit."
            raise EmitError(explain(what, valid=[f"up to {self._max_frame:,} bytes"], hint=hint))
        text = (
            f"a tuple of {size:,} bytes on stream {stream!r}: Storm holds up to 100 of them for each task that reads it"
        )
        self._warn_once(f"size {stream}", text)

    def _warn_once(self, key: str, text: str) -> None:
        if key not in self._warned_of:
            self._warned_of.add(key)
            self.log(text, WARN)


def cut_error(text: str) -> str:
    """Return an error text, truncated to what Storm can store."""
    return _cut(text, MAX_ERROR)


def stream_name(stream: StreamName | None) -> str:
    """Return the Storm stream id of a stream given as a name, a class, or None.

    Raises:
        EmitError: it is none of these.
    """
    if stream is None:
        return "default"
    if isinstance(stream, str):
        return stream
    if isinstance(stream, HasStreamName):
        return stream.stream_name
    raise EmitError(explain("stream is a name or a Stream class", given=shorten(stream)))


def _is_a_tuple(values: Sequence[Any]) -> bool:
    return len(values) == 1 and isinstance(values[0], Tuple)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}\n... {len(text) - most} more characters"


def _count(number: int) -> str:
    return "1 value" if number == 1 else f"{number} values"
