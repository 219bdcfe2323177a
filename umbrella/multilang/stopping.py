"""How Storm ends a component: ShellProcess.destroy sends SIGTERM, and nothing else announces the end."""

from __future__ import annotations

import signal
from types import FrameType


class EndOfComponent(BaseException):
    """Storm asked this process to end; not an Exception, so that user code does not catch it by chance."""


def end_on_sigterm() -> None:
    """Raise EndOfComponent in the main thread at the first SIGTERM."""
    signal.signal(signal.SIGTERM, _end)


def _end(signum: int, frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once is enough: the time left is for close
    raise EndOfComponent
