"""Types of the pytest fixtures, for type-checked tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, overload

from umbrella.multilang.bolt import Bolt
from umbrella.multilang.spout import Spout
from umbrella.testing.bolts import BoltHarness
from umbrella.testing.spouts import SpoutHarness

if TYPE_CHECKING:
    from umbrella.dsl import Topology
    from umbrella.storm.run import RunReport

B = TypeVar("B", bound=Bolt)
S = TypeVar("S", bound=Spout)


class OpenComponent(Protocol):
    """The ``open_component`` fixture: ``umbrella.testing.open``, closed at the end of the test."""

    @overload
    def __call__(self, component: type[B] | B, **arguments: Any) -> BoltHarness[B]: ...
    @overload
    def __call__(self, component: type[S] | S, **arguments: Any) -> SpoutHarness[S]: ...


class RunTopology(Protocol):
    """The ``run_topology`` fixture: runs a topology on the embedded Storm until its spouts have finished."""

    def __call__(
        self, topology: type[Topology], seconds: float = 60.0, conf: Mapping[str, Any] | None = None
    ) -> RunReport:
        """Run the topology and return the report.

        Args:
            topology: the topology class.
            seconds: the timeout, counted from when its components have started.
            conf: settings by dotted key; they override those of the topology.
        """
