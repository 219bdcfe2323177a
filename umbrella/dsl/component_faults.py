"""Checks of a component's class, so that problems are found before a worker runs into them.

The names come from the base classes: hooks are marked there (``umbrella.multilang.component.hook``); users call all
other methods.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import CodeType, FunctionType
from typing import Any, NamedTuple

from umbrella.dsl.config_keys import TICK_KEY
from umbrella.dsl.declaration import Declaration
from umbrella.dsl.java_values import WrittenInJava
from umbrella.dsl.options import wrong_defaults
from umbrella.errors import DeclarationError, explain, nearest
from umbrella.multilang.batching import BatchingBolt
from umbrella.multilang.bolt import Bolt
from umbrella.multilang.component import Component, is_hook, method_of_ours
from umbrella.multilang.drpc import DRPCAggregator
from umbrella.multilang.messages import shorten
from umbrella.multilang.metrics import metrics_of
from umbrella.multilang.reliable import ReliableSpout
from umbrella.multilang.spout import Spout

# The hook that a component of each base must define; the first base that matches counts.
_NEEDED = (
    (ReliableSpout, "fetch"),
    (DRPCAggregator, "finish"),
    (BatchingBolt, "execute_batch"),
    (Spout, "next_tuple"),
    (Bolt, "execute"),
)

# Hooks of other libraries and of Storm's Java API, by their names there.
_FOREIGN = {
    "initialize": "open",  # streamparse, pyleus
    "prepare": "open",  # IBolt
    "cleanup": "close",  # IBolt
    "process": "execute",  # pystorm
    "process_tuple": "execute",  # pyleus
    "process_batch": "execute_batch",  # pystorm
    "process_tick": "tick",
    "on_tick": "tick",
    "declare_output_fields": "a nested class Default(Stream)",  # IComponent
}


class _Named(NamedTuple):
    """A method of a base class: where it is defined, and its signature."""

    base: type
    function: FunctionType

    @property
    def is_hook(self) -> bool:
        return is_hook(self.function)

    @property
    def form(self) -> str:
        """Its signature: "execute(self, tup)"."""
        import inspect

        signature = inspect.signature(self.function)
        names = [one.replace(annotation=one.empty) for one in signature.parameters.values()]
        return f"{self.function.__name__}{inspect.Signature(names)}"


def component_faults(declaration: Declaration, config: Mapping[str, Any]) -> Iterator[str]:
    """Yield the problems of a declared component's class; a Java component has no class to check.

    Args:
        declaration: the component as declared.
        config: the topology's settings, by dotted key.
    """
    component = declaration.component
    if issubclass(component, WrittenInJava):
        return
    yield from _missing_hook(component)
    yield from class_faults(component)
    yield from wrong_defaults(component, declaration.options)
    yield from _never_ticked(declaration, config)


def class_faults(component: type) -> Iterator[str]:
    """Yield the problems of a component's class body; a missing required hook is allowed, as in unit tests."""
    own = _own_attributes(component)
    methods = _methods_of(component)
    for name, value in own.items():
        if name in methods:
            yield from _method_faults(component, value, methods[name])
        elif name in Component.__annotations__:
            what = f"{component.__name__}.{name}: self.{name} is set by Umbrella"
            yield explain(what, given=shorten(value), hint="Choose another name.")
    yield from _never_called(component, own, methods)
    try:
        metrics_of(component)
    except DeclarationError as exc:
        yield str(exc)


def _is_ours(base: type) -> bool:
    return base.__module__.startswith(("umbrella.multilang.", "umbrella.dsl."))


def _own_attributes(component: type) -> dict[str, Any]:
    """Return the attributes that the user's classes define, without dunders; a subclass overrides its bases."""
    found: dict[str, Any] = {}
    for base in reversed([base for base in component.__mro__ if not _is_ours(base) and base is not object]):
        found.update({name: value for name, value in vars(base).items() if not name.startswith("__")})
    return found


def _methods_of(component: type) -> dict[str, _Named]:
    """Return the methods that a component has from Umbrella's base classes."""
    found: dict[str, _Named] = {}
    for base in reversed([base for base in component.__mro__ if _is_ours(base)]):
        for name in vars(base):
            method = method_of_ours(base, name)
            if method is not None:
                found[name] = _Named(base, method)
    return found


def _missing_hook(component: type) -> Iterator[str]:
    base, name = next(one for one in _NEEDED if issubclass(component, one[0]))
    if _is_ours(next(one for one in component.__mro__ if name in vars(one))):  # the base's own only raises
        own = [one for one in dir(component) if not hasattr(base, one)]
        guess = next((one for one in own if _FOREIGN.get(one) == name), None) or nearest(name, own)
        what = f"{component.__name__} has no {_methods_of(component)[name].form}"
        if guess:
            yield explain(what, given=guess, hint=f"Did you mean {guess!r} to be it?")
        else:
            yield explain(what, hint="Every tuple comes from there." if issubclass(component, Spout) else "")


def _method_faults(component: type, value: Any, ours: _Named) -> Iterator[str]:
    """Yield the problems of an attribute with the name of one of Umbrella's methods."""
    import inspect

    name = ours.function.__name__
    where = f"{component.__name__}.{name}"
    right = f"def {ours.form}"
    function = value.__func__ if isinstance(value, (staticmethod, classmethod)) else getattr(value, "func", value)
    if not callable(function) or isinstance(function, type):
        whose = "is called by Umbrella" if ours.is_hook else f"is a method of {ours.base.__name__}"
        yield explain(f"{where}: {name} {whose}", given=shorten(value), valid=[right], hint="Choose another name.")
    elif inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        what = f"{where} is an async def, which nothing would await: every call would do nothing"
        yield explain(what, valid=[right], hint="For a coroutine, call asyncio.run(...) in it.")
    elif inspect.isgeneratorfunction(function):
        what = f"{where} has a yield, so that a call does nothing"
        yield explain(what, valid=[right], hint="Send tuples by self.emit(...).")
    elif not _can_be_called(component, value, ours):
        whose = f"Umbrella calls {_call(ours)}" if ours.is_hook else f"{name} is a method of {ours.base.__name__}"
        hint = "" if ours.is_hook else "Choose another name."
        if name == "open":
            hint = "Read self.conf and self.context, and send tuples by self.emit(...)."
        what = f"{where} has the wrong parameters: {whose}"
        yield explain(what, given=f"def {name}{_signature(function)}", valid=[right], hint=hint)
    elif (not ours.is_hook or hasattr(ours.function, "needs_super")) and not _calls_super(function, name):
        what = f"{where} replaces what {ours.base.__name__}.{name} does"
        yield explain(what, hint=f"Call super().{_call(ours)} in it.")


def _can_be_called(component: type, value: Any, ours: _Named) -> bool:
    """Whether an override accepts the arguments of Umbrella's method."""
    import inspect

    try:
        method = value.__get__(object(), component) if hasattr(value, "__get__") else value
        signature = inspect.signature(method, follow_wrapped=False)
    except (TypeError, ValueError):
        return not isinstance(value, FunctionType)  # no parameters at all; signatures of builtins may be unknown
    arguments: list[Any] = []
    named: dict[str, Any] = {}
    for parameter in list(inspect.signature(ours.function).parameters.values())[1:]:
        if parameter.kind is parameter.KEYWORD_ONLY:
            named[parameter.name] = None
        elif parameter.kind is parameter.VAR_KEYWORD:
            named["any_field"] = None
        else:
            arguments.append(None)
    try:
        signature.bind(*arguments, **named)
    except TypeError:
        return False
    return True


def _call(ours: _Named) -> str:
    return ours.form.replace("(self, ", "(").replace("(self)", "()")


def _signature(function: Any) -> str:
    import inspect

    try:
        return str(inspect.signature(function, follow_wrapped=False))
    except (TypeError, ValueError):
        return "(...)"


def _calls_super(function: Any, name: str) -> bool:
    import inspect

    code = getattr(inspect.unwrap(function), "__code__", None)
    return code is None or "super" in _names_in(code) or name in _names_in(code)


def _never_called(component: type, own: Mapping[str, Any], methods: Mapping[str, _Named]) -> Iterator[str]:
    """Yield methods that look like hooks but are never called, neither by the worker nor by the class itself."""
    called = names_used(component)
    hooks = {_plain(name): name for name, one in methods.items() if one.is_hook}
    for name, value in own.items():
        if not isinstance(value, FunctionType) or name in methods or name in called:
            continue
        meant = hooks.get(_plain(name)) or _FOREIGN.get(name) or _FOREIGN.get(_snake(name))
        if meant:
            valid = [f"def {methods[meant].form}"] if meant in methods else [meant]
            yield explain(f"{component.__name__}.{name} is never called", given=f"def {name}", valid=valid)
        elif _plain(name) in _HOOKS_ELSEWHERE:
            other = _HOOKS_ELSEWHERE[_plain(name)]
            what = f"{component.__name__}.{name} is never called: that is a hook of {other}"
            kind = next(base.__name__ for base in component.__mro__ if _is_ours(base))
            yield explain(what, given=f"a class derived from {kind}", hint=f"Derive from {other}, or rename it.")


def _never_ticked(declaration: Declaration, config: Mapping[str, Any]) -> Iterator[str]:
    component: Any = declaration.component
    seconds = declaration.options.get("tick_seconds", getattr(component, "tick_seconds", None))
    if seconds is not None or TICK_KEY in declaration.config or TICK_KEY in config or not issubclass(component, Bolt):
        return
    name = component.__name__
    if issubclass(component, BatchingBolt):
        what = f"{name} has no tick_seconds, so a batch that does not fill up is never handled"
        yield explain(what, given="tick_seconds = None", hint="Set tick_seconds = 1, for example.")
    elif "tick" in _own_attributes(component):
        yield explain(
            f"{name}.tick is never called: {name} has no tick_seconds", hint="Set tick_seconds = 5, for example."
        )


def names_used(component: type) -> set[str]:
    """Return the names that methods of the user's classes refer to, such as their own helpers and constants."""
    methods = [value for value in _own_attributes(component).values() if isinstance(value, FunctionType)]
    return {name for method in methods for name in _names_in(method.__code__)}


def _names_in(code: CodeType) -> set[str]:
    """Return the names that a code object refers to, including nested functions."""
    found = {*code.co_names, *code.co_freevars}
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            found |= _names_in(constant)
    return found


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def _snake(name: str) -> str:
    return "".join(f"_{char.lower()}" if char.isupper() else char for char in name)


def _distinct_hooks() -> dict[str, str]:
    """Return the hooks that only some components have, each with its base class."""
    found: dict[str, str] = {}
    for base in (Bolt, BatchingBolt, Spout, ReliableSpout):
        for name, value in vars(base).items():
            if is_hook(value):
                found.setdefault(_plain(name), base.__name__)
    return found


_HOOKS_ELSEWHERE = _distinct_hooks()
