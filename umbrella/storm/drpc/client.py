"""The DRPC client."""

from __future__ import annotations

import json
import random
import threading
import time
from typing import Any

from umbrella.errors import (
    DRPCError,
    DRPCLostError,
    DRPCRefusedError,
    DRPCTimeoutError,
    DRPCUnreachableError,
    explain,
)
from umbrella.multilang.messages import shorten
from umbrella.storm.drpc.connection import DRPCConnection
from umbrella.storm.drpc.settings import (
    DEFAULT_FRAME_LIMIT,
    DEFAULT_PORT,
    DEFAULT_SECONDS,
    DRPCSettings,
    check_seconds,
)


class DRPCClient:
    """Client for the functions of DRPC topologies. Use it as a context manager; it connects at the first call.

    A client makes one call at a time; calls of several threads are serialized. For parallel calls, give each thread its
    own client.

    Args:
        servers: hosts of DRPC servers, with or without ``:PORT``; localhost by default. They are tried in turn,
            starting at a random one, and the first one that accepts a connection is kept.
        port: for servers without a port.
        timeout_seconds: the timeout of a call; ``execute`` can override it.
        connect_timeout_seconds: the timeout for connecting to one server.
        frame_limit: ``drpc.max_buffer_size`` of the servers, in bytes.

    Raises:
        SettingsError: a server, the port or a timeout is not valid.
    """

    def __init__(
        self,
        *servers: str,
        port: int = DEFAULT_PORT,
        timeout_seconds: float = DEFAULT_SECONDS,
        connect_timeout_seconds: float = 5.0,
        frame_limit: int = DEFAULT_FRAME_LIMIT,
    ) -> None:
        settings = DRPCSettings(
            servers or DRPCSettings.servers, port, timeout_seconds, connect_timeout_seconds, frame_limit
        )
        self._start(settings)

    @classmethod
    def of(cls, settings: DRPCSettings) -> DRPCClient:
        """Return a client with these settings."""
        client = cls.__new__(cls)
        client._start(settings)
        return client

    def _start(self, settings: DRPCSettings) -> None:
        self.settings = settings
        self._places = list(settings.places())
        self._next = random.randrange(len(self._places))
        self._connection: DRPCConnection | None = None
        self._turn = threading.Lock()

    def execute(
        self, function: str, args: Any = "", *, timeout_seconds: float | None = None, idempotent: bool = False
    ) -> str:
        """Call a function and return its result.

        Args:
            function: its name.
            args: a str, which is sent unchanged, or plain data, which is sent as JSON.
            timeout_seconds: the timeout, if not the client's; it includes the wait for other threads' calls.
            idempotent: whether the call may run twice: then, if a server goes away before it answers, the call is
                retried, once on each server.

        Raises:
            DRPCFailedError: the function failed; the text has what the bolt raised.
            DRPCTimeoutError: the call timed out.
            DRPCUnreachableError: no server accepts a connection; the call was not made.
            DRPCLostError: the server went away before it answered; the call may or may not have run.
            DRPCRefusedError: the server does not accept this user's call; or nothing was sent, because the arguments
                are too long, or the function's name or the arguments cannot be encoded.
            SettingsError: the timeout is not valid.
        """
        begun = time.monotonic()
        if not isinstance(function, str) or not function or not _is_unicode(function):
            what = "a function's name is a text of valid Unicode, not an empty one"
            raise DRPCRefusedError(explain(what, given=shorten(function)))
        text = _text_of(args, function)
        seconds = self.settings.timeout_seconds if timeout_seconds is None else timeout_seconds
        check_seconds("timeout_seconds", seconds)
        if not self._turn.acquire(timeout=seconds):
            what = f"{function!r} was not called: calls of other threads by this client took longer than {seconds:g} s"
            raise DRPCTimeoutError(explain(what, hint="Give each thread a client of its own."))
        try:
            return self._execute(function, text, seconds, time.monotonic() - begun, idempotent)
        finally:
            self._turn.release()

    def _execute(self, function: str, text: str, seconds: float, waited: float, idempotent: bool) -> str:
        lost: DRPCLostError | None = None
        for _ in range(len(self._places) if idempotent else 1):
            connection = self._connected(lost)
            try:
                return connection.execute(function, text, seconds, waited)
            except DRPCLostError as exc:
                lost = exc
                self._next += 1
            finally:
                if not connection.usable:
                    self.close()
        assert lost is not None
        raise lost

    def close(self) -> None:
        """Close the connection; the next call opens a new one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def __enter__(self) -> DRPCClient:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _connected(self, lost: DRPCError | None) -> DRPCConnection:
        """Return the current connection unless its server has closed it, else one to the next server."""
        if self._connection is not None and self._connection.ended():
            self.close()
        if self._connection is None:
            self._connection = self._connect(lost)
        return self._connection

    def _connect(self, lost: DRPCError | None) -> DRPCConnection:
        tried = []
        for _ in self._places:
            host, port = self._places[self._next % len(self._places)]
            try:
                return DRPCConnection(host, port, self.settings)
            except DRPCUnreachableError as exc:
                tried.append(str(exc))
                self._next += 1
        if lost is not None:
            raise lost
        lines = [f"  {number}. {text}" for number, text in enumerate(tried, 1)]
        hint = "Is it up, and are drpc.servers and drpc.port right? `--server HOST[:PORT]` names another."
        if len(tried) == 1:
            raise DRPCUnreachableError(f"{tried[0]}. {hint}")
        raise DRPCUnreachableError("\n".join(["no DRPC server can be reached:", *lines, hint]))


def _text_of(args: Any, function: str) -> str:
    text = args
    if not isinstance(args, str):
        try:
            text = json.dumps(args, ensure_ascii=False, allow_nan=False)
        except (TypeError, ValueError) as exc:
            what = f"the arguments of {function!r} are a text or plain data; {exc}"
            valid = ["str", "what JSON takes"]
            raise DRPCRefusedError(explain(what, given=shorten(args), valid=valid)) from None
    if not _is_unicode(text):
        raise DRPCRefusedError(explain(f"the arguments of {function!r} are text of valid Unicode", given=shorten(args)))
    return str(text)


def _is_unicode(text: str) -> bool:
    """Whether UTF-8 can encode the text: it cannot encode half a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
