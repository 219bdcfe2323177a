"""Exceptions of user code outside Umbrella's calls: in a thread, in a ``__del__``, at a ``breakpoint()``."""

from __future__ import annotations

import os
import sys
import threading
from typing import Any, Callable

from umbrella.errors import DebuggerError
from umbrella.multilang.component import NO_TERMINAL, traceback_of
from umbrella.multilang.stopping import EndOfComponent

_in_threads, _unraisable = threading.excepthook, sys.unraisablehook


def report_uncaught(report: Callable[[str], None]) -> None:
    """Report exceptions that end a thread, or that Python would only print, as errors of the component.

    User code may replace these hooks, and call them from its own.

    Args:
        report: called on any thread with the full text of one error.
    """

    def in_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_type is not SystemExit and args.exc_value is not None:
            name = args.thread.name if args.thread else "unknown"
            report(f"the thread {name!r} ended: {traceback_of(args.exc_value)}")

    def unraisable(args: Any) -> None:
        if args.exc_value is not None and not isinstance(args.exc_value, EndOfComponent):
            report(f"{args.err_msg or 'Exception ignored in'} {_shown(args.object)}: {traceback_of(args.exc_value)}")

    threading.excepthook = in_thread
    sys.unraisablehook = unraisable
    sys.breakpointhook = _breakpoint


def leave_to_python() -> None:
    """Undo ``report_uncaught`` in a forked child of user code: what Python prints there is logged."""
    threading.excepthook, sys.unraisablehook = _in_threads, _unraisable


def _shown(value: object) -> str:
    try:
        return repr(value)[:200]
    except Exception:
        return object.__repr__(value)


def _breakpoint(*args: Any, **options: Any) -> Any:
    if os.environ.get("PYTHONBREAKPOINT"):
        return sys.__breakpointhook__(*args, **options)
    raise DebuggerError(f"breakpoint() cannot stop here: {NO_TERMINAL}")
