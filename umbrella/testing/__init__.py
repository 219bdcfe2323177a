"""Unit tests for components: the real object in this process, driven and checked as by Storm, without a JVM.

``open`` creates a harness around one spout or bolt. In between runs the same code as on a worker: Umbrella's own loop,
collector and codec, over pipes that carry Storm's JSON. Only Storm's end of the pipes is simulated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from umbrella.testing.bolts import BoltHarness
    from umbrella.testing.errors import HarnessError
    from umbrella.testing.fixtures import OpenComponent, RunTopology
    from umbrella.testing.harness import Harness
    from umbrella.testing.opening import open
    from umbrella.testing.records import Emits, Emitted, Fed, LogLine, Turn
    from umbrella.testing.spouts import SpoutHarness

_HOMES = {
    "BoltHarness": "bolts",
    "Emits": "records",
    "Emitted": "records",
    "Fed": "records",
    "Harness": "harness",
    "HarnessError": "errors",
    "LogLine": "records",
    "OpenComponent": "fixtures",
    "RunTopology": "fixtures",
    "SpoutHarness": "spouts",
    "Turn": "records",
    "open": "opening",
}

__all__ = [
    "BoltHarness",
    "Emits",
    "Emitted",
    "Fed",
    "Harness",
    "HarnessError",
    "LogLine",
    "OpenComponent",
    "RunTopology",
    "SpoutHarness",
    "Turn",
    "open",
]


def __getattr__(name: str) -> Any:
    # Imported lazily: pytest imports this package for its plugin in every session, before coverage is measured.
    if name not in _HOMES:
        raise AttributeError(f"module 'umbrella.testing' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"umbrella.testing.{_HOMES[name]}"), name)
