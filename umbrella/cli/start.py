"""The entry point of the command: it imports the rest, which takes long enough for a Ctrl-C to come."""

from __future__ import annotations

import signal
import sys

from umbrella.cli import INTERRUPTED


def main() -> None:
    """Run the command line and exit."""
    try:
        from umbrella.cli.main import main as run
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    try:
        run()
    finally:  # the exit code is known: another Ctrl-C would print a traceback from Python's shutdown
        signal.signal(signal.SIGINT, signal.SIG_IGN)
