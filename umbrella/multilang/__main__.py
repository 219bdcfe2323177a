"""What Storm starts for every task of a Python component: ``python3 -mumbrella.multilang``."""

from __future__ import annotations

import faulthandler
import sys

# First of all, before any other import can print: the fds of the protocol are taken out of reach.
from umbrella.multilang.stdio import take_standard_fds

LAST_SECONDS = 1.0


def main() -> int:
    """Run one component until Storm ends it, and return the exit code of the process."""
    fds = take_standard_fds()
    try:
        from umbrella.multilang.worker import Worker

        code = Worker(fds).run()
        # A thread of user code that does not end must not keep the process: Python would wait for it.
        faulthandler.dump_traceback_later(LAST_SECONDS, exit=True, file=fds.real_stderr)
        return code
    except Exception:
        # What is not reported over the wire, in which the fault may be, goes where Storm looks when a child has ended.
        import os
        import traceback

        os.write(fds.real_stderr, traceback.format_exc().encode("utf-8", "backslashreplace"))
        return 1


if __name__ == "__main__":
    sys.exit(main())
