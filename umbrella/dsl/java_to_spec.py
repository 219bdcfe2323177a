"""Converts the declaration of a Java component to plain values, with each of its Java objects once."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from umbrella.dsl.declaration import Declaration
from umbrella.dsl.java_values import JavaClass, JavaEnum, JavaObject, argument_fault
from umbrella.dsl.options import options_of
from umbrella.errors import DeclarationError, explain
from umbrella.spec import JavaClassSpec, JavaEnumSpec, JavaObjectSpec, JavaSameSpec, JavaStep, JvmCode

_LIBRARY = Path(__file__).parents[1]


def jvm_code(declaration: Declaration) -> JvmCode:
    """Return how to construct the object of a declared Java component.

    Raises:
        DeclarationError: an argument has no Java equivalent, or one of the component's own methods fails.
    """
    component: Any = declaration.component
    options = {name: declaration.options.get(name, option.default) for name, option in options_of(component).items()}
    if component.jvm_object.__module__.startswith("umbrella.dsl."):
        code = _by_class_and_arguments(options["jvm_class"], options["jvm_args"])
    else:
        made = _called(component, options, "jvm_object")
        if not isinstance(made, JavaObject):
            what = f"{component.__name__}.jvm_object() returns a JavaObject"
            raise DeclarationError(explain(what, given=repr(made), valid=['JavaObject("com.example.Spout", ...)']))
        code = JvmCode(made.class_name, *_Values([made]).parts(made))
    return code._replace(needs=tuple(dict.fromkeys(_called(component, options, "needed_fields"))))


def _by_class_and_arguments(class_name: str, args: Any) -> JvmCode:
    if not isinstance(args, (list, tuple)):
        raise DeclarationError(explain("jvm_args is a list or tuple", given=repr(args), valid=['("localhost", 6379)']))
    for number, value in enumerate(args, 1):
        fault = argument_fault(value, f"jvm_args, argument {number}")
        if fault:
            raise DeclarationError(fault)
    values = _Values(args)
    return JvmCode(class_name, tuple(map(values.spec, args)))


def _called(component: Any, options: Mapping[str, Any], method: str) -> Any:
    """Call one of the component's own methods, with its options set as on a worker, and return the result."""
    bare = object.__new__(component)
    for option, value in options.items():
        setattr(bare, option, value)
    try:
        return getattr(bare, method)()
    except DeclarationError:
        raise  # its text says what to fix
    except Exception as exc:
        what = f"{component.__name__}.{method}() failed: {str(exc) or type(exc).__name__}"
        raise DeclarationError(explain(what, given=_line_of_user(exc))) from exc


def _line_of_user(exc: Exception) -> str:
    """Return the last line outside this library that led to an error, or "" if there is none."""
    lines = [line for line in traceback.extract_tb(exc.__traceback__) if _LIBRARY not in Path(line.filename).parents]
    return f"{lines[-1].filename}, line {lines[-1].lineno}" if lines else ""


class _Values:
    """Converts values to specs, and numbers the Java objects that occur more than once."""

    def __init__(self, roots: Any) -> None:
        self._uses: dict[int, int] = {}
        self._numbers: dict[int, int] = {}
        for root in roots:
            self._count(root)

    def spec(self, value: Any) -> Any:
        """Return a value in the form that JavaObjectSpec describes for arguments."""
        if isinstance(value, JavaEnum):
            return JavaEnumSpec(value.class_name, value.constant)
        if isinstance(value, JavaClass):
            return JavaClassSpec(value.class_name)
        if isinstance(value, JavaObject):
            return self._object(value)
        if isinstance(value, Mapping):
            return {self.spec(key): self.spec(item) for key, item in value.items()}
        return tuple(map(self.spec, value)) if isinstance(value, (list, tuple)) else value

    def parts(self, made: JavaObject) -> tuple[tuple[Any, ...], str, tuple[JavaStep, ...]]:
        """Return an object's arguments, factory and steps."""
        args = tuple(map(self.spec, made.args))
        steps = tuple(JavaStep(kind, name, tuple(map(self.spec, given))) for kind, name, given in made.steps)
        return args, made.factory, steps

    def _object(self, made: JavaObject) -> JavaObjectSpec | JavaSameSpec:
        known = self._numbers.get(id(made))
        if known:
            return JavaSameSpec(known)
        number = 0
        if self._uses[id(made)] > 1:
            number = self._numbers[id(made)] = len(self._numbers) + 1
        return JavaObjectSpec(made.class_name, *self.parts(made), number)

    def _count(self, value: Any) -> None:
        if isinstance(value, JavaObject):
            self._uses[id(value)] = self._uses.get(id(value), 0) + 1
            if self._uses[id(value)] > 1:
                return
        for inner in _inside(value):
            self._count(inner)


def _inside(value: Any) -> Iterator[Any]:
    if isinstance(value, JavaObject):
        yield from value.args
        for _, _, given in value.steps:
            yield from given
    elif isinstance(value, Mapping):
        yield from value.values()
    elif isinstance(value, (list, tuple)):
        yield from value
