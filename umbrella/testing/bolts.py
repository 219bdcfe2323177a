"""The test harness for a bolt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from umbrella.dsl.config_keys import TICK_KEY
from umbrella.errors import explain
from umbrella.multilang.bolt import Bolt
from umbrella.multilang.collector import StreamName
from umbrella.multilang.component import collector_of
from umbrella.multilang.messages import HEARTBEAT_STREAM, SYSTEM_COMPONENT, TICK_STREAM
from umbrella.testing.errors import HarnessError
from umbrella.testing.harness import Harness
from umbrella.testing.inputs import row_of
from umbrella.testing.records import Fed, Turn
from umbrella.testing.surroundings import Fields, Surroundings

B = TypeVar("B", bound=Bolt)

_SHOWN = 10  # tuples listed in an assertion message
_SYSTEM_TASK = -1  # Storm's Constants.SYSTEM_TASK_ID


class BoltHarness(Harness[B]):
    """An open bolt under test.

    Attributes:
        inputs: the tuples fed to it, in order.
    """

    def __init__(self, component: type, surroundings: Surroundings, raise_errors: bool) -> None:
        self.inputs: list[Fed] = []
        self._known = dict(surroundings.inputs)
        self._messages = 0
        super().__init__(component, surroundings, raise_errors)

    @property
    def acked(self) -> list[Fed]:
        """The fed tuples that were acked, in ack order."""
        return self._all().acked

    @property
    def failed(self) -> list[Fed]:
        """The fed tuples that were failed, in fail order."""
        return self._all().failed

    def feed(
        self,
        *values: Any,
        fields: Fields | None = None,
        stream: StreamName | None = None,
        component: str | None = None,
        task: int | None = None,
        **named: Any,
    ) -> Fed:
        """Feed the bolt one tuple; returns the tuple with what the bolt did.

        Args:
            values: the values in field order, or one tuple or list of them, or a tuple emitted in another harness: its
                component, stream and fields are then used.
            fields: the field names, if neither ``inputs`` nor the stream class defines them.
            stream: the stream it arrives on, as a name or a Stream class; by default the only known one, or "default".
            component: the component it comes from; by default the only known one.
            task: the task it comes from; by default the first task of that component.
            named: the values by field name.

        Raises:
            HarnessError: the arguments do not make one tuple of one stream, or a tuple cannot hold one of the values.
        """
        row = row_of(self._known, values, named, fields=fields, stream=stream, component=component)
        self._know(row.component, row.stream, row.fields)
        fed = Fed(row, self._next_id(), self._task_of(row.component) if task is None else task)
        self._journal.fed[fed.id] = fed
        self.inputs.append(fed)
        fed.turn = self._journal.new_turn()
        self._do(_tuple(fed.id, fed.component, fed.stream, fed.task, fed.values), fed.turn)
        return fed

    def tick(self) -> Turn:
        """Send one tick; returns what the bolt did.

        Raises:
            HarnessError: Storm never sends ticks to this bolt.
        """
        seconds = collector_of(self.component).conf.get(TICK_KEY)
        if seconds is None:
            what = f"Storm never ticks {type(self.component).__name__}"
            raise HarnessError(explain(what, hint="Set tick_seconds in its class or where it is declared."))
        return self._do(_tuple(self._next_id(), SYSTEM_COMPONENT, TICK_STREAM, _SYSTEM_TASK, [seconds]))

    def heartbeat(self) -> Turn:
        """Send a heartbeat, as ShellBolt does every second; returns what the bolt did.

        Raises:
            AssertionError: the bolt did not answer.
        """
        turn = self._do(_tuple(self._next_id(), None, HEARTBEAT_STREAM, _SYSTEM_TASK, []))
        if not turn.syncs:
            raise AssertionError("the heartbeat was not answered")
        return turn

    def assert_settled(self) -> None:
        """Assert that every fed tuple is acked or failed exactly once.

        Raises:
            AssertionError: some are not; the text lists them.
        """
        self._all()
        wrong = [fed for fed in self.inputs if len(fed.settled) != 1]
        if wrong:
            count = f"{len(wrong)} of {len(self.inputs)} tuples"
            raise AssertionError(f"{count} are not acked or failed once:\n{_shown(wrong)}")

    def _know(self, component: str, stream: str, fields: tuple[str, ...]) -> None:
        known = self._known.get((component, stream))
        if known is None:
            self._known[component, stream] = fields
            self._task.know_input(component, stream, fields)
        elif known != fields:
            what = f"{component}.{stream} has the fields {', '.join(known)}"
            raise HarnessError(explain(what, given=", ".join(fields)))

    def _task_of(self, component: str) -> int:
        try:
            return self._task.context.tasks(component)[0]
        except KeyError:
            return self._some_task

    def _next_id(self) -> str:
        self._messages += 1
        return str(self._messages)  # Storm's ids are random numbers too


def _tuple(id: str, component: str | None, stream: str, task: int, values: list[Any]) -> Mapping[str, Any]:
    return {"id": id, "comp": component, "stream": stream, "task": task, "tuple": values}  # JsonSerializer.writeBoltMsg


def _shown(wrong: list[Fed]) -> str:
    lines = [f"  {' and '.join(fed.settled) or 'open'}: {fed!r}" for fed in wrong[:_SHOWN]]
    if len(wrong) > _SHOWN:
        lines.append(f"  and {len(wrong) - _SHOWN} more")
    return "\n".join(lines)
