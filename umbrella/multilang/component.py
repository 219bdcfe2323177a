"""What spouts and bolts have in common on the worker.

Whatever a user's class calls its attributes and methods, the worker must not trip over it. So nothing of Umbrella's
lives in the object under a name: its collector and its state are in slots whose names are taken away from the class.
The worker calls the methods of the class, by ``bound``, and never an attribute of the object.
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
    """Mark a method that the worker calls and a user's class may override."""
    method.is_hook = True  # type: ignore[attr-defined]
    return method


def working_hook(method: Method) -> Method:
    """Mark a hook that does the work of its class: an override calls it by ``super()``."""
    method.needs_super = True  # type: ignore[attr-defined]
    return hook(method)


class Component(Generic[CollectorT]):
    """A spout or bolt as it lives on a worker: one object per task, in its own process.

    Attributes:
        conf: the topology's configuration, with this component's own merged in.
        context: the task, its component, and the other tasks of the topology.
        log: a logger whose lines go to the worker's log at Storm's levels.
    """

    __slots__ = ("__dict__", "__weakref__", "_collector", "_state")

    conf: Mapping[str, Any]
    context: Context
    log: logging.Logger

    def __init__(self, *args: Any, **options: Any) -> None:
        # Runs on the worker only: on the client, calling the class declares a component (umbrella.dsl).
        for name, value in options.items():
            setattr(self, name, value)

    @hook
    def open(self) -> None:
        """Open connections and files; called once per task before any tuple, with options, conf and log set."""

    @hook
    def close(self) -> None:
        """Close what ``open`` opened; best effort, within about 2 seconds of Storm's signal to end."""

    def report_error(self, error: BaseException | str) -> None:
        """Show an error in Storm's UI and write it to the worker's log; the component goes on.

        Args:
            error: an exception, reported with its traceback, or a text.
        """
        report_error(self, error)


def _nameless(slot: str) -> Any:
    """Take a slot's name away from Component; what is returned is the only way to it."""
    descriptor = Component.__dict__[slot]
    delattr(Component, slot)
    return descriptor


_collector, _state = _nameless("_collector"), _nameless("_state")

if TYPE_CHECKING:

    def collector_of(component: Component[CollectorT]) -> CollectorT:
        """Return the collector of a component; AttributeError before the worker has given it one."""
        ...

    def give_collector(component: Component[CollectorT], collector: CollectorT) -> None:
        """Give a component its collector."""
        ...

else:  # straight to C: they are called for every tuple
    collector_of, give_collector = _collector.__get__, _collector.__set__


def state_of(component: Component[Any], make: Callable[[], State]) -> State:
    """Return what a base class keeps for a component, made when it is first asked for.

    Not in ``__init__`` or ``open``, which users override without calling these.
    """
    try:
        return _state.__get__(component)  # type: ignore[no-any-return]
    except AttributeError:
        _state.__set__(component, make())
        return _state.__get__(component)  # type: ignore[no-any-return]


def bound(component: Component[Any], name: str) -> Callable[..., Any]:
    """Return a method of a component's class, bound to the component.

    What the object has of that name does not count: it is an attribute of the user's that happens to be called so.
    """
    for base in type(component).__mro__:
        if name in vars(base):
            found = vars(base)[name]
            method = found.__get__(component, type(component)) if hasattr(found, "__get__") else found
            return cast("Callable[..., Any]", method)
    raise AttributeError(name)


def is_hook(method: Any) -> bool:
    """Whether a method is called by the worker; the others are called by users."""
    return hasattr(method, "is_hook")


def method_of_ours(component: type, name: str) -> FunctionType | None:
    """Return the method of that name that a component's class has of Umbrella, overridden or not."""
    for base in component.__mro__:
        method = vars(base).get(name)
        if base.__module__.startswith("umbrella.multilang.") and isinstance(method, FunctionType):
            return None if name.startswith("_") else method
    return None


def report_error(component: Component[Any], error: BaseException | str) -> None:
    """Report an error of a component; see ``Component.report_error``."""
    collector_of(component).report_error(error if isinstance(error, str) else traceback_of(error))


def _is_outer(file: str) -> bool:
    """Whether code of that file only calls the user's: the worker's, that of a thread, or importlib's."""
    return (
        "/umbrella/multilang/" in file
        or "/importlib/" in file
        or file.startswith("<frozen importlib.")
        or file == threading.__file__
    )


def traceback_of(error: BaseException) -> str:
    """Return the traceback of an exception as Python prints it, without the outer frames that are not the user's."""
    trace = error.__traceback__
    while trace and trace.tb_next and _is_outer(trace.tb_frame.f_code.co_filename):
        trace = trace.tb_next
    if isinstance(error, UmbrellaError) and not isinstance(error, DebuggerError):
        trace = error.__traceback__
    text = without_import_frames("".join(traceback.format_exception(type(error), error, trace))).rstrip()
    if type(error).__module__ == "bdb":  # pdb has read the end of stdin
        text = f"{text}: {NO_TERMINAL}"
    return text
