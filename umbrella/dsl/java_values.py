"""Java objects declared in Python: the parts of a Java component."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any, Union

from umbrella.errors import DeclarationError, explain
from umbrella.multilang.values import MAX_DEPTH, has_surrogate
from umbrella.spec import ALSO, CALL, SET

_CLASS = re.compile(r"[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*")
_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_VALID = ("str", "int", "float", "bool", "None", "list", "dict", "JavaObject", "JavaEnum", "JavaClass")

if TYPE_CHECKING:
    JavaArgument = Union[
        None,
        bool,
        int,
        float,
        str,
        "JavaObject",
        "JavaEnum",
        "JavaClass",
        Sequence[Any],  # for a dict with values of several types, mypy only infers dict[str, object]
        Mapping[Any, Any],
    ]


class WrittenInJava:
    """Base of components written in Java; they are recognised by this class, not by their attributes."""


class JavaObject:
    """A Java object, created on the worker by a public constructor of its class.

    It is immutable: ``call``, ``also`` and ``set`` return a new one. Used twice in the same component, it is a single
    Java object there.

    Args:
        class_name: the full class name; a nested class as ``a.b.Outer.Inner`` or ``a.b.Outer$Inner``.
        args: the constructor's arguments. The worker selects the constructor by their number and types: an int fits
            int, long, short, Integer, Long, double, ...; a list fits List, Set, arrays and varargs; a dict fits Map and
            Properties; a str fits String, char, an enum constant and Class.

    Raises:
        DeclarationError: the class name is not valid, or an argument has no Java equivalent.
    """

    def __init__(self, class_name: str, *args: JavaArgument) -> None:
        self.class_name = _checked_name(_CLASS, class_name, "JavaObject takes the full name of a Java class")
        self.args = _checked_args(f"JavaObject({class_name!r}, ...)", args)
        self.factory = ""
        self.steps: tuple[tuple[str, str, tuple[Any, ...]], ...] = ()

    def call(self, method: str, *args: JavaArgument) -> JavaObject:
        """Call a method and continue with its return value, or with this object if the method is void."""
        return self._with(CALL, method, args)

    def also(self, method: str, *args: JavaArgument) -> JavaObject:
        """Call a method but continue with this object, whatever the method returns, as with ``add`` of a Java set."""
        return self._with(ALSO, method, args)

    def set(self, **properties: JavaArgument) -> JavaObject:
        """Set properties by name: ``host=`` calls ``setHost``, ``host`` or ``withHost``, or else sets the public field.

        Setters of a builder return a builder; the chain continues with that one.
        """
        made = self
        for name, value in properties.items():
            made = made._with(SET, name, (value,))
        return made

    def _with(self, kind: str, name: str, args: tuple[Any, ...]) -> JavaObject:
        _checked_name(_NAME, name, f"{kind} takes the name of a Java method")
        made = JavaObject.__new__(JavaObject)
        made.class_name, made.args, made.factory = self.class_name, self.args, self.factory
        made.steps = (*self.steps, (kind, name, _checked_args(f"{name}(...) of {self.class_name}", args)))
        return made

    def __repr__(self) -> str:
        made = f"JavaClass({self.class_name!r}).call" if self.factory else f"JavaObject({self.class_name!r}, ...)"
        return f"<{made}({self.factory!r}, ...)>" if self.factory else f"<{made}>"


class JavaClass:
    """A Java class: the class itself as an argument, and with ``call`` the results of its static methods.

    Raises:
        DeclarationError: the class name is not valid.
    """

    def __init__(self, class_name: str) -> None:
        self.class_name = _checked_name(_CLASS, class_name, "JavaClass takes the full name of a Java class")

    def call(self, method: str, *args: JavaArgument) -> JavaObject:
        """Return the object created by a static method (a factory)."""
        made = JavaObject(self.class_name, *args)
        made.factory = _checked_name(_NAME, method, "call takes the name of a Java method")
        return made

    def __repr__(self) -> str:
        return f"JavaClass({self.class_name!r})"


class JavaEnum:
    """A constant of a Java enum, or another constant (public static field) of a class.

    Args:
        class_name: the full name of the class.
        constant: the name of the constant.

    Raises:
        DeclarationError: the name of the class or the constant is not valid.
    """

    def __init__(self, class_name: str, constant: str) -> None:
        self.class_name = _checked_name(_CLASS, class_name, "JavaEnum takes the full name of a Java enum")
        self.constant = _checked_name(_NAME, constant, "JavaEnum takes the name of a constant after its class")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, JavaEnum) and vars(other) == vars(self)

    def __hash__(self) -> int:
        return hash((self.class_name, self.constant))

    def __repr__(self) -> str:
        return f"JavaEnum({self.class_name!r}, {self.constant!r})"


def argument_fault(value: Any, where: str) -> str:
    """Return what is wrong with a value as a Java argument, or "" if it has a Java equivalent.

    Args:
        value: the value.
        where: the name of the value in the error text.
    """
    return next(_faults(value, where), "")


def _faults(value: Any, where: str, depth: int = 1) -> Iterator[str]:
    if isinstance(value, (JavaObject, JavaEnum, JavaClass)):
        return  # already checked when it was created
    if depth > MAX_DEPTH:
        yield f"{where[:40]}... is nested deeper than {MAX_DEPTH} levels"
    elif isinstance(value, (list, tuple)):
        for number, item in enumerate(value):
            yield from _faults(item, f"{where}[{number}]", depth + 1)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, (str, int, float, JavaEnum)):
                what = f"a key of {where} has no form in Java"
                yield explain(what, given=repr(key), valid=("str", "int", "JavaEnum"))
            yield from _faults(item, f"{where}[{key!r}]", depth + 1)
    elif isinstance(value, float):
        if not isfinite(value):
            yield explain(f"{where} is not a number", given=repr(value), hint="Let Java make it.")
    elif isinstance(value, str):
        if has_surrogate(value):
            yield explain(f"{where} holds a lone surrogate, which UTF-8 cannot carry", given=repr(value))
    elif value is not None and not isinstance(value, (bool, int)):
        yield explain(f"{where} has no form in Java", given=f"{value!r} ({type(value).__name__})", valid=_VALID)


def _checked_args(what: str, args: tuple[Any, ...]) -> tuple[Any, ...]:
    for number, value in enumerate(args, 1):
        fault = argument_fault(value, f"argument {number} of {what}")
        if fault:
            raise DeclarationError(fault)
    return args


def _checked_name(form: re.Pattern[str], given: Any, what: str) -> str:
    if not isinstance(given, str) or not form.fullmatch(given):
        raise DeclarationError(explain(what, given=repr(given)))
    return given
