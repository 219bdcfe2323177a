"""Topology classes: they collect the declarations in the class body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from umbrella.dsl.components import ComponentType
from umbrella.dsl.declaration import Body, Declaration
from umbrella.errors import Problem, explain
from umbrella.spec import ComponentSpec


def declared_in(topology: type) -> dict[str, Declaration]:
    """Return the components of a topology by attribute name, inherited ones first, overrides followed."""
    found: dict[str, Declaration] = {}
    for base in reversed(topology.__mro__):
        for name, value in vars(base).items():
            if isinstance(value, Declaration) and value.name == name:
                found[name] = value
            else:
                found.pop(name, None)
    return found


def _bind(topology: type, name: str, value: Any) -> str:
    """Note where a declaration was assigned; returns what is wrong with the assignment, or nothing."""
    if isinstance(value, ComponentType):
        if value.__qualname__ == f"{topology.__qualname__}.{name}":
            return ""  # a component class defined in the body
        return explain(
            f"this is the class {value.__name__}, not a component", hint=f"Call it: {name} = {value.__name__}(1)."
        )
    if not isinstance(value, Declaration):
        return ""
    if value.owner is None:
        value.bind(topology, name)
    elif value.owner is topology:
        return f"the same component is bound to {value.name!r} too; declare a second one by a call of its own"
    else:
        hint = f"Use {name} = {value.label}.replace()."
        return explain(f"this component belongs to {value.label}", hint=hint)
    return ""


class TopologyType(type):
    """Collects the declarations in a topology's body; errors are kept so that ``spec_of`` can report all at once."""

    __problems__: list[Problem]
    __body__: Body

    @classmethod
    def __prepare__(metacls, name: str, bases: tuple[type, ...], **kwargs: Any) -> Body:  # type: ignore[override]
        return Body()

    def __new__(metacls, name: str, bases: tuple[type, ...], body: Mapping[str, Any], **kwargs: Any) -> TopologyType:
        topology = super().__new__(metacls, name, bases, dict(body), **kwargs)
        problems = [
            Problem(
                f"{name}.{attribute}", "the name is bound twice in the class body; the first component would be lost"
            )
            for attribute in getattr(body, "twice", ())
        ]
        for attribute, value in body.items():
            problem = _bind(topology, attribute, value)
            if problem:
                problems.append(Problem(f"{name}.{attribute}", problem))
        topology.__problems__ = problems
        topology.__body__ = body if isinstance(body, Body) else Body(body)  # type("T", (Topology,), {...}) has a dict
        return topology


class Topology(metaclass=TopologyType):
    """A topology: its attributes are the components, their inputs are the wiring, ``class Config`` has the settings.

    A subclass inherits the components, may replace one (``count = Base.count.replace(executors=4)``) or remove one
    with its groupings (``count = None``).
    """

    @classmethod
    def __completed__(
        cls, components: tuple[ComponentSpec, ...], config: dict[str, Any]
    ) -> tuple[tuple[ComponentSpec, ...], list[Problem]]:
        """Return the components with what this kind of topology adds to them, and what is wrong in its eyes.

        Args:
            components: as declared.
            config: the topology's settings by dotted key; may be added to.
        """
        return components, []
