"""What is wrong with a component's class itself, seen before a worker trips over it."""

from __future__ import annotations

from collections.abc import Iterator

from umbrella.dsl.declaration import Declaration
from umbrella.dsl.options import wrong_defaults
from umbrella.errors import DeclarationError, explain, nearest
from umbrella.multilang.batching import BatchingBolt
from umbrella.multilang.bolt import Bolt
from umbrella.multilang.metrics import metrics_of
from umbrella.multilang.reliable import ReliableSpout
from umbrella.multilang.spout import Spout

_RUNTIME = "umbrella.multilang."

# The method that a component of each base has to have; the first base that fits counts.
_NEEDED = (
    (ReliableSpout, "fetch", "fetch(self, count)"),
    (BatchingBolt, "execute_batch", "execute_batch(self, batch)"),
    (Spout, "next_tuple", "next_tuple(self)"),
    (Bolt, "execute", "execute(self, tup)"),
)


def component_faults(declaration: Declaration) -> Iterator[str]:
    """Yield what is wrong with the class of a declared component; a Java component has none to look at."""
    if not hasattr(declaration.component, "jvm_class"):
        yield from _missing_method(declaration.component)
        yield from wrong_defaults(declaration.component, declaration.options)
        yield from _metrics(declaration.component)


def _metrics(component: type) -> Iterator[str]:
    try:
        metrics_of(component)
    except DeclarationError as exc:
        yield str(exc)


def _missing_method(component: type) -> Iterator[str]:
    base, name, call = next(one for one in _NEEDED if issubclass(component, one[0]))
    found = getattr(component, name)
    if getattr(found, "__module__", "").startswith(_RUNTIME):  # the base's own, which only raises
        own = [one for one in dir(component) if not hasattr(base, one)]
        guess = nearest(name, own)
        what = f"{component.__name__} has no {call}"
        if guess:
            yield explain(what, given=guess, hint=f"Did you mean {guess!r} to be it?")
        else:
            yield explain(what, hint="Every tuple comes from there." if issubclass(component, Spout) else "")
