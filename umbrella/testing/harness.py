"""What the harnesses of bolts and spouts share: one open component, and all that it has done."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Generic, TypeVar

from typing_extensions import Self

from umbrella.multilang.component import Component, report_error
from umbrella.testing.errors import HarnessError
from umbrella.testing.journal import Journal
from umbrella.testing.metrics import ReadMetrics
from umbrella.testing.records import Emits, LogLine, Turn
from umbrella.testing.storm_side import StormSide
from umbrella.testing.surroundings import Surroundings
from umbrella.testing.task import Task

C = TypeVar("C", bound=Component[Any])


class Harness(Generic[C]):
    """One component that is open. Use it as a context manager, or call ``close``.

    Args:
        component: the component's class.
        surroundings: the topology it believes to be in.
        raise_errors: whether what the component's code raises is raised in the test too.

    Attributes:
        component: the component's object.
        task_ids: what to answer to emits with ``need_task_ids``, first first; when it is empty, ``[some task]``.
        exceptions: what the component's code raised in the loop, in order.
    """

    def __init__(self, component: type, surroundings: Surroundings, raise_errors: bool) -> None:
        self.task_ids: list[list[int]] = []
        self.exceptions: list[BaseException] = []
        self._some_task = surroundings.some_other_task()
        self._raise_errors = raise_errors
        self._journal = Journal(surroundings.component, surroundings.streams)
        self._storm = StormSide(self._answer)
        self._closed = False
        try:
            self._task = Task(component, surroundings.handshake(), self._storm, self.exceptions.append)
            self.component: C = self._task.component  # type: ignore[assignment]
            self._metrics = ReadMetrics(self.component)
            self._task.open()
        except BaseException:
            self._end()
            raise

    @property
    def emits(self) -> Emits:
        """Everything the component has emitted."""
        return self._all().emits

    @property
    def logs(self) -> list[LogLine]:
        """Everything it has logged."""
        return self._all().logs

    @property
    def errors(self) -> list[str]:
        """The texts of all errors that it reported, or that were reported for it."""
        return self._all().errors

    @property
    def metrics(self) -> Mapping[str, Any]:
        """What its metrics have counted and measured so far, by name.

        A counter's sum; what a gauge was last set to, or None; the values of a histogram or timer, of which a sample of
        1000 is kept between two looks.
        """
        return self._metrics.read()

    def close(self) -> None:
        """Call the component's ``close``, once; what it has done can be read after that too."""
        if self._closed:
            return
        try:
            self._task.close()
        except Exception as exc:
            if self._raise_errors:
                raise
            self.exceptions.append(exc)
            report_error(self.component, exc)
        finally:
            self._all()
            self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _do(self, message: Any, turn: Turn | None = None) -> Turn:
        """Send a message, and return what the component does about it."""
        if self._closed:
            raise HarnessError(f"this harness of {self._task.context.component} is closed")
        self._all()
        turn = turn or self._journal.new_turn()
        before = len(self.exceptions)
        try:
            self._task.take(message)
        finally:
            if len(self.exceptions) > before:
                turn.exception = self.exceptions[-1]
            self._take_in(turn)
        if turn.exception is not None and self._is_to_raise(turn.exception):
            raise turn.exception
        return turn

    def _is_to_raise(self, exc: BaseException) -> bool:
        # Ctrl-C and pytest's own outcomes are no exceptions of the component, whatever the loop makes of them.
        return self._raise_errors or not isinstance(exc, (Exception, SystemExit))

    def _all(self) -> Turn:
        if not self._closed:
            self._take_in(self._journal.new_turn())
        return self._journal.all

    def _take_in(self, turn: Turn) -> None:
        refused = None
        for raw in self._task.received():
            refused = self._journal.take(raw, turn) or refused
        if refused:
            raise AssertionError(refused)

    def _answer(self) -> list[int]:
        return self.task_ids.pop(0) if self.task_ids else [self._some_task]

    def _end(self) -> None:
        self._closed = True
        self._storm.close()
