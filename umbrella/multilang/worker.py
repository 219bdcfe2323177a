"""One worker process from the handshake to its end."""

from __future__ import annotations

import contextlib
import faulthandler
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from umbrella.errors import ProtocolError
from umbrella.multilang.channel import Channel
from umbrella.multilang.codec import JsonCodec
from umbrella.multilang.messages import ERROR, Handshake, Log, Pid, ReportError
from umbrella.multilang.stdio import StandardFds
from umbrella.multilang.stopping import EndOfComponent, end_on_sigterm

if TYPE_CHECKING:
    from umbrella.multilang.component import Component

CLOSE_SECONDS = 2.0  # Storm kills 3 s after SIGTERM (supervisor.worker.shutdown.sleep.secs)
EXIT_FATAL = 1
EXIT_ORPHANED = 2


class Worker:
    """Runs one task of a component.

    Args:
        fds: the private fds of ``take_standard_fds``.
    """

    def __init__(self, fds: StandardFds) -> None:
        self._fds = fds
        self._channel = Channel(fds.wire_in, fds.wire_out, JsonCodec())
        os.register_at_fork(after_in_child=self._channel.disown)
        self._component: Component[Any] | None = None

    def run(self) -> int:
        """Answer Storm until it is done with this task, and return the exit code."""
        faulthandler.enable(self._fds.real_stderr)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C of a local run is Storm's to handle
        shake = self._handshake()
        if shake is None:
            return 0
        end_on_sigterm()
        with self._printed_lines_logged(), contextlib.suppress(EndOfComponent, BrokenPipeError):
            try:
                self._live(shake)
            except EndOfComponent:
                raise
            except BaseException as exc:
                self._report_fatal(exc, shake)
                return EXIT_FATAL
            finally:
                self._close()
        return 0

    def _handshake(self) -> Handshake | None:
        message = self._channel.read()
        if message is None:
            return None
        if type(message) is not Handshake:
            raise ProtocolError(f"Storm's first message is the handshake; given: {message!r}")
        pid = os.getpid()
        if message.pid_dir:
            # Before the answer: once Storm has the pid, the supervisor must be able to find it. One file, named by
            # the bare number: DefaultResourceIsolationManager reads every name there as a Long.
            Path(message.pid_dir, str(pid)).touch()
        self._channel.write(Pid(pid))
        self._channel.flush()
        return message

    @contextlib.contextmanager
    def _printed_lines_logged(self) -> Iterator[None]:
        # Imported after the pid is answered: Storm waits for it without a limit.
        from umbrella.multilang.printed import PrintedLines

        printed = PrintedLines(self._fds.printed_out, self._fds.printed_err, self._log_now, _die_as_orphan)
        printed.start()
        try:
            yield
        finally:
            with contextlib.suppress(OSError):  # Storm may be gone
                printed.stop()
                self._channel.flush()

    def _live(self, shake: Handshake) -> None:
        from umbrella.multilang.context import Context
        from umbrella.multilang.loading import load_component
        from umbrella.multilang.logs import bridge_logging
        from umbrella.multilang.loop import loop_for

        loaded = load_component(shake.conf)
        component = loaded.component
        component.conf = shake.conf
        component.context = Context(shake.context)
        loop = loop_for(component, self._channel)
        component.log = bridge_logging(component._collector, component.context.component)
        component.log.info("Python %s, JSON by %s", loaded.python, self._channel.codec.name)
        loaded.initialise()
        component.open()
        self._component = component
        loop.run()

    def _close(self) -> None:
        """Give the user's ``close`` its time; then the process ends whatever it does."""
        component, self._component = self._component, None
        if component is None:
            return
        faulthandler.dump_traceback_later(CLOSE_SECONDS, exit=True, file=self._fds.real_stderr)
        try:
            component.close()
        except Exception as exc:
            component.report_error(exc)
        faulthandler.cancel_dump_traceback_later()

    def _log_now(self, line: str, level: int) -> None:
        with contextlib.suppress(OSError):
            self._channel.write(Log(line, level))
            self._channel.flush()

    def _report_fatal(self, exc: BaseException, shake: Handshake) -> None:
        from umbrella.multilang.component import traceback_of

        name, task = shake.context.get("componentid"), shake.context.get("taskid")
        text = f"{name}[{task}]: this task ends: {traceback_of(exc)}"
        self._channel.write(Log(text, ERROR))
        self._channel.write(ReportError(text))


def _die_as_orphan() -> None:
    # Storm's process is gone and user code may never return to the pipe that would say so.
    os._exit(EXIT_ORPHANED)
