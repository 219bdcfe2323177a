"""The records that a harness returns to a test: the tuples fed, what the component did, and what it emitted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, overload

from umbrella.errors import explain
from umbrella.multilang.collector import StreamName, stream_name
from umbrella.testing.errors import HarnessError


class Row:
    """Values with field names: ``row.word``, ``row["word"]``, ``row[0]`` and unpacking.

    A field with the same name as an attribute is only available as an item, such as ``row["stream"]``.

    Attributes:
        component: the component that emitted it.
        stream: the stream it is on.
        fields: the field names.
        values: the values, as they arrive after JSON encoding.
    """

    def __init__(self, component: str, stream: str, fields: Sequence[str], values: list[Any]) -> None:
        self.component = component
        self.stream = stream
        self.fields = tuple(fields)
        self.values = values

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "fields":
            raise AttributeError(name)
        try:
            return self.values[self.fields.index(name)]
        except ValueError:
            raise AttributeError(self._unknown(name)) from None

    @overload
    def __getitem__(self, key: int | str) -> Any: ...
    @overload
    def __getitem__(self, key: slice) -> list[Any]: ...
    def __getitem__(self, key: int | str | slice) -> Any:
        if not isinstance(key, str):
            return self.values[key]
        if key not in self.fields:
            raise KeyError(self._unknown(key))
        return self.values[self.fields.index(key)]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.values)

    def __len__(self) -> int:
        return len(self.values)

    def __repr__(self) -> str:
        pairs = ", ".join(f"{name}={value!r}" for name, value in zip(self.fields, self.values))
        return f"{type(self).__name__}({self.component}.{self.stream}: {pairs})"

    def _unknown(self, name: str) -> str:
        what = f"the tuple on stream {self.stream!r} of {self.component} has no field {name!r}"
        return explain(what, valid=self.fields, wrong=name)


class Emitted(Row):
    """A tuple that the component emitted; equal to a tuple or list with the same values.

    Attributes:
        anchors: the fed tuples it is anchored to.
        message_id: the id that makes a spout's tuple reliable, or None.
        task: the task id given to a direct emit, or None.
        need_task_ids: whether the component asked which tasks it went to.
    """

    def __init__(self, row: Row, anchors: list[Fed], message_id: Any, task: int | None, need_task_ids: bool) -> None:
        super().__init__(row.component, row.stream, row.fields, row.values)
        self.anchors = anchors
        self.message_id = message_id
        self.task = task
        self.need_task_ids = need_task_ids

    def __eq__(self, other: object) -> bool:
        if isinstance(other, (tuple, list)):
            return self.values == list(other)
        if isinstance(other, Emitted):
            return (self.stream, self.values) == (other.stream, other.values)
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]


class Emits(list[Emitted]):
    """Emitted tuples in order.

    Args:
        emitted: the tuples.
        streams: the streams of the component.
    """

    def __init__(self, emitted: Iterable[Emitted] = (), streams: Iterable[str] = ()) -> None:
        super().__init__(emitted)
        self._streams = tuple(streams)

    def __eq__(self, other: object) -> bool:
        # The same as in list; declared here so that type checkers allow a comparison with plain tuples.
        return super().__eq__(other)

    def on(self, stream: StreamName) -> Emits:
        """Return the tuples on one stream, given by its class or name.

        Raises:
            HarnessError: the component has no such stream.
        """
        name = stream_name(stream)
        if name not in self._streams:
            raise HarnessError(explain(f"there is no stream {name!r}", valid=self._streams, wrong=name))
        return Emits((one for one in self if one.stream == name), self._streams)


class LogLine(NamedTuple):
    """A line of the worker's log; the level is Storm's: TRACE, DEBUG, INFO, WARN or ERROR."""

    level: str
    text: str


@dataclass
class Turn:
    """What a component did in response to one message.

    Attributes:
        emits: the tuples it emitted.
        acked: the fed tuples it acked, which may have arrived much earlier.
        failed: the fed tuples it failed.
        logs: the lines it logged.
        errors: the texts of the errors reported by it or on its behalf.
        exception: the exception its code raised, or None.
        syncs: the number of syncs: answers to heartbeats (bolt) or ends of a turn (spout).
    """

    emits: Emits = field(default_factory=Emits)
    acked: list[Fed] = field(default_factory=list)
    failed: list[Fed] = field(default_factory=list)
    logs: list[LogLine] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    exception: BaseException | None = None
    syncs: int = 0


class Fed(Row):
    """A tuple fed to a bolt, and its state.

    Attributes:
        id: Storm's id of the delivery.
        task: the task it came from.
        settled: "acked" or "failed", once the bolt has done so.
        turn: what the bolt did in response.
    """

    def __init__(self, row: Row, id: str, task: int) -> None:
        super().__init__(row.component, row.stream, row.fields, row.values)
        self.id = id
        self.task = task
        self.settled: list[str] = []
        self.turn = Turn()

    @property
    def acked(self) -> bool:
        """Whether it has been acked."""
        return "acked" in self.settled

    @property
    def failed(self) -> bool:
        """Whether it has been failed."""
        return "failed" in self.settled

    @property
    def is_open(self) -> bool:
        """Whether it is neither acked nor failed yet."""
        return not self.settled

    @property
    def emits(self) -> Emits:
        """What the bolt emitted when it was fed."""
        return self.turn.emits

    @property
    def logs(self) -> list[LogLine]:
        """What the bolt logged when it was fed."""
        return self.turn.logs

    @property
    def errors(self) -> list[str]:
        """The errors reported when it was fed."""
        return self.turn.errors

    @property
    def exception(self) -> BaseException | None:
        """The exception the bolt's code raised when it was fed, or None."""
        return self.turn.exception
