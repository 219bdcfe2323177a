"""The common base of spouts and bolts on the worker.

The names of attributes and methods in a user's class must not break the worker. So Umbrella stores nothing in the
object under a name: the collector and the state are in slots whose names are removed from the class. The worker calls
the methods of the class through ``bound``, and never an attribute of the object.
"""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Mapping
from types import FunctionType
from typing import TYPE_CHECKING, Any, Callable, Generic, TypeVar, cast

from umbrella.errors import DebuggerError, UmbrellaError, without_import_frames
from umbrella.multilang.collector import Collector
from umbrella.multilang.context import Context

NO_TERMINAL = (
    "a debugger needs a terminal, and Storm holds the stdin and stdout of this process. Debug the component in a plain "
    "script by umbrella.testing.open, or name a remote debugger in PYTHONBREAKPOINT, such as remote_pdb.set_trace"
)

CollectorT = TypeVar("CollectorT", bound=Collector)
Method = TypeVar("Method", bound=Callable[..., Any])
State = TypeVar("State")


def hook(method: Method) -> Method:
    """Mark a method as a hook: the worker calls it and a user's class may override it."""
    method.is_hook = True  # type: ignore[attr-defined]
    return method


def working_hook(method: Method) -> Method:
    """Mark a hook whose base implementation is needed: an override must call it through ``super()``."""
    method.needs_super = True  # type: ignore[attr-defined]
    return hook(method)


class Component(Generic[CollectorT]):
    """A spout or bolt on a worker: one object per task, in its own process.

    Attributes:
        conf: the topology's configuration, merged with this component's own.
        context: information about the task, its component, and the other tasks of the topology.
        log: a logger that writes to the worker's log at Storm's levels.
    """

    __slots__ = ("__dict__", "__weakref__", "_collector", "_state")

    conf: Mapping[str, Any]
    context: Context
    log: logging.Logger

    def __init__(self, *args: Any, **options: Any) -> None:
        # Only runs on the worker: on the client, calling the class declares a component (umbrella.dsl).
        for name, value in options.items():
            setattr(self, name, value)

    @hook
    def open(self) -> None:
        """Open connections and files; called once per task before any tuple. Options, conf and log are already set."""

    @hook
    def close(self) -> None:
        """Release what ``open`` opened; best effort: about 2 seconds remain after Storm's signal to end."""

    def report_error(self, error: BaseException | str) -> None:
        """Show an error in Storm's UI and write it to the worker's log; the component continues.

        Args:
            error: an exception, which is reported with its traceback, or a text.
        """
        report_error(self, error)


def _nameless(slot: str) -> Any:
    """Remove a slot's name from Component; the returned descriptor is then the only access to it."""
    descriptor = Component.__dict__[slot]
    delattr(Component, slot)
    return descriptor


_collector, _state = _nameless("_collector"), _nameless("_state")

if TYPE_CHECKING:

    def collector_of(component: Component[CollectorT]) -> CollectorT:
        """Return the collector of a component; raises AttributeError before the worker has set it."""
        ...

    def give_collector(component: Component[CollectorT], collector: CollectorT) -> None:
        """Set the collector of a component."""
        ...

else:  # no Python function around the C descriptors: they are called for every tuple
    collector_of, give_collector = _collector.__get__, _collector.__set__


def state_of(component: Component[Any], make: Callable[[], State]) -> State:
    """Return the state that a base class keeps for a component; created on first use.

    Not in ``__init__`` or ``open``, because users override these without calling ``super()``.
    """
    try:
        return _state.__get__(component)  # type: ignore[no-any-return]
    except AttributeError:
        _state.__set__(component, make())
        return _state.__get__(component)  # type: ignore[no-any-return]


def bound(component: Component[Any], name: str) -> Callable[..., Any]:
    """Return a method of a component's class, bound to the component.

    An attribute of the object with the same name is ignored: it belongs to the user.
    """
    for base in type(component).__mro__:
        if name in vars(base):
            found = vars(base)[name]
            method = found.__get__(component, type(component)) if hasattr(found, "__get__") else found
            return cast("Callable[..., Any]", method)
    raise AttributeError(name)


def is_hook(method: Any) -> bool:
    """Whether the worker calls a method; the other methods are called by users."""
    return hasattr(method, "is_hook")


def method_of_ours(component: type, name: str) -> FunctionType | None:
    """Return Umbrella's own method of that name in a component's class, even if it is overridden."""
    for base in component.__mro__:
        method = vars(base).get(name)
        if base.__module__.startswith("umbrella.multilang.") and isinstance(method, FunctionType):
            return None if name.startswith("_") else method
    return None


def report_error(component: Component[Any], error: BaseException | str) -> None:
    """Report an error of a component; see ``Component.report_error``."""
    collector_of(component).report_error(error if isinstance(error, str) else traceback_of(error))


def _is_outer(file: str) -> bool:
    """Whether a file only contains callers of user code: the worker, threading or importlib."""
    return (
        "/umbrella/multilang/" in file
        or "/importlib/" in file
        or file.startswith("<frozen importlib.")
        or file == threading.__file__
    )


def traceback_of(error: BaseException) -> str:
    """Return an exception's traceback as Python prints it, without the outer frames that are not user code."""
    trace = error.__traceback__
    while trace and trace.tb_next and _is_outer(trace.tb_frame.f_code.co_filename):
        trace = trace.tb_next
    if isinstance(error, UmbrellaError) and not isinstance(error, DebuggerError):
        trace = error.__traceback__
    text = without_import_frames("".join(traceback.format_exception(type(error), error, trace))).rstrip()
    if type(error).__module__ == "bdb":  # pdb reached the end of stdin
        text = f"{text}: {NO_TERMINAL}"
    return text
