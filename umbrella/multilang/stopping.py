"""How Storm ends a component: ShellProcess.destroy sends SIGTERM; there is no other announcement."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from types import FrameType
from typing import Callable


class EndOfComponent(BaseException):
    """Storm asked this process to end; not an Exception, so that user code does not catch it by accident."""


class Stopping:
    """Raises EndOfComponent in the main thread on the first SIGTERM.

    Args:
        raise_it: raises an exception unless the main thread is in the middle of a write.
    """

    def __init__(self, raise_it: Callable[[BaseException], None]) -> None:
        self._raise_it = raise_it
        self._deferring = False
        self._pending = False
        signal.signal(signal.SIGTERM, self._end)

    @contextlib.contextmanager
    def deferred(self) -> Iterator[None]:
        """Delay the exception until the block ends: a C extension may not survive it during its import."""
        self._deferring = True
        try:
            yield
        finally:
            self._deferring = False
        if self._pending:
            raise EndOfComponent

    def over(self) -> None:
        """Ignore further SIGTERMs: the component is already being closed."""
        signal.signal(signal.SIGTERM, signal.SIG_IGN)

    def _end(self, signum: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once is enough: the remaining time is for close
        if self._deferring:
            self._pending = True
        else:
            self._raise_it(EndOfComponent())


def end_children() -> None:
    """Send SIGTERM to the processes that user code left running: all in this process's group."""
    with contextlib.suppress(ValueError):  # not in the main thread: then this process exits at once anyway
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with contextlib.suppress(OSError):
        os.killpg(0, signal.SIGTERM)


def own_group() -> None:
    """Put this process, and with it all that user code will start, into its own process group."""
    with contextlib.suppress(OSError):  # it may already be a group leader
        os.setpgid(0, 0)
