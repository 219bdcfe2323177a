"""Base of the bolt and spout harnesses: one open component and everything it has done."""

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
    """An open component under test. Use it as a context manager, or call ``close``.

    Args:
        component: the component's class.
        surroundings: the simulated topology around it.
        raise_errors: whether exceptions of the component's code are also raised in the test.

    Attributes:
        component: the component object.
        task_ids: the answers to emits with ``need_task_ids``, used in order; when it is empty, ``[some task]``.
        exceptions: the exceptions that the component's code raised in the loop, in order.
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
        """Everything the component has logged."""
        return self._all().logs

    @property
    def errors(self) -> list[str]:
        """The texts of all errors reported by the component or on its behalf."""
        return self._all().errors

    @property
    def metrics(self) -> Mapping[str, Any]:
        """The current values of its metrics, by name.

        For a counter, the sum; for a gauge, the last value set, or None; for a histogram or timer, the list of values;
        at most a sample of 1000 is kept between two reads.
        """
        return self._metrics.read()

    def close(self) -> None:
        """Call the component's ``close`` once; its results can still be read afterwards."""
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
        """Send a message and return what the component does in response."""
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
        # Ctrl-C and pytest's own outcomes are not exceptions of the component, whatever the loop does with them.
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
