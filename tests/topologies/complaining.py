"""A topology that reports the same error again and again."""

from __future__ import annotations

from topologies.recording import Numbers
from umbrella import AutoAckBolt, ShuffleGrouping, Topology, Tuple


class Once(Numbers):
    """Emits each number once, whatever becomes of it."""

    def fail(self, message_id: int) -> None:
        pass


class Complains(AutoAckBolt):
    """Raises the same for every number but the last."""

    def execute(self, tup: Tuple) -> None:
        if tup.number == 99:
            raise KeyError("the last one")
        raise ValueError("a number")


class Complaining(Topology):
    numbers_with_a_long_name = Once(1, count=100)
    complains = Complains(1, inputs=[ShuffleGrouping(numbers_with_a_long_name)])
