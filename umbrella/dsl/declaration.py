"""A declared component of a topology: the result of calling its class on the client."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from types import FrameType, MappingProxyType
from typing import Any, NoReturn

from umbrella.dsl.groupings import Grouping
from umbrella.dsl.streams import streams_of
from umbrella.errors import DeclarationError, FrozenInputsError, OptionError, explain

PLACE = ("executors", "tasks", "config", "inputs")  # what is declared of every component, whatever its class
_SETTABLE = frozenset((*PLACE, "component", "options", "owner", "name", "replaced", "_inputs", "_streams"))
_CO_OPTIMIZED = 1  # inspect.CO_OPTIMIZED: the code of a function


class Inputs(list[Grouping]):
    """The inputs of a declared bolt: a list that can be changed until its topology's class body ends."""

    def __init__(self, groupings: Iterable[Grouping] = ()) -> None:
        super().__init__()
        self._frozen_in = ""
        self.extend(groupings)

    def freeze(self, where: str) -> None:
        """Refuse changes from now on; ``where`` is the component, for the error."""
        self._frozen_in = where

    def append(self, grouping: Grouping) -> None:
        """Add an input."""
        self._check(grouping)
        super().append(grouping)

    def extend(self, groupings: Iterable[Grouping]) -> None:
        """Add several inputs."""
        for grouping in groupings:
            self.append(grouping)

    def insert(self, index: Any, grouping: Grouping) -> None:
        """Add an input at a position."""
        self._check(grouping)
        super().insert(index, grouping)

    def __iadd__(self, groupings: Iterable[Grouping]) -> Inputs:  # type: ignore[override, misc]
        self.extend(groupings)
        return self

    def _check(self, grouping: Grouping) -> None:
        if self._frozen_in:
            self._refuse()
        if not isinstance(grouping, Grouping):
            what = "an input is a grouping around its source"
            hint = ""
            if isinstance(grouping, (Declaration, DeclaredStream)):
                hint = f"Try ShuffleGrouping({grouping.label})."
            raise DeclarationError(explain(what, given=repr(grouping), hint=hint))

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        name = self._frozen_in.split(".")[-1]
        what = f"the inputs of {self._frozen_in} are fixed: its topology's class body has ended"
        hint = f"In a subclass: {name} = {self._frozen_in}.replace(add_inputs=[...])."
        raise FrozenInputsError(explain(what, hint=hint))

    def _change(name: str) -> Any:  # type: ignore[misc]
        def change(self: Inputs, *args: Any, **kwargs: Any) -> Any:
            if self._frozen_in:
                self._refuse()
            return getattr(list, name)(self, *args, **kwargs)

        return change

    clear, pop, remove = _change("clear"), _change("pop"), _change("remove")
    __setitem__, __delitem__ = _change("__setitem__"), _change("__delitem__")


def count_of(component: type, what: str, value: Any) -> int:
    """Return a number of executors or tasks.

    Raises:
        OptionError: it is none.
    """
    if type(value) is not int or value < 1:
        text = f"{component.__name__}: {what} is a whole number of 1 or more"
        raise OptionError(explain(text, given=repr(value)))
    return value


class Declaration:
    """One spout or bolt of a topology, named after the attribute it is assigned to.

    Attributes:
        component: the class that runs on the worker.
        executors: Storm's parallelism hint.
        tasks: the number of tasks (Python processes), or None for as many as executors.
        options: the options set on the worker, by name.
        config: Storm settings for this component only, by dotted key.
    """

    def __init__(
        self,
        component: type,
        *,
        executors: int,
        tasks: int | None,
        options: Mapping[str, Any],
        config: Mapping[str, Any],
        inputs: Iterable[Grouping],
    ) -> None:
        self.component = component
        self.executors = executors
        self.tasks = tasks
        self.options = dict(options)
        self.config = dict(config)
        self._inputs = Inputs(inputs)
        self.owner: type | None = None
        self.name = ""
        self.replaced = False  # by a changed copy
        self._streams = streams_of(component)
        _note_declared(self)

    @property
    def inputs(self) -> Inputs:
        """The groupings it reads: to be changed, or assigned anew, until its topology's class body ends."""
        return self._inputs

    @inputs.setter
    def inputs(self, groupings: Iterable[Grouping]) -> None:
        if groupings is not self._inputs:  # as it is after ``+=``
            new = Inputs(groupings)
            self._inputs.clear()
            self._inputs.extend(new)

    @property
    def label(self) -> str:
        """How to call it in a message."""
        if self.owner is None:
            return f"{self.component.__name__}(...)"
        return f"{self.owner.__name__}.{self.name}"

    def bind(self, owner: type, name: str) -> None:
        """Note the topology and attribute it was assigned to; its inputs are fixed from now on."""
        self.owner, self.name = owner, name
        self.inputs.freeze(self.label)

    def replace(self, *, add_inputs: Iterable[Grouping] = (), **changes: Any) -> Declaration:
        """Return a changed copy, for a topology that inherits.

        Args:
            add_inputs: groupings that come on top of the old ones.
            changes: executors, tasks, config, inputs, or an option of the component.
        """
        from umbrella.dsl.options import declare

        given: dict[str, Any] = dict(self.options)
        given.update(executors=self.executors, tasks=self.tasks, config=self.config, inputs=list(self.inputs))
        given.update(changes)
        given["inputs"] = [*given["inputs"], *add_inputs]
        self.replaced = True
        return declare(self.component, given)

    def plain_options(self) -> dict[str, Any]:
        """Return the options as JSON values, as they travel to the worker."""
        from umbrella.dsl.options import plain_options

        return plain_options(self.component, self.options)

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in _SETTABLE:
            what = f"the declared {self.label} takes no {name!r} by assignment"
            component = self.component.__name__
            hint = f"Give it in the call: {component}({self.executors}, {name}=...); or derive .replace({name}=...)."
            raise DeclarationError(explain(what, given=repr(value), valid=list(PLACE), wrong=name, hint=hint))
        if name in ("executors", "tasks") and value is not None:
            value = count_of(self.component, name, value)
        super().__setattr__(name, value)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        stream = self._streams.get(name)
        if stream is not None:
            return DeclaredStream(self, stream.stream_name)
        if name in self.options:
            return self.options[name]
        valid = [*self._streams, *self.options, "executors", "tasks", "config", "inputs", "replace"]
        raise AttributeError(explain(f"the declared {self.label} has no {name!r}", valid=valid, wrong=name))

    def __repr__(self) -> str:
        return f"<{self.component.__name__} declared as {self.label}>"


class Body(dict[str, Any]):
    """The namespace of a topology's class body.

    Attributes:
        twice: the names of components that were assigned twice.
        made: the components declared in the body, each with its line number.
        dropped: the ids of the components that were assigned to a name but no longer are.
    """

    def __init__(self, attributes: Mapping[str, Any] = MappingProxyType({})) -> None:
        super().__init__(attributes)
        self.twice: list[str] = []
        self.made: list[tuple[Declaration, int]] = []
        self.dropped: set[int] = set()

    def __setitem__(self, name: str, value: Any) -> None:
        if isinstance(self.get(name), Declaration) and self[name] is not value:
            self.twice.append(name)
            self.dropped.add(id(self[name]))
        super().__setitem__(name, value)

    def __delitem__(self, name: str) -> None:
        self.dropped.add(id(self.get(name)))
        super().__delitem__(name)


def _note_declared(declaration: Declaration) -> None:
    """Note a declaration in the topology's body that is running, if one is; it has to get a name there."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        # Reading f_locals of a function copies it; a class body's is its namespace itself.
        if not frame.f_code.co_flags & _CO_OPTIMIZED and isinstance(frame.f_locals, Body):
            frame.f_locals.made.append((declaration, frame.f_lineno))
            return
        frame = frame.f_back


class DeclaredStream:
    """A stream of a declared component, such as ``parse.Malformed`` in a topology's body."""

    def __init__(self, declaration: Declaration, stream_name: str) -> None:
        self.declaration = declaration
        self.stream_name = stream_name

    @property
    def label(self) -> str:
        """How to call it in a message."""
        return f"{self.declaration.label}, stream={self.stream_name!r}"

    def __repr__(self) -> str:
        return f"<stream {self.stream_name!r} of {self.declaration.label}>"
