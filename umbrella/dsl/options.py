"""What a component may be declared with: its executors, its options, and their types."""

from __future__ import annotations

import sys
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Literal, Union

from umbrella.dsl.declaration import Declaration
from umbrella.dsl.java_values import WrittenInJava, argument_fault
from umbrella.errors import OptionError, explain
from umbrella.multilang.values import explain_fault

_MISSING = object()

# Not options of the user's component, but of its place in the topology.
_PLACE = ("executors", "tasks", "config", "inputs")


class Option(typing.NamedTuple):
    """One option of a component: its type as written, and its default or _MISSING."""

    hint: Any
    default: Any


# Of Umbrella's own base classes, whose annotations are for type checkers alone.
_LIBRARY_OPTIONS = {
    "tick_seconds": Option(Union[int, None], None),
    "batch_size": Option(int, 100),
    "max_failures": Option(Union[int, None], None),
    "retry_seconds": Option(float, 1.0),
    "max_retry_seconds": Option(float, 60.0),
    "jvm_class": Option(str, ""),
    "jvm_args": Option(Sequence[Any], ()),
}


def declare_call(component: type, args: Sequence[Any], given: Mapping[str, Any]) -> Declaration:
    """Return the declaration that ``Component(*args, **given)`` stands for.

    Raises:
        OptionError: more than executors by position, or what ``declare`` refuses.
    """
    if len(args) > 1 or (args and "executors" in given):
        what = f"{component.__name__} takes its number of executors by position and all else by name"
        raise OptionError(explain(what, given=repr(tuple(args)), valid=_signature(component)))
    return declare(component, {"executors": args[0], **given} if args else given)


def declare(component: type, given: Mapping[str, Any]) -> Declaration:
    """Return a declaration, its options checked by name and type.

    Raises:
        OptionError: an option is missing, unknown, of the wrong type, or no plain data.
    """
    place = {name: given[name] for name in _PLACE if name in given}
    named = {name: value for name, value in given.items() if name not in _PLACE}
    executors = _count(component, "executors", place.get("executors", 1))
    tasks = place.get("tasks")
    config = place.get("config") or {}
    if not isinstance(config, Mapping) or not all(isinstance(key, str) for key in config):
        what = f"{component.__name__}: config is a dict of Storm's dotted keys"
        raise OptionError(explain(what, given=repr(config), valid=['{"topology.debug": True}']))
    inputs = place.get("inputs") or ()
    if not isinstance(inputs, (list, tuple)):
        raise OptionError(explain(f"{component.__name__}: inputs is a list of groupings", given=repr(inputs)))
    return Declaration(
        component,
        executors=executors,
        tasks=None if tasks is None else _count(component, "tasks", tasks),
        options=_checked(component, named),
        config=config,
        inputs=inputs,
    )


def options_of(component: type) -> dict[str, Option]:
    """Return the options of a component class: the annotated attributes of the user's classes, bases first.

    With an own ``__init__`` its named parameters are options too.
    """
    found: dict[str, Option] = {}
    found.update({name: hint for name, hint in _LIBRARY_OPTIONS.items() if hasattr(component, name)})
    for base in reversed(component.__mro__):
        if not base.__module__.startswith("umbrella.") or base.__module__.startswith("umbrella.contrib"):
            found.update(_annotated(base))
    found.update({name: option for name, option in _init_options(component).items() if name not in found})
    return {name: Option(one.hint, getattr(component, name, one.default)) for name, one in found.items()}


def wrong_defaults(component: type, given: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the defaults that a declaration leaves in place; only plain data is judged."""
    for name, option in options_of(component).items():
        value = option.default
        if name in given or value is _MISSING or _fits(value, option.hint) or explain_fault([value], [name]):
            continue
        what = f"the default of {component.__name__}' {_spelled(name, option)} is of another"
        hint = "Annotate it as Optional[...] if None is meant." if value is None else ""
        yield explain(what, given=repr(value), hint=hint)


def _annotated(base: type) -> dict[str, Option]:
    return {
        name: Option(_evaluated(base, name, hint), _MISSING)
        for name, hint in _own_annotations(base).items()
        if not name.startswith("_") and not _is_class_var(hint)
    }


def _evaluated(base: type, name: str, hint: Any) -> Any:
    """Return an annotation as a type, or Any where that cannot be had.

    One by one: "int | None" does not evaluate on Python 3.9, nor does a name that only type checkers import. Such an
    option is not checked, and the others still are.
    """
    holder = types.SimpleNamespace(__annotations__={name: hint})
    names = vars(sys.modules[base.__module__]) if base.__module__ in sys.modules else {}
    try:
        return typing.get_type_hints(holder, globalns=names, localns=dict(vars(base)))[name]
    except Exception:
        return Any


def _own_annotations(base: type) -> Mapping[str, Any]:
    if sys.version_info >= (3, 14):
        import annotationlib

        return annotationlib.get_annotations(base, format=annotationlib.Format.FORWARDREF)
    return base.__dict__.get("__annotations__", {})  # type: ignore[no-any-return, unused-ignore]  # noqa: RUF063 - the advised library is not on workers


def _is_class_var(hint: Any) -> bool:
    return hint is ClassVar or typing.get_origin(hint) is ClassVar or (isinstance(hint, str) and "ClassVar" in hint)


def _init_options(component: type) -> dict[str, Option]:
    init = component.__init__  # type: ignore[misc]
    if init.__module__.startswith("umbrella.multilang."):
        return {}
    import inspect  # for such classes alone: a worker starts without it

    named = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    parameters = list(inspect.signature(init).parameters.values())[1:]
    return {
        one.name: Option(Any, _MISSING if one.default is one.empty else one.default)
        for one in parameters
        if one.kind in named
    }


def _takes_any(component: type) -> bool:
    init = component.__init__  # type: ignore[misc]
    if init.__module__.startswith("umbrella.multilang."):
        return False
    import inspect

    return inspect.Parameter.VAR_KEYWORD in [one.kind for one in inspect.signature(init).parameters.values()]


def _checked(component: type, given: Mapping[str, Any]) -> dict[str, Any]:
    known = options_of(component)
    name = component.__name__
    for unknown in [] if _takes_any(component) else [one for one in given if one not in known]:
        valid = [*_PLACE, *known]
        raise OptionError(explain(f"{name} has no option {unknown!r}", valid=valid, wrong=unknown))
    missing = [one for one, option in known.items() if option.default is _MISSING and one not in given]
    if missing:
        what = f"{name} needs {_spelled(missing[0], known[missing[0]])}"
        hint = f"Declare it as {name}(1, {missing[0]}=...); an attribute that is no option is annotated as ClassVar."
        raise OptionError(explain(what, given=", ".join(given) or "no options", hint=hint))
    for one, value in given.items():
        if one in known and not _fits(value, known[one].hint):
            hint = known[one].hint
            if typing.get_origin(hint) is Literal:
                valid = [str(one) for one in typing.get_args(hint)]
                wrong = value if isinstance(value, str) else ""
                what = f"{name}: option {one!r} is one of a few"
                raise OptionError(explain(what, given=repr(value), valid=valid, wrong=wrong))
            raise OptionError(explain(f"{name}: {_spelled(one, known[one])}", given=f"{value!r}"))
        if issubclass(component, WrittenInJava):  # its options stay here, and only make its Java object
            wrong = argument_fault(value, f"{name}: option {one!r}")
            if wrong:
                raise OptionError(wrong)
            continue
        fault = explain_fault([value], [one])
        if fault:
            what = f"{name}: options are plain data, for they travel to the worker as JSON; {fault}"
            raise OptionError(explain(what, hint="Open connections and files in open(self)."))
    return dict(given)


def _spelled(name: str, option: Option) -> str:
    hint = option.hint
    return f"option {name!r} of type {getattr(hint, '__name__', None) if isinstance(hint, type) else hint}"


def _signature(component: type) -> list[str]:
    needed = [name for name, option in options_of(component).items() if option.default is _MISSING]
    return [f"{component.__name__}(2{''.join(f', {name}=...' for name in needed)})"]


def _count(component: type, what: str, value: Any) -> int:
    if type(value) is not int or value < 1:
        text = f"{component.__name__}: {what} is a whole number of 1 or more"
        raise OptionError(explain(text, given=repr(value)))
    return value


def _fits(value: Any, hint: Any) -> bool:
    """Whether a value is of an annotated type, as far as plain data goes."""
    if hint is Any or isinstance(hint, (str, typing.TypeVar, typing.ForwardRef)):
        return True
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is None:
        return _fits_plain(value, hint)
    if origin is Literal:
        return value in inner
    if origin is Union or str(origin) == "<class 'types.UnionType'>":
        return any(_fits(value, one) for one in inner)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        pairs = value.items() if isinstance(value, Mapping) else None
        return pairs is not None and all(_fits(key, inner[0]) and _fits(one, inner[1]) for key, one in pairs)
    if isinstance(origin, type) and issubclass(origin, (Sequence, tuple)):
        kinds = [one for one in inner if one is not Ellipsis] or [Any]
        return isinstance(value, (list, tuple)) and all(any(_fits(one, kind) for kind in kinds) for one in value)
    return False


def _fits_plain(value: Any, hint: Any) -> bool:
    if hint is None or hint is type(None):
        return value is None
    if hint is float:
        return type(value) in (int, float)
    if hint is int:
        return type(value) is int
    if hint in (list, tuple, Sequence):
        return isinstance(value, (list, tuple))
    return isinstance(hint, type) and isinstance(value, hint)
