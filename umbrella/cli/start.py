"""Where the command begins: it imports the rest, which takes long enough for a Ctrl-C to come."""

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
    finally:  # how it ended is settled: one more Ctrl-C would give a traceback out of Python's own end
        signal.signal(signal.SIGINT, signal.SIG_IGN)
