"""How Storm ends a component: ShellProcess.destroy sends SIGTERM, and nothing else announces the end."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from types import FrameType
from typing import Callable


class EndOfComponent(BaseException):
    """Storm asked this process to end; not an Exception, so that user code does not catch it by chance."""


class Stopping:
    """Raises EndOfComponent in the main thread at the first SIGTERM.

    Args:
        raise_it: raises an exception when the main thread is not in the middle of a write.
    """

    def __init__(self, raise_it: Callable[[BaseException], None]) -> None:
        self._raise_it = raise_it
        self._deferring = False
        self._pending = False
        signal.signal(signal.SIGTERM, self._end)

    @contextlib.contextmanager
    def deferred(self) -> Iterator[None]:
        """Wait with the exception until the block is over: C code that is being imported may not survive it."""
        self._deferring = True
        try:
            yield
        finally:
            self._deferring = False
        if self._pending:
            raise EndOfComponent

    def over(self) -> None:
        """Have a further SIGTERM do nothing: the component is being closed already."""
        signal.signal(signal.SIGTERM, signal.SIG_IGN)

    def _end(self, signum: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once is enough: the time left is for close
        if self._deferring:
            self._pending = True
        else:
            self._raise_it(EndOfComponent())


def end_children() -> None:
    """Ask what user code has started, and left running, to end: all that is in this process's group."""
    with contextlib.suppress(ValueError):  # not in the main thread: then this process ends at once anyway
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with contextlib.suppress(OSError):
        os.killpg(0, signal.SIGTERM)


def own_group() -> None:
    """Put this process, and so what user code will start, into a process group of its own."""
    with contextlib.suppress(OSError):  # it may lead one already
        os.setpgid(0, 0)
