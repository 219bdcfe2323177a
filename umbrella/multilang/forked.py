"""Ends a forked child of user code that returns into the component's loop."""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
from typing import NoReturn

EXIT_RAISED = 1


def end_forked_child(exc: BaseException) -> NoReturn:
    """End this process as Python does on an uncaught exception.

    The child neither closes the component nor reports to Storm, as both belong to its parent. The traceback goes to
    stderr, which the parent copies to the worker's log.
    """
    code = EXIT_RAISED
    if isinstance(exc, SystemExit):
        if exc.code is None or isinstance(exc.code, int):
            code = exc.code or 0
        else:
            print(exc.code, file=sys.stderr)
    else:
        traceback.print_exception(type(exc), exc, exc.__traceback__)
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code & 0xFF)
