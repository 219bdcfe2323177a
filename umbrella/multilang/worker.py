"""One worker process, from the handshake to its end."""

from __future__ import annotations

import contextlib
import faulthandler
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from umbrella.errors import ProtocolError, WorkerMismatchError
from umbrella.multilang import long_numbers
from umbrella.multilang.channel import Channel
from umbrella.multilang.messages import (
    MSGPACK,
    Handshake,
    Log,
    Parent,
    Pid,
    ReportError,
    message_of,
    shorten,
)
from umbrella.multilang.protocol import Protocol
from umbrella.multilang.stdio import StandardFds
from umbrella.multilang.stopping import EndOfComponent, Stopping, end_children, own_group

if TYPE_CHECKING:
    from umbrella.multilang.component import Component
    from umbrella.multilang.metrics_report import MetricsReport
    from umbrella.multilang.settings import Settings
    from umbrella.multilang.watch import Watch

CLOSE_SECONDS = 2.0  # Storm kills 3 s after SIGTERM (supervisor.worker.shutdown.sleep.secs)
FATAL_PAUSE = 5.0  # seconds; without it, the supervisor would restart a failing worker in a tight loop
EXIT_FATAL = 1
EXIT_ORPHANED = 2


class Worker:
    """Runs one task of a component.

    Args:
        fds: the private fds of ``take_standard_fds``.
    """

    def __init__(self, fds: StandardFds) -> None:
        self._fds = fds
        self._channel = Channel(fds.wire_in, fds.wire_out)
        self._protocol = Protocol()
        self._component: Component[Any] | None = None
        self._report: MetricsReport | None = None
        self._name = ""
        self._pid_file = ""
        self._pid = os.getpid()

    def run(self) -> int:
        """Serve Storm until it ends this task; returns the exit code."""
        faulthandler.enable(self._fds.real_stderr)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # in a local run, Storm handles Ctrl-C
        long_numbers.allow()
        own_group()
        try:
            with contextlib.suppress(EndOfComponent, BrokenPipeError):
                shake = self._handshake()
                if shake is None:
                    return 0
                os.register_at_fork(after_in_child=self._become_a_users_process)
                with self._printed_lines_logged(), contextlib.suppress(EndOfComponent):
                    return self._guarded(shake)
            return 0
        finally:
            self._leave()

    def _handshake(self) -> Handshake | None:
        frame = self._channel.read_frame()
        if frame is None:
            return None
        message = _first_message(frame)
        self._protocol.move(type(message))
        if type(message) is not Handshake:
            raise ProtocolError(f"Storm's first message is the handshake; given: {message!r}")
        self._stopping = Stopping(self._channel.raise_when_whole)  # before there is a pid file to remove again
        if message.pid_dir:
            # Before the answer: once Storm has the pid, the supervisor must be able to find it. One file, named by
            # the bare number, because DefaultResourceIsolationManager reads every file name there as a Long.
            self._pid_file = os.path.join(message.pid_dir, str(os.getpid()))
            os.close(os.open(self._pid_file, os.O_CREAT | os.O_WRONLY, 0o644))
        self._protocol.move(Pid)
        self._channel.write_frame(b'{"pid":%d}\nend\n' % os.getpid())
        self._channel.flush()
        if message.parent is not None and message.parent.env:
            _add_variables(message.parent.env)
        # Only now: Storm waits for the pid, and importing the JSON libraries takes half of the time until then.
        with self._stopping.deferred():
            self._use_wire(message.parent)
        return message

    def _use_wire(self, parent: Parent | None) -> None:
        if parent is not None and parent.serializer == MSGPACK:
            from umbrella.multilang.packed_words import PackedWords

            self._channel.use(PackedWords())  # enough to report a missing library
        else:
            from umbrella.multilang.codec import JsonCodec

            self._channel.use(JsonCodec())

    def _load_library(self, parent: Parent | None) -> None:
        if parent is not None and parent.serializer == MSGPACK:
            from umbrella.multilang.packed_codec import MessagePackCodec

            self._channel.use(MessagePackCodec(parent.streams))

    @contextlib.contextmanager
    def _printed_lines_logged(self) -> Iterator[None]:
        # Imported after the pid was sent, because Storm waits for it without a timeout.
        from umbrella.multilang.printed import PrintedLines

        write, flush = self._log_line, self._channel.flush
        printed = PrintedLines(self._fds.printed_out, self._fds.printed_err, write, flush, self._die_as_orphan)
        printed.start()
        try:
            yield
        finally:
            with contextlib.suppress(OSError):  # Storm may be gone
                printed.stop()
                self._channel.flush()

    def _guarded(self, shake: Handshake) -> int:
        from umbrella.multilang.built_for import check_worker
        from umbrella.multilang.settings import read_settings
        from umbrella.multilang.uncaught import report_uncaught
        from umbrella.multilang.watch import Watch

        name = self._name = f"{shake.context.get('componentid')}[{shake.context.get('taskid')}]"
        watch = None
        try:
            check_worker(shake.conf)
            settings = read_settings(shake.conf)
            with self._stopping.deferred():
                self._load_library(shake.parent)
            watch = Watch(self._channel, settings, name, self._fail_current, self._leave)
            watch.start()
            report_uncaught(lambda text: self._report_error(f"{name}: {text}"))
            self._live(shake, settings, watch)
        except EndOfComponent:
            raise
        except BaseException as exc:
            self._end_if_forked(exc)
            self._report_fatal(exc, name)
            paced = shake.parent is not None or shake.conf.get("storm.cluster.mode") == "local"
            if self._component is None and not paced:
                time.sleep(FATAL_PAUSE)
            return EXIT_FATAL
        finally:
            self._close()
            if watch:
                watch.stop()
        return 0

    def _live(self, shake: Handshake, settings: Settings, watch: Watch) -> None:
        from umbrella.multilang.component import report_error
        from umbrella.multilang.loading import load_component
        from umbrella.multilang.logs import bridge_logging, warn_of_disabled_loggers
        from umbrella.multilang.loops import loop_for
        from umbrella.multilang.spout import Spout

        with self._stopping.deferred():
            loaded = load_component(shake.conf)
        component = loaded.component
        loop = loop_for(component, shake, self._channel, self._protocol, settings)
        name, level = component.context.component, settings.log_level
        component.log = log = bridge_logging(loop.collector, name, level, partial(report_error, component))
        codec = self._channel.codec
        log.info("Python %s, %s by %s", loaded.python, codec.wire, codec.name)
        if "umbrella.multilang.metrics" in sys.modules:  # only if the component's module imports it
            from umbrella.multilang.metrics_report import report_of

            self._report = report_of(component, carried=shake.parent is not None)
        loaded.open()
        warn_of_disabled_loggers(log)
        self._component = component
        self._loop = loop
        watch.look_at(loop, isinstance(component, Spout), self._report)
        loop.run()

    def _end_if_forked(self, exc: BaseException) -> None:
        if os.getpid() != self._pid:
            from umbrella.multilang.forked import end_forked_child

            end_forked_child(exc)

    def _fail_current(self, why: str) -> None:
        """Fail the tuple that is being executed, if there is one."""
        loop = getattr(self, "_loop", None)
        current = getattr(loop, "current", None)
        if not loop or not current or not loop.collector.is_open(current):
            return
        if hasattr(loop.collector, "give_up"):  # DRPCBoltCollector: also tells the waiting caller
            loop.collector.give_up(current, why)
        else:
            loop.collector.fail(current)

    def _leave(self) -> None:
        """Remove what would outlive this process: its pid file, and processes started by user code."""
        if self._pid_file:  # a stale pid may soon belong to another process, which the supervisor would kill
            with contextlib.suppress(OSError):
                os.unlink(self._pid_file)
        end_children()

    def _die_as_orphan(self) -> None:
        # Storm's process is gone, and user code may never return to the pipe where the loop would notice it.
        self._leave()
        os._exit(EXIT_ORPHANED)

    def _close(self) -> None:
        """Give the user's ``close`` a limited time; then the process ends, whatever it does."""
        component, self._component = self._component, None
        if component is None:
            return
        from umbrella.multilang.component import bound, collector_of, report_error

        self._stopping.over()
        limit = threading.Timer(CLOSE_SECONDS, self._end_amid_close)
        limit.daemon = True
        limit.start()
        # If C code blocks all Python threads, this one still runs.
        faulthandler.dump_traceback_later(CLOSE_SECONDS + 0.5, exit=True, file=self._fds.real_stderr)
        try:
            collector_of(component).check_returned("close", bound(component, "close")())
        except BaseException as exc:  # the process ends anyway
            _forget_end(exc)
            report_error(component, exc)
        if self._report:
            with contextlib.suppress(OSError):
                self._report.send()
        limit.cancel()
        faulthandler.cancel_dump_traceback_later()

    def _end_amid_close(self) -> None:
        from umbrella.multilang.watch import call_of

        _, line = call_of(threading.main_thread().ident or 0, "close")
        text = f"close() was cut off after {CLOSE_SECONDS:g} s {line}: Storm gives a process no more time to end"
        with contextlib.suppress(OSError):
            self._channel.write(ReportError(f"{self._name}: {text}"))
            self._channel.try_flush()
        faulthandler.dump_traceback(self._fds.real_stderr)
        self._leave()
        os._exit(EXIT_FATAL)

    def _log_line(self, line: str, level: int) -> None:
        with contextlib.suppress(OSError):
            self._channel.write(Log(line, level))

    def _report_fatal(self, exc: BaseException, name: str) -> None:
        from umbrella.multilang.component import traceback_of

        # A mismatch is not an error in any code: a traceback would only hide what to do.
        shown = str(exc) if isinstance(exc, WorkerMismatchError) else traceback_of(exc)
        text = f"{name}: this task ends: {shown}"
        self._report_error(text)

    def _report_error(self, text: str) -> None:
        """Report an error of the component; from any thread, and also before the component exists."""
        from umbrella.multilang.collector import cut_error

        with contextlib.suppress(OSError):
            self._channel.write(ReportError(cut_error(text)))
            self._channel.flush()

    def _become_a_users_process(self) -> None:
        """In a forked child of user code: disconnect from Storm, and log to stderr, which the parent drains."""
        from umbrella.multilang.logs import log_to_stderr
        from umbrella.multilang.uncaught import leave_to_python

        self._channel.disown()
        leave_to_python()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        log_to_stderr()


def _add_variables(env: Mapping[str, str]) -> None:
    """Add variables that the JVM could not set in its locale, as Child.java would: PATH goes behind the worker's."""
    for name, value in env.items():
        before = os.environ.get(name)
        os.environ[name] = f"{before}{os.pathsep}{value}" if name == "PATH" and before else value
    # Python has already read it at its start.
    sys.path[1:1] = filter(None, env.get("PYTHONPATH", "").split(os.pathsep))


def _forget_end(exc: BaseException) -> None:
    """Remove from an exception's context that close() ran because of the end: it is not related to the error."""
    seen: BaseException | None = exc
    while seen is not None:
        if isinstance(seen.__context__, EndOfComponent):
            seen.__context__ = None
        seen = seen.__context__


def _first_message(frame: bytes) -> Any:
    import json

    try:
        return message_of(json.loads(frame), {})
    except ValueError as exc:
        raise ProtocolError(f"Storm's first message is no JSON: {exc}; given: {shorten(frame)}") from exc
