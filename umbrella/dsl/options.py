"""The arguments of a declaration: executors, options, and their types."""

from __future__ import annotations

import typing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final, Literal, Union

from umbrella.dsl.declaration import PLACE, Declaration, count_of
from umbrella.dsl.java_values import WrittenInJava, argument_fault
from umbrella.dsl.option_types import (
    converts,
    evaluated,
    fits,
    form_of,
    is_never_option,
    made_of,
    own_annotations,
    same,
    spelled,
    to_plain,
)
from umbrella.errors import OptionError, explain
from umbrella.multilang.values import explain_fault

_MISSING = object()

# What other libraries call these.
_OF_OTHERS = {
    **dict.fromkeys(("par", "parallelism", "parallelism_hint", "num_executors", "workers"), "executors"),
    **dict.fromkeys(("num_tasks", "numTasks", "set_num_tasks"), "tasks"),
    **dict.fromkeys(("conf", "component_config", "settings"), "config"),
}
# What can be read of a declared component beside its options.
_OF_DECLARATIONS = (
    "name",
    "replace",
    "component",
    "options",
    "owner",
    "label",
    "bind",
    "plain_options",
    "add_inputs",
    "replaced",
)


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
    place = {name: given[name] for name in PLACE if name in given}
    named = {name: value for name, value in given.items() if name not in PLACE}
    executors = count_of(component, "executors", place.get("executors", 1))
    tasks = place.get("tasks")
    config = place.get("config") or {}
    if not isinstance(config, Mapping) or not all(isinstance(key, str) for key in config):
        what = f"{component.__name__}: config is a dict of Storm's dotted keys"
        raise OptionError(explain(what, given=repr(config), valid=['{"topology.debug": True}']))
    inputs = place.get("inputs") or ()
    if not isinstance(inputs, (list, tuple)):
        what = f"{component.__name__}: inputs is a list of groupings"
        raise OptionError(explain(what, given=repr(inputs), valid=["inputs=[ShuffleGrouping(source)]"]))
    return Declaration(
        component,
        executors=executors,
        tasks=None if tasks is None else count_of(component, "tasks", tasks),
        options=_checked(component, named),
        config=config,
        inputs=inputs,
    )


def options_of(component: type) -> dict[str, Option]:
    """Return the options of a component class: the annotated attributes of the user's classes, bases first.

    With an own ``__init__`` its named parameters are options too.
    """
    found: dict[str, Option] = {}
    found.update(_library_options(component))
    for base in reversed(component.__mro__):
        if not base.__module__.startswith("umbrella.") or base.__module__.startswith("umbrella.contrib"):
            found.update(_annotated(base))
    of_init = _init_options(component)
    found.update({name: option for name, option in of_init.items() if name not in found})
    return {
        # A dataclass keeps ``field(default_factory=...)`` in its __init__ alone.
        name: Option(one.hint, getattr(component, name, of_init[name].default if name in of_init else one.default))
        for name, one in found.items()
    }


def _library_options(component: type) -> dict[str, Option]:
    """Return the options that a component has of Umbrella's base classes; a name is the user's own elsewhere."""
    ours = [base for base in component.__mro__ if base.__module__.startswith(("umbrella.multilang.", "umbrella.dsl."))]
    return {name: one for name, one in _LIBRARY_OPTIONS.items() if any(name in vars(base) for base in ours)}


def wrong_defaults(component: type, given: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the defaults that a declaration leaves in place; of the user's own only plain data."""
    ours = _library_options(component)
    for name, option in options_of(component).items():
        value = option.default
        if name in given or value is _MISSING or fits(value, option.hint):
            continue
        if name not in ours and explain_fault([value], [name]):
            continue
        what = f"{component.__name__}: the default of {_spelled(name, option)} is not of that type"
        form = form_of(option.hint, value)
        hint = "Annotate it as Optional[...] if None is meant." if value is None else ""
        yield explain(what, given=repr(value), valid=[form] if form and not hint else (), hint=hint)


def prepare(component: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a component's options as the types they are declared with, from the JSON that came to the worker.

    Defaults that are mutable, or a text where a path is declared, are set on the object: each has its own.

    Args:
        component: the object, before its ``__init__``.
        given: its options in plain JSON values.
    """
    kind = type(component)
    found = dict(given)
    known = options_of(kind)
    of_init = _init_options(kind)
    for name, option in known.items():
        if name in given:
            if converts(option.hint):
                found[name] = made_of(given[name], option.hint)
            continue
        default = own = option.default
        if fits(default, option.hint) and converts(option.hint) and not explain_fault([default], [name]):
            own = made_of(to_plain(default, option.hint), option.hint)
        elif type(default) in (list, dict, set):
            import copy  # for such defaults alone: a worker starts without it

            own = copy.deepcopy(default)
        if own is not default:
            setattr(component, name, own)
            if name in of_init:
                found[name] = own
    if _has_own_init(kind) and not _takes_any(kind):  # as the __init__ of a dataclass, of which this is a subclass
        for name in [one for one in found if one not in of_init]:
            setattr(component, name, found.pop(name))
    return found


def plain_options(component: type, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return a declaration's options as JSON values, as they travel to the worker."""
    known = options_of(component)
    return {
        name: to_plain(value, known[name].hint) if name in known and converts(known[name].hint) else value
        for name, value in options.items()
    }


def _annotated(base: type) -> dict[str, Option]:
    return {
        name: Option(evaluated(base, name, hint), _MISSING)
        for name, hint in own_annotations(base).items()
        if not name.startswith("_") and not _is_class_var(hint) and not _is_left_out_of_init(base, name)
    }


def _is_left_out_of_init(base: type, name: str) -> bool:
    """Whether it is ``field(init=False)`` of a dataclass, which the class sets by itself."""
    field = vars(base).get("__dataclass_fields__", {}).get(name)
    return field is not None and not field.init


def _is_class_var(hint: Any) -> bool:
    """Whether it is annotated as ClassVar or Final: a constant of the class, and no option."""
    if isinstance(hint, str):
        return hint.partition("[")[0].rpartition(".")[2].strip() in ("ClassVar", "Final")
    return hint in (ClassVar, Final) or typing.get_origin(hint) in (ClassVar, Final)


def _has_own_init(component: type) -> bool:
    return not component.__init__.__module__.startswith("umbrella.multilang.")  # type: ignore[misc]


def _init_options(component: type) -> dict[str, Option]:
    if not _has_own_init(component):
        return {}
    import inspect  # for such classes alone: a worker starts without it

    named = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    parameters = list(inspect.signature(component.__init__).parameters.values())[1:]  # type: ignore[misc]
    return {
        one.name: Option(Any, _MISSING if one.default is one.empty else one.default)
        for one in parameters
        if one.kind in named
    }


def _takes_any(component: type) -> bool:
    if not _has_own_init(component):
        return False
    import inspect

    parameters = inspect.signature(component.__init__).parameters.values()  # type: ignore[misc]
    return inspect.Parameter.VAR_KEYWORD in [one.kind for one in parameters]


def _checked(component: type, given: Mapping[str, Any]) -> dict[str, Any]:
    known = options_of(component)
    name = component.__name__
    _refuse_names(component, [*known, *(given if _takes_any(component) else ())])
    _refuse_class(component, known)
    for unknown in [] if _takes_any(component) else [one for one in given if one not in known]:
        valid = [*PLACE, *known]
        wrong = _OF_OTHERS.get(unknown, unknown)
        hint = "A component's name is that of the attribute it is assigned to." if unknown == "name" else ""
        raise OptionError(explain(f"{name} has no option {unknown!r}", valid=valid, wrong=wrong, hint=hint))
    missing = [one for one, option in known.items() if option.default is _MISSING and one not in given]
    if missing:
        what = f"{name} needs {_spelled(missing[0], known[missing[0]])}"
        hint = f"Declare it as {name}(1, {missing[0]}=...); an attribute that is no option is annotated as ClassVar."
        raise OptionError(explain(what, given=", ".join(given) or "no options", hint=hint))
    return {one: _value(component, one, value, known.get(one)) for one, value in given.items()}


def _refuse_names(component: type, names: Iterable[str]) -> None:
    taken = _taken_names(component)
    for one in names:
        if one in taken and one not in _LIBRARY_OPTIONS:
            what = f"{component.__name__}: an option cannot be called {one!r}, which {taken[one]}"
            raise OptionError(explain(what, hint=f"Give it another name, such as {one}_option."))


def _refuse_class(component: type, known: Mapping[str, Option]) -> None:
    """Refuse a class whose options cannot be had on a worker, whatever they are given."""
    name = component.__name__
    for one, option in known.items():
        if type(option.default).__name__ == "Field" and type(option.default).__module__ == "dataclasses":
            what = f"{name}: the default of option {one!r} is a dataclass's field(...), and {name} is no dataclass"
            raise OptionError(explain(what, hint=f"Write @dataclass above class {name}."))
        if option.default is _MISSING and is_never_option(option.hint) and not issubclass(component, WrittenInJava):
            what = f"{name}: {spelled(option.hint)} is no type of options, which travel to the worker as JSON"
            own = f"self.{one}: {spelled(option.hint)} = ..."
            hint = f"If {one!r} is an attribute of your own, annotate it where it is set, in open(self): {own}"
            raise OptionError(explain(what, given=f"{one}: {spelled(option.hint)} in the class body", hint=hint))
    if getattr(getattr(component, "__dataclass_params__", None), "frozen", False):
        what = f"{name} is a frozen dataclass; a worker sets its conf, context and log"
        raise OptionError(explain(what, given="@dataclass(frozen=True)", valid=["@dataclass"]))


def _taken_names(component: type) -> dict[str, str]:
    """Return the names that an option cannot have, each with what it is."""
    taken = {one: f"a declaration has for itself: {component.__name__}(...).{one}" for one in _OF_DECLARATIONS}
    for base in component.__mro__:
        if base.__module__.startswith("umbrella.") and not base.__module__.startswith("umbrella.contrib"):
            names = [*vars(base), *own_annotations(base)]
            taken.update({one: f"is self.{one} of every component" for one in names if not one.startswith("_")})
    return {**taken, **dict.fromkeys(PLACE, "every component is declared with")}


def _value(component: type, one: str, value: Any, option: Option | None) -> Any:
    """Return the value of an option as the worker will have it."""
    name = component.__name__
    if option and not fits(value, option.hint):
        raise OptionError(_wrong_value(name, one, value, option))
    if issubclass(component, WrittenInJava):  # its options stay here, and only make its Java object
        wrong = argument_fault(value, f"{name}: option {one!r}")
        if wrong:
            raise OptionError(wrong)
        return value
    if not option or not converts(option.hint):
        _refuse_unplain(name, one, value)
        return value
    try:
        plain = to_plain(value, option.hint)
        _refuse_unplain(name, one, plain)
        arrived = made_of(plain, option.hint)
    except OptionError:
        raise
    except Exception as exc:
        what = f"{name}: {_spelled(one, option)} cannot be made anew on the worker: {type(exc).__name__}: {exc}"
        raise OptionError(explain(what, given=repr(value), hint="Give plain data, and make it in open(self).")) from exc
    if not same(value, arrived):
        what = f"{name}: this value of {_spelled(one, option)} would arrive on the worker as {arrived!r}"
        raise OptionError(explain(what, given=repr(value), hint="Give plain data, and make it in open(self)."))
    return arrived


def _wrong_value(name: str, one: str, value: Any, option: Option) -> str:
    if typing.get_origin(option.hint) is Literal:
        valid = [str(one) for one in typing.get_args(option.hint)]
        what = f"{name}: option {one!r} is one of a few"
        return explain(what, given=repr(value), valid=valid, wrong=value if isinstance(value, str) else "")
    form = form_of(option.hint, value)
    hint = "No value of that type travels to a worker: make it in open(self)." if is_never_option(option.hint) else ""
    return explain(f"{name}: {_spelled(one, option)}", given=repr(value), valid=[form] if form else (), hint=hint)


def _refuse_unplain(name: str, one: str, value: Any) -> None:
    fault = explain_fault([value], [one])
    if fault:
        what = f"{name}: options are plain data, for they travel to the worker as JSON; {fault}"
        raise OptionError(explain(what, hint="Open connections and files in open(self)."))


def _spelled(name: str, option: Option) -> str:
    return f"option {name!r} of type {spelled(option.hint)}"


def _signature(component: type) -> list[str]:
    needed = [name for name, option in options_of(component).items() if option.default is _MISSING]
    return [f"{component.__name__}(2{''.join(f', {name}=...' for name in needed)})"]
