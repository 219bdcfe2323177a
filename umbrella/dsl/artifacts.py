"""The Maven artifacts that a topology's Java components require."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from umbrella.dsl.java_values import WrittenInJava
from umbrella.dsl.topology import Topology, declared_in
from umbrella.errors import DeclarationError, explain


def artifacts_of(topology: type[Topology], given: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the artifacts of all Java components, each once.

    Args:
        topology: the topology.
        given: more artifacts, as GROUP:ARTIFACT:VERSION; they win where a component names another version.

    Raises:
        DeclarationError: two components need different versions, and ``given`` does not decide.
    """
    found = {_artifact(one): one for one in given}
    named: dict[str, tuple[str, str]] = {}
    for name, declaration in declared_in(topology).items():
        component: Any = declaration.component
        for one in getattr(component, "artifacts", ()) if issubclass(component, WrittenInJava) else ():
            other, version = named.setdefault(_artifact(one), (name, one))
            if version != one and _artifact(one) not in found:
                what = f"components need different versions of {_artifact(one)}"
                text = f"{version} by {topology.__name__}.{other}, {one} by {topology.__name__}.{name}"
                raise DeclarationError(explain(what, given=text, hint="Choose one by --artifacts."))
    return (*found.values(), *(one for key, (_, one) in named.items() if key not in found))


def _artifact(coordinates: str) -> str:
    return coordinates.rpartition(":")[0]
