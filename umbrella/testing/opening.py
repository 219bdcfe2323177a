"""Opens a component for a test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, overload

from umbrella.dsl.component_faults import class_faults
from umbrella.dsl.declaration import Declaration
from umbrella.dsl.java_values import WrittenInJava
from umbrella.dsl.options import declare, options_of
from umbrella.errors import DeclarationError, explain
from umbrella.multilang.bolt import Bolt
from umbrella.multilang.component import Component
from umbrella.multilang.spout import Spout
from umbrella.testing.bolts import BoltHarness
from umbrella.testing.errors import HarnessError
from umbrella.testing.harness import Harness
from umbrella.testing.spouts import SpoutHarness
from umbrella.testing.surroundings import Fields, Given, InputKey, surroundings_of

B = TypeVar("B", bound=Bolt)
S = TypeVar("S", bound=Spout)

_OWN = ("name", "conf", "task_id", "tasks", "inputs", "raise_errors")


@overload
def open(
    component: type[B] | B,
    *,
    name: str | None = None,
    conf: Mapping[str, Any] | None = None,
    task_id: int | None = None,
    tasks: Mapping[str, Sequence[int]] | None = None,
    inputs: Mapping[InputKey, Fields] | Mapping[str, Fields] | Mapping[tuple[str, str], Fields] | None = None,
    raise_errors: bool = True,
    **options: Any,
) -> BoltHarness[B]: ...
@overload
def open(
    component: type[S] | S,
    *,
    name: str | None = None,
    conf: Mapping[str, Any] | None = None,
    task_id: int | None = None,
    tasks: Mapping[str, Sequence[int]] | None = None,
    raise_errors: bool = True,
    **options: Any,
) -> SpoutHarness[S]: ...
def open(
    component: Any,
    *,
    name: str | None = None,
    conf: Mapping[str, Any] | None = None,
    task_id: int | None = None,
    tasks: Mapping[str, Sequence[int]] | None = None,
    inputs: Mapping[Any, Fields] | None = None,
    raise_errors: bool = True,
    **options: Any,
) -> Harness[Any]:
    """Create a component's real object as a worker does, call its ``open``, and return its harness.

    Args:
        component: a component class, or a declaration such as ``CountByIp(window=60)`` or ``Traffic.count``. A
            component of a topology keeps its name, settings, tasks and inputs from there.
        name: the component's name; by default its name in the topology, or one made from the class name.
        conf: settings by dotted key; they override the component's own.
        task_id: the task under test; by default the component's first.
        tasks: the task ids by component.
        inputs: the fields of the bolt's inputs, by component or by (component, stream).
        raise_errors: raise exceptions of the component's code in the test, after they were handled as on a worker.
            If False, they are only handled as on a worker.
        options: the options of the component.

    Raises:
        DeclarationError: the class has a problem that ``umbrella check`` would report.
        OptionError: the class cannot be declared with these options.
        HarnessError: it is not a Python component, or the given topology is inconsistent.
    """
    declared = _declared(component, options)
    given = Given(name, conf or {}, task_id, tasks or {}, inputs or {})
    kind = BoltHarness if issubclass(declared.component, Bolt) else SpoutHarness
    return kind(declared.component, surroundings_of(declared, given), raise_errors)


def _declared(component: Any, options: Mapping[str, Any]) -> Declaration:
    if isinstance(component, Declaration):
        if options:
            what = f"{component.label} is declared with its options already"
            hint = f"Open {component.label}.replace({', '.join(f'{one}=...' for one in options)})."
            raise HarnessError(explain(what, given=", ".join(options), hint=hint))
        declared = component
    elif isinstance(component, type) and issubclass(component, Component):
        _refuse_own_names(component)
        declared = declare(component, options)
    else:
        valid = ["a spout or bolt class", "a declared component"]
        raise HarnessError(explain("this is no component", given=repr(component), valid=valid))
    if issubclass(declared.component, WrittenInJava):
        raise HarnessError(f"{declared.component.__name__} is written in Java; only Storm can run it")
    faults = list(class_faults(declared.component))
    if faults:
        raise DeclarationError("\n".join(faults))
    return declared


def _refuse_own_names(component: type) -> None:
    both = [one for one in options_of(component) if one in _OWN]
    if both:
        name = component.__name__
        what = f"the option {both[0]!r} of {name} is an argument of open too"
        raise HarnessError(explain(what, hint=f"Declare it: open({name}({both[0]}=...))."))
