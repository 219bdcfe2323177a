"""What Storm starts for every task of a Python component: ``python3 -mumbrella.multilang``."""

from __future__ import annotations

import sys

# First of all, before any other import can print: the fds of the protocol are taken out of reach.
from umbrella.multilang.stdio import take_standard_fds


def main() -> int:
    """Run one component until Storm ends it, and return the exit code of the process."""
    fds = take_standard_fds()
    from umbrella.multilang.worker import Worker

    return Worker(fds).run()


if __name__ == "__main__":
    sys.exit(main())
