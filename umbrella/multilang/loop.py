"""The main loop of a component: reads Storm's messages, calls the user's code, and handles its exceptions."""

from __future__ import annotations

import os
from typing import Any, Callable

from umbrella.errors import EntriesLostError, UmbrellaError
from umbrella.multilang.channel import Channel
from umbrella.multilang.component import Component, collector_of, report_error
from umbrella.multilang.forked import end_forked_child
from umbrella.multilang.messages import FromStorm
from umbrella.multilang.protocol import Protocol
from umbrella.multilang.settings import Settings
from umbrella.multilang.stopping import EndOfComponent

OnRaised = Callable[[BaseException], None]


class TooManyExceptions(UmbrellaError):
    """A component raised so many exceptions in a row that its process must be restarted."""


class Loop:
    """The common base of the bolt and spout loops.

    Attributes:
        calls: odd while user code runs, and different for each call, so that the watch can recognise a long call.
    """

    def __init__(
        self,
        component: Component[Any],
        channel: Channel,
        protocol: Protocol,
        settings: Settings,
        on_raised: OnRaised | None = None,
    ) -> None:
        self.calls = 0
        self._component = component
        self._channel = channel
        self._protocol = protocol
        self._settings = settings
        self._limit = settings.exceptions_until_restart
        self._on_raised = on_raised
        self._exceptions = 0
        self._pid = os.getpid()

    def run(self) -> None:
        """Handle messages until Storm closes the pipe."""
        handle = self.handle
        for message in self._channel.messages():
            handle(message)

    def handle(self, message: FromStorm) -> None:
        """Handle one message."""
        raise NotImplementedError

    def _guard(
        self, name: str, call: Callable[..., Any], *arguments: Any, then: Callable[..., Any] | None = None
    ) -> bool:
        """Call a hook; returns True if it returned, False if it raised.

        Args:
            name: the hook's name.
            call: the hook.
            arguments: the hook's arguments.
            then: always called afterwards with the same arguments: the work of the base class, if an override skips it.
        """
        try:
            try:
                returned = call(*arguments)
                if returned is not None:
                    collector_of(self._component).check_returned(name, returned)
            finally:
                if then is not None:
                    then(*arguments)
        except EndOfComponent:
            raise
        except BaseException as exc:  # SystemExit and the like would end the whole worker JVM
            self._end_if_forked(exc)
            self._raised(exc)
            return False
        if name != "tick":  # a tick that succeeds says nothing about the tuples
            self._exceptions = 0
        return True

    def _end_if_forked(self, exc: BaseException) -> None:
        """End this process if it is a forked child of user code, not the component's own process."""
        if os.getpid() != self._pid:
            end_forked_child(exc)

    def _raised(self, exc: BaseException) -> None:
        if self._on_raised:
            self._on_raised(exc)
        report_error(self._component, exc)
        if isinstance(exc, EntriesLostError):
            raise exc
        self._exceptions += 1
        if self._limit and self._exceptions >= self._limit:
            raise TooManyExceptions(f"{self._exceptions} exceptions in a row; the process is to start anew") from exc
