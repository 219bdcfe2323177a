"""Moves the protocol away from fds 0, 1 and 2, so that only Umbrella writes to Storm.

Storm's ShellProcess reads the protocol from the child's stdout, and does not read its stderr while it waits for
stdout. A stray ``print`` would be read as a message; a long output on stderr would block the child forever.
"""

from __future__ import annotations

import io
import os
import sys
from typing import NamedTuple


class StandardFds(NamedTuple):
    """The private fds: the wire, the real stderr, and the read ends of the pipes that user code prints to."""

    wire_in: int
    wire_out: int
    real_stderr: int
    printed_out: int
    printed_err: int


def take_standard_fds() -> StandardFds:
    """Move the protocol to private fds; fd 0 becomes /dev/null, fds 1 and 2 become pipes that are logged.

    The private fds are close-on-exec (``os.dup`` sets it): programs started by user code inherit only the pipes.
    """
    wire_in, wire_out, real_stderr = os.dup(0), os.dup(1), os.dup(2)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    printed_out = _pipe_onto(1)
    printed_err = _pipe_onto(2)
    # New text files: a print must neither fail because of the locale nor wait in a full buffer.
    sys.stdout = sys.__stdout__ = _text_file(1)  # type: ignore[misc]
    sys.stderr = sys.__stderr__ = _text_file(2)  # type: ignore[misc]
    return StandardFds(wire_in, wire_out, real_stderr, printed_out, printed_err)


def _text_file(fd: int) -> io.TextIOWrapper:
    return open(fd, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)


def _pipe_onto(fd: int) -> int:
    read_end, write_end = os.pipe()
    os.dup2(write_end, fd)
    os.close(write_end)
    return read_end
