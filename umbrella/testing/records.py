"""What a harness hands to a test: what was fed, what a component did with it, and what it emitted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, overload

from umbrella.errors import explain
from umbrella.multilang.collector import StreamName, stream_name
from umbrella.testing.errors import HarnessError


class Row:
    """Values with the names of their fields: ``row.word``, ``row["word"]``, ``row[0]`` and unpacking.

    A field whose name is that of an attribute is read as ``row["stream"]``.

    Attributes:
        component: the component that emitted it.
        stream: the stream it is on.
        fields: the names of the fields.
        values: the values, as they arrive after JSON.
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
    """A tuple that the component emitted; equal to a tuple or list of the same values.

    Attributes:
        anchors: the fed tuples it is anchored to.
        message_id: the id that makes a spout's tuple reliable, or None.
        task: the task it was sent to by number, or None.
        need_task_ids: whether the component asked for the tasks it went to.
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
    """Emitted tuples in their order.

    Args:
        emitted: the tuples.
        streams: the streams that the component has.
    """

    def __init__(self, emitted: Iterable[Emitted] = (), streams: Iterable[str] = ()) -> None:
        super().__init__(emitted)
        self._streams = tuple(streams)

    def __eq__(self, other: object) -> bool:
        # As a list has it; said here so that type checkers let a test compare with plain tuples.
        return super().__eq__(other)

    def on(self, stream: StreamName) -> Emits:
        """Return those on one stream, given by its class or name.

        Raises:
            HarnessError: the component has no such stream.
        """
        name = stream_name(stream)
        if name not in self._streams:
            raise HarnessError(explain(f"there is no stream {name!r}", valid=self._streams, wrong=name))
        return Emits((one for one in self if one.stream == name), self._streams)


class LogLine(NamedTuple):
    """A line for the worker's log; the level is Storm's: TRACE, DEBUG, INFO, WARN or ERROR."""

    level: str
    text: str


@dataclass
class Turn:
    """What a component did while one thing was asked of it.

    Attributes:
        emits: what it emitted.
        acked: the fed tuples that it acked, which may have come long before.
        failed: the fed tuples that it failed.
        logs: what it logged.
        errors: the texts of the errors that it reported, or that were reported for it.
        exception: what its code raised, or None.
        syncs: how often it said that it is alive, or that its turn is over.
    """

    emits: Emits = field(default_factory=Emits)
    acked: list[Fed] = field(default_factory=list)
    failed: list[Fed] = field(default_factory=list)
    logs: list[LogLine] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    exception: BaseException | None = None
    syncs: int = 0


class Fed(Row):
    """A tuple that was fed to a bolt, and what became of it so far.

    Attributes:
        id: Storm's id of the delivery.
        task: the task that it came from.
        settled: "acked" or "failed", once the bolt has said so.
        turn: what the bolt did when it was fed.
    """

    def __init__(self, row: Row, id: str, task: int) -> None:
        super().__init__(row.component, row.stream, row.fields, row.values)
        self.id = id
        self.task = task
        self.settled: list[str] = []
        self.turn = Turn()

    @property
    def acked(self) -> bool:
        """Whether it is acked by now."""
        return "acked" in self.settled

    @property
    def failed(self) -> bool:
        """Whether it is failed by now."""
        return "failed" in self.settled

    @property
    def is_open(self) -> bool:
        """Whether it is neither acked nor failed by now."""
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
        """What the bolt's code raised when it was fed, or None."""
        return self.turn.exception
