"""A child that user code has forked, and that comes back to what drives the component."""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
from typing import NoReturn

EXIT_RAISED = 1


def end_forked_child(exc: BaseException) -> NoReturn:
    """End this process as Python ends on an exception that nobody has caught.

    Neither closes the child the component, nor reports it to Storm: both are its parent's. Its text goes to stderr,
    which the parent puts into the worker's log.
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
