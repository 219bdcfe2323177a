"""The test harness for a spout."""

from __future__ import annotations

from typing import Any, TypeVar

from umbrella.errors import explain
from umbrella.multilang.component import collector_of
from umbrella.multilang.spout import Spout
from umbrella.testing.errors import HarnessError
from umbrella.testing.harness import Harness
from umbrella.testing.records import Emitted, Turn
from umbrella.testing.surroundings import Surroundings

S = TypeVar("S", bound=Spout)


class SpoutHarness(Harness[S]):
    """An open spout under test; like Storm, the harness activates it before it asks for tuples."""

    def __init__(self, component: type, surroundings: Surroundings, raise_errors: bool) -> None:
        self._settled: list[Any] = []
        self._active = False
        super().__init__(component, surroundings, raise_errors)
        try:
            self.activate()
        except BaseException:
            self._end()
            raise

    @property
    def finished(self) -> bool:
        """Whether the spout has called ``finish``: it has nothing more to emit."""
        return collector_of(self.component).finished

    @property
    def pending(self) -> list[Any]:
        """The message ids of emitted tuples that are neither acked nor failed."""
        ids = [emitted.message_id for emitted in self.emits if emitted.message_id is not None]
        for message_id in self._settled:
            ids.remove(message_id)
        return ids

    def next_tuple(self) -> Turn:
        """Ask for tuples once; returns what the spout did.

        Raises:
            HarnessError: the spout is not active, so Storm would not ask it.
        """
        if not self._active:
            raise HarnessError("Storm does not ask a spout that is not active; call activate() first")
        return self._command("next")

    def ack(self, message_id: Any) -> Turn:
        """Tell the spout that a tuple is fully processed.

        Args:
            message_id: the tuple's message id, or the emitted tuple.

        Raises:
            HarnessError: no such tuple is pending.
        """
        return self._settle("ack", message_id)

    def fail(self, message_id: Any) -> Turn:
        """Tell the spout that a tuple failed or timed out.

        Args:
            message_id: the tuple's message id, or the emitted tuple.

        Raises:
            HarnessError: no such tuple is pending.
        """
        return self._settle("fail", message_id)

    def activate(self) -> Turn:
        """Tell the spout that the topology is active."""
        self._active = True
        return self._command("activate")

    def deactivate(self) -> Turn:
        """Tell the spout that the topology is inactive."""
        self._active = False
        return self._command("deactivate")

    def _settle(self, command: str, given: Any) -> Turn:
        message_id = given.message_id if isinstance(given, Emitted) else given
        # Compare types too: 1 == True, but they are different message ids.
        if (type(message_id), message_id) not in [(type(one), one) for one in self.pending]:
            what = f"no tuple with the message id {message_id!r} is pending"
            raise HarnessError(explain(what, valid=[repr(one) for one in self.pending[:10]]))
        self._settled.append(message_id)
        return self._command(command, message_id)

    def _command(self, command: str, id: Any = "") -> Turn:
        turn = self._do({"command": command, "id": id})  # JsonSerializer.writeSpoutMsg
        if turn.syncs != 1:
            raise AssertionError(f"{command} was answered by {turn.syncs} syncs, not by one")
        return turn
