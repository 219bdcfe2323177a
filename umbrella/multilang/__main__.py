"""The entry point that Storm starts for every task of a Python component: ``python3 -mumbrella.multilang``.

Every Python version can parse this file, so a Python that is too old can report that in Storm's UI.
"""

import sys

if sys.version_info < (3, 9):  # noqa: UP036
    from umbrella.multilang.too_old import refuse

    sys.exit(refuse())

import faulthandler

# Must come first, before any other import can print: moves the protocol's fds out of reach.
from umbrella.multilang.stdio import take_standard_fds

LAST_SECONDS = 1.0


def main():  # type: () -> int
    """Run one component until Storm ends it; returns the exit code of the process."""
    fds = take_standard_fds()
    try:
        from umbrella.multilang.worker import Worker

        code = Worker(fds).run()
        # Python waits for user threads at exit; one that never ends must not keep the process alive.
        faulthandler.dump_traceback_later(LAST_SECONDS, exit=True, file=fds.real_stderr)
        return code
    except Exception:
        # The wire may be what failed, so write to stderr, which Storm reads after a child process has exited.
        import os
        import traceback

        os.write(fds.real_stderr, traceback.format_exc().encode("utf-8", "backslashreplace"))
        return 1


if __name__ == "__main__":
    sys.exit(main())
