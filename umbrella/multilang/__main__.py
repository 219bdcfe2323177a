"""What Storm starts for every task of a Python component: ``python3 -mumbrella.multilang``."""

from __future__ import annotations

import sys

# First of all, before any other import can print: the fds of the protocol are taken out of reach.
from umbrella.multilang.stdio import take_standard_fds


def main() -> int:
    """Run one component until Storm ends it, and return the exit code of the process."""
    fds = take_standard_fds()
    try:
        from umbrella.multilang.worker import Worker

        return Worker(fds).run()
    except Exception:
        # What is not reported over the wire, in which the fault may be, goes where Storm looks when a child has ended.
        import os
        import traceback

        os.write(fds.real_stderr, traceback.format_exc().encode("utf-8", "backslashreplace"))
        return 1


if __name__ == "__main__":
    sys.exit(main())
