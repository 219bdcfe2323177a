"""What a component sends, checked before a byte is written.

Storm's ShellBolt ends the whole worker on a second ack, an anchor on a settled tuple or an unknown stream. Here each
of these is a Python error in the user's own line, and nothing is sent.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, NoReturn, Protocol, Union, runtime_checkable

from umbrella.errors import EmitError, explain
from umbrella.multilang.channel import LONG, WRITE_COUNT, Channel
from umbrella.multilang.messages import INFO, WARN, Log, Metrics, ReportError, shorten
from umbrella.multilang.values import explain_fault

MAX_LINE = 1 << 20  # characters of a line for the log
MAX_ERROR = 1 << 16  # characters of a report; ZooKeeper refuses a node of 1 MiB
LARGE_FRAME = 1 << 20  # bytes; ShellBolt queues 100 tuples of a task, so larger ones are worth a word
MAX_FRAME = 1 << 26  # bytes; umbrella.max.frame.bytes changes it


@runtime_checkable
class HasStreamName(Protocol):
    """A declared stream: anything that knows its Storm stream id."""

    stream_name: str


StreamName = Union[str, HasStreamName]
MessageId = Union[str, int]


class Outputs(NamedTuple):
    """What a component may emit.

    Attributes:
        component: its name, for errors.
        streams: the fields of each stream.
        direct: the streams for direct emits, each with the tasks that read it; with none where that is not known.
        max_frame: the largest message, in bytes.
    """

    component: str
    streams: Mapping[str, tuple[str, ...]]
    direct: Mapping[str, Collection[int]] = {}
    max_frame: int = MAX_FRAME


class Collector:
    """Sends what a component emits, logs and reports (Storm's OutputCollector).

    Args:
        channel: where messages go.
        outputs: what may be emitted.
    """

    def __init__(self, channel: Channel, outputs: Outputs) -> None:
        self._channel = channel
        self._component, self._streams, self._direct, self._max_frame = outputs
        # Bound once: these are called for every tuple.
        self._write = channel.write_frame
        self._codec = codec = channel.codec
        self._encode = codec.encode_emit
        self._plain = codec.plain
        self._warned_of: set[str] = set()

    def log(self, text: str, level: int = INFO) -> None:
        """Send a line to the worker's log."""
        self._channel.write(Log(_cut(text, MAX_LINE), level))

    def report_error(self, text: str) -> None:
        """Send an error to Storm's UI and to the worker's log."""
        # Storm's ReportError writes each one to the log; its UI takes 5 in 10 s per executor.
        self._channel.write(ReportError(cut_error(text)))

    def send_metrics(self, values: Mapping[str, Mapping[str, Any]]) -> None:
        """Send what metrics have counted and measured since the last time."""
        self._channel.write(Metrics(values))

    def row(self, stream: str, values: Sequence[Any], named: Mapping[str, Any]) -> Sequence[Any]:
        """Return the values of a tuple in the order of the stream's fields.

        Raises:
            EmitError: the stream is not declared, or the number or names of the values are not its fields'.
        """
        fields = self._fields_of(stream)
        if named:
            return self._named_row(stream, fields, values, named)
        if len(values) == 1 and len(fields) != 1 and isinstance(values[0], (tuple, list)):
            values = values[0]
        if len(values) != len(fields):
            what = f"stream {stream!r} of {self._component} takes {_count(len(fields))}: {', '.join(fields)}"
            raise EmitError(explain(what, given=f"{_count(len(values))}: {shorten(list(values))}"))
        return values

    def _named_row(
        self, stream: str, fields: tuple[str, ...], values: Sequence[Any], named: Mapping[str, Any]
    ) -> list[Any]:
        where = f"stream {stream!r} of {self._component}"
        if values:
            what = f"emit to {where} takes values by position or by name, not both"
            raise EmitError(explain(what, given=f"{len(values)} by position and {', '.join(named)} by name"))
        unknown = [name for name in named if name not in fields]
        if unknown:
            raise EmitError(explain(f"{where} has no field {unknown[0]!r}", valid=fields, wrong=unknown[0]))
        missing = [name for name in fields if name not in named]
        if missing:
            what = f"{where} takes the fields {', '.join(fields)}"
            raise EmitError(explain(what, given=f"only {', '.join(named)}", hint=f"Add {', '.join(missing)}."))
        return [named[name] for name in fields]

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
        for value in values:
            if type(value) not in self._plain:
                values = self._codec.repaired(values) or self._refuse(values, stream)
                break
        if task is not None or self._direct:
            self._check_direct(stream, task)
            if task is not None:
                need_task_ids = False  # Storm never answers a direct emit (ShellBolt.handleEmit)
        try:
            frame = self._encode(values, stream, id, anchors, task, need_task_ids)
        except ValueError as exc:
            self._refuse(values, stream, exc)
        if len(frame) > LARGE_FRAME:
            self._check_size(len(frame), stream)
        if need_task_ids:
            return self._channel.ask_task_ids(frame)
        channel = self._channel
        unsent = channel.unsent  # what write_frame does, without the call: this is once for each tuple
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
        """Return the encoded emits of many rows, all of them checked."""
        from umbrella.multilang.rows import Rows  # for those who use it: a worker starts without it

        if self._direct:
            self._check_direct(stream, None)
        whole = Rows(self._component, stream, self._fields_of(stream), self._codec)
        messages = whole.encoded(whole.checked(rows), ids, anchors, LARGE_FRAME)
        largest = max(map(len, messages), default=0)
        if largest > LARGE_FRAME:  # of one row: those of several are cut below that
            self._check_size(largest, stream)
        return messages

    def _fields_of(self, stream: str) -> tuple[str, ...]:
        fields = self._streams.get(stream)
        if fields is None:
            what = f"{self._component} has no stream {stream!r}"
            raise EmitError(explain(what, valid=[repr(name) for name in self._streams], wrong=repr(stream)))
        return fields

    def _refuse(self, row: Sequence[Any], stream: str, cause: ValueError | None = None) -> NoReturn:
        fault: Any = explain_fault(row, self._streams[stream], self._codec.plain)
        if not fault and isinstance(cause, UnicodeEncodeError):
            fault = "the message id holds a lone surrogate, which UTF-8 cannot carry"
        raise EmitError(f"{self._component} cannot emit this to stream {stream!r}: {fault or cause}")

    def _check_direct(self, stream: str, task: int | None) -> None:
        """Refuse what Storm's Task.getOutgoingTasks would end the worker for, or drop without a word."""
        readers = self._direct.get(stream)
        where = f"stream {stream!r} of {self._component}"
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
            what = f"{self._component} cannot emit a tuple of {size:,} bytes to stream {stream!r}"
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
    """Return the text of an error, cut to what Storm can keep."""
    return _cut(text, MAX_ERROR)


def stream_name(stream: StreamName | None) -> str:
    """Return the Storm id of a stream given by name, by its class, or not at all.

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


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}\n... {len(text) - most} more characters"


def _count(number: int) -> str:
    return "1 value" if number == 1 else f"{number} values"
