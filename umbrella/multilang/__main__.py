"""What Storm starts for every task of a Python component: ``python3 -mumbrella.multilang``.

Any Python can read this file, so that one that is too old says so in Storm's UI.
"""

import sys

if sys.version_info < (3, 9):  # noqa: UP036
    from umbrella.multilang.too_old import refuse

    sys.exit(refuse())

import faulthandler

# First of all, before any other import can print: the fds of the protocol are taken out of reach.
from umbrella.multilang.stdio import take_standard_fds

LAST_SECONDS = 1.0


def main():  # type: () -> int
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
