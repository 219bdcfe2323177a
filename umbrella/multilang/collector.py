"""What a component sends, checked before a byte is written.

Storm's ShellBolt ends the whole worker on a second ack, an anchor on a settled tuple or an unknown stream. Here each
of these is a Python error in the user's own line, and nothing is sent.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, NoReturn, Protocol, Union, runtime_checkable

from umbrella.errors import EmitError, TupleStateError, explain
from umbrella.multilang.channel import LONG, WRITE_COUNT, Channel
from umbrella.multilang.messages import ERROR, INFO, WARN, FailTuple, Log, Metrics, ReportError, shorten
from umbrella.multilang.tuples import Tuple
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

_ID_TYPES = frozenset({str, int})


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
        text = _cut(text, MAX_ERROR)
        # The UI takes 5 errors in 10 s per executor (ReportError.java); the log has them all.
        self._channel.write(Log(text, ERROR))
        self._channel.write(ReportError(text))

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


class BoltCollector(Collector):
    """A bolt's output; knows which tuples are open."""

    def __init__(self, channel: Channel, outputs: Outputs) -> None:
        super().__init__(channel, outputs)
        self.open: set[Any] = set()  # ids: texts on the JSON wire, numbers on the msgpack wire
        self.receive = self.open.add
        self._settle = self.open.remove

    def is_open(self, tup: Tuple) -> bool:
        """Whether the tuple is neither acked nor failed yet."""
        return tup._id in self.open

    def emit(
        self,
        stream: str,
        values: Sequence[Any],
        named: Mapping[str, Any],
        anchors: Sequence[Tuple],
        task: int | None = None,
        need_task_ids: bool = False,
    ) -> list[int] | None:
        """Send a tuple anchored to open tuples, and return the tasks it went to if asked."""
        ids: tuple[Any, ...]
        if len(anchors) == 1:  # as most have it
            id = anchors[0]._id
            if id not in self.open:
                self._refuse_anchors(anchors)
            ids = (id,)
        else:
            ids = tuple([anchor._id for anchor in anchors])
            if not self.open.issuperset(ids):
                self._refuse_anchors(anchors)
        return self._emit(stream, values, named, None, ids, task, need_task_ids)

    def emit_many(self, stream: str, rows: Iterable[Sequence[Any]], anchors: Sequence[Tuple]) -> None:
        """Send many tuples, each anchored to all of those open tuples; all are checked before the first is sent."""
        ids = [anchor._id for anchor in anchors]
        if not self.open.issuperset(ids):
            self._refuse_anchors(anchors)
        for message in self._emit_many(stream, rows, None, ids):
            self._write(message)

    def _refuse_anchors(self, anchors: Sequence[Tuple]) -> NoReturn:
        settled = next(anchor for anchor in anchors if anchor._id not in self.open)
        raise TupleStateError(f"{self._component} anchors to a tuple that is settled already: {settled!r}")

    def ack(self, tup: Tuple) -> None:
        """Tell Storm that the tuple is done."""
        id = tup._id
        try:
            self._settle(id)
        except KeyError:
            raise self._settled(tup, "acked") from None
        channel = self._channel
        channel.acks.append(id)
        if channel.idle:
            channel.send_soon()

    def ack_open(self, tuples: Iterable[Tuple]) -> None:
        """Tell Storm that those of the tuples which are open are done."""
        for tup in tuples:
            if tup._id in self.open:
                self.ack(tup)

    def fail(self, tup: Tuple) -> None:
        """Tell Storm that the tuple is to be replayed."""
        try:
            self._settle(tup._id)
        except KeyError:
            raise self._settled(tup, "failed") from None
        self._channel.write(FailTuple(tup._id))

    def alive(self) -> None:
        """Answer a heartbeat."""
        self._write(self._codec.alive)

    def _settled(self, tup: Tuple, how: str) -> TupleStateError:
        what = f"{self._component}: this tuple cannot be {how}, it is settled already: {tup!r}"
        return TupleStateError(explain(what, hint="Ack or fail each tuple once."))


class SpoutCollector(Collector):
    """A spout's output; knows which message ids are pending.

    Attributes:
        emitted: how many tuples it has sent.
        asks_task_ids: whether an emit has asked for its task ids, which Storm answers within a turn alone.
    """

    def __init__(self, channel: Channel, outputs: Outputs) -> None:
        super().__init__(channel, outputs)
        self._pending: dict[MessageId, int] = {}
        self.emitted = 0
        self.asks_task_ids = False

    @property
    def pending(self) -> int:
        """How many reliable tuples are neither acked nor failed."""
        return sum(self._pending.values())

    @property
    def open_ids(self) -> int:
        """How many message ids are neither acked nor failed: the same number, unless an id is used twice at a time."""
        return len(self._pending)

    def emit(
        self,
        stream: str,
        values: Sequence[Any],
        named: Mapping[str, Any],
        message_id: MessageId | None = None,
        task: int | None = None,
        need_task_ids: bool = False,
    ) -> list[int] | None:
        """Send a tuple, reliable if it has a message id, and return the tasks it went to if asked."""
        if message_id is None:
            if self._pending:
                self._warn_of_unreliable(stream)
        elif type(message_id) not in _ID_TYPES:
            self._refuse_id(message_id)
        else:
            # Before it is sent: where a thread emits, the ack may come at once.
            self._pending[message_id] = self._pending.get(message_id, 0) + 1
        if need_task_ids:
            self.asks_task_ids = True
        try:
            tasks = self._emit(stream, values, named, message_id, (), task, need_task_ids)
        except BaseException:
            if message_id is not None:
                self.settle(message_id)
            raise
        self.emitted += 1
        return tasks

    def emit_many(
        self, stream: str, rows: Iterable[Sequence[Any]], message_ids: Iterable[MessageId] | None = None
    ) -> None:
        """Send many tuples, reliable if they have message ids; all are checked before the first is sent."""
        rows = list(rows)
        ids = self._checked_ids(message_ids, len(rows))
        messages = self._emit_many(stream, rows, ids, None)
        if ids is None and self._pending and rows:
            self._warn_of_unreliable(stream)
        pending = self._pending
        for id in ids or ():
            pending[id] = pending.get(id, 0) + 1
        for message in messages:
            self._write(message)
        self.emitted += len(rows)

    def _checked_ids(self, message_ids: Iterable[MessageId] | None, count: int) -> list[MessageId] | None:
        if message_ids is None:
            return None
        ids = list(message_ids)
        if len(ids) != count:
            what = f"{self._component}: emit_many takes a message id for each row"
            raise EmitError(explain(what, given=f"{len(ids)} message ids for {_rows(count)}"))
        if not _ID_TYPES.issuperset(map(type, ids)):
            row = next(number for number, id in enumerate(ids) if type(id) not in _ID_TYPES)
            self._refuse_id(ids[row], f"row {row}: ")
        return ids

    def _refuse_id(self, message_id: Any, where: str = "") -> NoReturn:
        what = f"{self._component}: {where}a message id is a str or an int"
        raise EmitError(explain(what, given=f"{shorten(message_id)} ({type(message_id).__name__})"))

    def _warn_of_unreliable(self, stream: str) -> None:
        text = f"a tuple without message_id on stream {stream!r}, beside reliable ones: it is lost if it fails"
        self._warn_once(f"unreliable {stream}", text)

    def settle(self, message_id: MessageId) -> None:
        """Note that Storm acked or failed a tuple."""
        left = self._pending.pop(message_id, 1) - 1
        if left:
            self._pending[message_id] = left

    def settle_all(self, message_ids: Iterable[MessageId]) -> None:
        """Note that Storm acked tuples."""
        pending = self._pending
        pop = pending.pop
        for id in message_ids:
            left = pop(id, 1) - 1
            if left:
                pending[id] = left

    def end_turn(self, count: int = 1) -> None:
        """Close the answer to a next, ack, fail, activate or deactivate, or to as many of them."""
        self._write(self._codec.sync * count)


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


def _rows(number: int) -> str:
    return "1 row" if number == 1 else f"{number} rows"
