"""Finds the class of a component on the worker and creates its object."""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Mapping
from typing import Any, NamedTuple

from umbrella.errors import DeclarationError, TargetError, explain
from umbrella.multilang.component import Component, bound, collector_of, is_hook, method_of_ours
from umbrella.multilang.messages import shorten

COMPONENT_KEY = "umbrella.component"  # "module:Class", set in the component's conf by umbrella.compile.conf
NAMES = "umbrella.names"  # a folder of the jar: files with non-ASCII names, numbered (umbrella.compile.contents)
OPTIONS_KEY = "umbrella.options"  # the options as a JSON text: Flux does not allow maps in a component's conf


class Loaded(NamedTuple):
    """A component's object, not initialised yet, and its options."""

    component: Component[Any]
    options: dict[str, Any]

    @property
    def python(self) -> str:
        """The Python version, for the log."""
        return f"{sys.version.split()[0]} at {sys.executable}"

    def open(self) -> None:
        """Call ``__init__`` with the options, as calling a plain class would, and then ``open``.

        Raises:
            DeclarationError: an attribute hides one of Umbrella's methods.
        """
        component = self.component
        # Calling the class would declare a component (umbrella.dsl.components), whose metaclass knows the options.
        kind = type(component)
        prepare = getattr(type(kind), "_prepared_options", None)
        kind.__init__(component, **(prepare(kind, component, self.options) if prepare else self.options))
        collector_of(component).check_returned("open", bound(component, "open")())
        for name, value in vars(component).items():
            method = method_of_ours(type(component), name)
            if method is None or (is_hook(method) and not callable(value)):
                continue  # the worker calls the hooks of the class, whatever the object's attribute is
            what = f"self.{name} is assigned, and {name} is a method of {type(component).__name__}"
            hint = f"Define def {name}(self, ...) in the class, or give this attribute another name."
            raise DeclarationError(explain(what, given=shorten(value), hint=hint))


def load_component(conf: Mapping[str, Any]) -> Loaded:
    """Import the component named in a conf.

    Raises:
        TargetError: the conf names no component, or the module has no such class.
    """
    reference = conf.get(COMPONENT_KEY)
    if not isinstance(reference, str) or ":" not in reference:
        what = f"this task's conf has no {COMPONENT_KEY} of the form module:Class"
        raise TargetError(explain(what, given=repr(reference), hint="Make the topology with Umbrella's compiler."))
    name_files()
    module_name, qualname = reference.split(":", 1)
    found: Any = importlib.import_module(module_name)
    for part in qualname.split("."):
        if not hasattr(found, part):
            names = [name for name in vars(found) if not name.startswith("_")]
            where = getattr(found, "__file__", module_name)
            raise TargetError(explain(f"no {qualname} in {where}", valid=names, wrong=part))
        found = getattr(found, part)
    if not (isinstance(found, type) and issubclass(found, Component)):
        raise TargetError(explain(f"{reference} is no spout or bolt", given=repr(found)))
    return Loaded(found.__new__(found), json.loads(conf.get(OPTIONS_KEY) or "{}"))


def name_files() -> None:
    """Restore the non-ASCII names of files in the jar, unless another process has done so."""
    folder = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    numbered = os.path.join(folder, NAMES)
    if not os.path.isdir(numbered):
        return
    with open(os.path.join(numbered, "names.json"), "rb") as file:
        names = json.load(file)
    for number, name in names.items():
        target = os.path.join(folder, name)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        try:
            os.replace(os.path.join(numbered, number), target)
        except FileNotFoundError:
            if not os.path.exists(target):
                raise
    importlib.invalidate_caches()
