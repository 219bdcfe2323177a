"""Background thread: sends heartbeats during long user calls (up to a limit) and flushes metrics.

Any message from a worker process counts as a heartbeat (ShellBolt and ShellSpout reset their timer on each). A bolt may
send a sync at any time; a spout's sync would end its turn, so it sends a log line at TRACE. Beyond the limit nothing is
hidden: all stacks are logged, the error is reported to Storm's UI, and the process ends.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
import traceback
from typing import Callable, Protocol

from umbrella.errors import TupleStateError
from umbrella.multilang.channel import Channel
from umbrella.multilang.messages import STILL_AT_IT, STILL_OPENING, TRACE, WARN, Log, ReportError
from umbrella.multilang.settings import EXECUTE_TIMEOUT, OPEN_TIMEOUT, Settings

EXIT_HUNG = 124  # as timeout(1) has it; ExitCode.java knows it too
_LONGEST_STEP = 0.25  # seconds between checks; tuples emitted in a long call wait at most two of them
_SIGN_SECONDS = 1.0  # between heartbeats
_REPORT_SECONDS = 1.0  # between metrics messages


class Watched(Protocol):
    """What the watch observes: a loop, or the opening of a component."""

    calls: int


class Report(Protocol):
    """A report that is sent once a second."""

    def send(self) -> None:
        """Send the collected data."""


class Opening:
    """User code that runs before the loop: the import of the module, ``__init__`` and ``open``."""

    calls = -1  # odd, as during a call in a loop, but never a number that a loop uses


class Watch:
    """A thread that detects long calls of user code.

    Args:
        channel: where heartbeats are written.
        settings: the timeouts.
        name: the task's name for the error: "count[5]".
        before_end: called when a call hangs, with the text that is about to be reported.
        leave: called last, before the process exits.
    """

    def __init__(
        self,
        channel: Channel,
        settings: Settings,
        name: str,
        before_end: Callable[[str], None],
        leave: Callable[[], None],
    ) -> None:
        self._channel = channel
        self._settings = settings
        self._name = name
        self._before_end = before_end
        self._leave = leave
        self._watched: Watched = Opening()
        self._sign = Log(STILL_OPENING, TRACE)
        self._main = threading.get_ident()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="umbrella-watch", daemon=True)

    def start(self) -> None:
        """Start watching the opening of the component."""
        self._thread.start()

    def look_at(self, loop: Watched, is_spout: bool, report: Report | None = None) -> None:
        """Watch this loop from now on, and send its report once a second."""
        self._watched = loop
        self._sign = Log(STILL_AT_IT, TRACE)
        self._is_spout = is_spout
        self._report = report

    def stop(self) -> None:
        """Stop watching."""
        self._stopped.set()

    def _run(self) -> None:
        step = min(_LONGEST_STEP, self._settings.heartbeat_timeout / 4)
        seen, since, signed = 0, time.monotonic(), 0.0
        reported = 0.0
        while not self._stopped.wait(step):
            began = time.monotonic()
            if self._report and time.monotonic() - reported >= _REPORT_SECONDS:
                reported = time.monotonic()
                self._send_report(self._report)
            calls, now = self._watched.calls, time.monotonic()
            since += now - began  # this thread itself may have waited for the pipe, which is not the call's time
            if calls % 2 == 0 or calls != seen:
                seen, since = calls, now
                continue
            if self._channel.is_written_by(self._main):
                since = now  # Storm's pipe is full, so the call waits for Storm: it does not hang
            limit = self._limit()
            if limit and now - since >= limit:
                self._end(now - since, limit)
            if now - signed >= min(_SIGN_SECONDS, 2 * step):
                signed = now
                self._sign_of_life()
            with contextlib.suppress(OSError):  # Storm is gone: another thread handles that
                self._channel.try_flush()
            since += time.monotonic() - now

    def _send_report(self, report: Report) -> None:
        with contextlib.suppress(OSError):
            report.send()
            self._channel.try_flush()

    def _limit(self) -> float:
        opening = isinstance(self._watched, Opening)
        return self._settings.open_timeout if opening else self._settings.execute_timeout

    def _sign_of_life(self) -> None:
        with contextlib.suppress(OSError):
            codec = self._channel.codec
            if codec.alive == codec.sync and (isinstance(self._watched, Opening) or self._is_spout):
                self._channel.write(self._sign)
            else:
                self._channel.write_frame(codec.alive)

    def _end(self, took: float, limit: float) -> None:
        opening = isinstance(self._watched, Opening)
        key = OPEN_TIMEOUT if opening else EXECUTE_TIMEOUT
        hook, line = call_of(self._main, "opening" if opening else "a call")
        text = (
            f"{self._name}: {hook} has taken {took:.0f} s, now {line}; the limit is {limit:g} s ({key}); "
            f"this process ends. {_REMEDIES.get(hook, _REMEDY).format(key=key)}"
        )
        report = f"{text}\n{stack_of(self._main)}"
        others = other_stacks(self._main)
        with contextlib.suppress(OSError, TupleStateError):  # its thread has just settled the tuple
            self._before_end(report)
        with contextlib.suppress(OSError):
            if others:
                self._channel.write(Log(f"the other threads when {hook} had taken too long:\n{others}", WARN))
            self._channel.write(ReportError(report))
            self._channel.flush()
        self._leave()
        os._exit(EXIT_HUNG)

    _is_spout = False
    _report: Report | None = None


_REMEDY = "Do less in one call, give what it waits for a timeout, or raise {key}"
_REMEDIES = {
    "next_tuple": "A spout polls its source with a short timeout, as in queue.get(timeout=0.1), and returns when "
    "nothing is there; if a call has to take longer, raise {key}",
}
_OURS = os.path.join("umbrella", "multilang", "")


def call_of(ident: int, otherwise: str) -> tuple[str, str]:
    """Return which hook of the component a thread is executing, and the line of the user's code.

    Args:
        ident: the thread id.
        otherwise: returned as the hook if the thread is in none.
    """
    import sysconfig  # takes milliseconds to import, and few workers need it

    libraries = [os.path.join(sysconfig.get_path(one), "") for one in ("purelib", "platlib", "stdlib")]
    frame = sys._current_frames().get(ident)
    stack = iter(traceback.extract_stack(frame) if frame else ())
    for one in stack:  # the frames of runpy come first
        if _OURS in one.filename:
            break
    called = [one for one in stack if _OURS not in one.filename]
    if not called:
        return otherwise, "in Umbrella's own code"
    users = [one for one in called if not one.filename.startswith((*libraries, "<"))]
    innermost = (users or called)[-1]
    hook = "importing its module" if "importlib" in called[0].filename else called[0].name
    return hook, f"at {innermost.filename}:{innermost.lineno} ({innermost.line})"


def other_stacks(main: int) -> str:
    """Return the stacks of the threads started by user code, as text."""
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    others = [ident for ident in sys._current_frames() if ident != main]
    users = [ident for ident in others if not str(names.get(ident)).startswith("umbrella-")]
    return "\n".join(f"thread {names.get(ident, ident)}:\n{stack_of(ident)}" for ident in users)


def stack_of(ident: int) -> str:
    """Return the stack of one thread as text, innermost call last, without the worker's own outer frames."""
    frame = sys._current_frames().get(ident)
    if not frame:
        return "(ended)"
    stack = traceback.extract_stack(frame)
    own = next((place for place, one in enumerate(stack) if _OURS in one.filename), 0)
    while own < len(stack) - 1 and _OURS in stack[own].filename:
        own += 1
    return "".join(traceback.format_list(stack[own:])).rstrip()
