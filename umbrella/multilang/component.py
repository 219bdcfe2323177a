"""What spouts and bolts have in common on the worker."""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from umbrella.errors import DebuggerError, UmbrellaError
from umbrella.multilang.collector import Collector
from umbrella.multilang.context import Context

NO_TERMINAL = (
    "a debugger needs a terminal, and Storm holds the stdin and stdout of this process. Debug the component in a plain "
    "script by umbrella.testing.open, or name a remote debugger in PYTHONBREAKPOINT (docs/testing.md, Debugging)"
)

CollectorT = TypeVar("CollectorT", bound=Collector)


class Component(Generic[CollectorT]):
    """A spout or bolt as it lives on a worker: one object per task, in its own process.

    Attributes:
        conf: the topology's configuration, with this component's own merged in.
        context: the task, its component, and the other tasks of the topology.
        log: a logger whose lines go to the worker's log at Storm's levels.
    """

    conf: Mapping[str, Any]
    context: Context
    log: logging.Logger
    _collector: CollectorT

    def __init__(self, *args: Any, **options: Any) -> None:
        # Runs on the worker only: on the client, calling the class declares a component (umbrella.dsl).
        for name, value in options.items():
            setattr(self, name, value)

    def open(self) -> None:
        """Open connections and files; called once per task before any tuple, with options, conf and log set."""

    def close(self) -> None:
        """Close what ``open`` opened; best effort, within about 2 seconds of Storm's signal to end."""

    def report_error(self, error: BaseException | str) -> None:
        """Show an error in Storm's UI and write it to the worker's log; the component goes on.

        Args:
            error: an exception, reported with its traceback, or a text.
        """
        text = error if isinstance(error, str) else traceback_of(error)
        self._collector.report_error(f"{self.context.component}[{self.context.task_id}]: {text}")


def _is_outer(file: str) -> bool:
    """Whether code of that file only calls the user's: the worker's, or that of a thread."""
    return "/umbrella/multilang/" in file or file == threading.__file__


def traceback_of(error: BaseException) -> str:
    """Return the traceback of an exception as Python prints it, without the outer frames that are not the user's."""
    trace = error.__traceback__
    while trace and trace.tb_next and _is_outer(trace.tb_frame.f_code.co_filename):
        trace = trace.tb_next
    if isinstance(error, UmbrellaError) and not isinstance(error, DebuggerError):
        trace = error.__traceback__
    text = "".join(traceback.format_exception(type(error), error, trace)).rstrip()
    if type(error).__module__ == "bdb":  # pdb has read the end of stdin
        text = f"{text}: {NO_TERMINAL}"
    return text
