"""One connection to one DRPC server; translates exceptions of Thrift and sockets into Umbrella's errors."""

from __future__ import annotations

import contextlib
import select
import socket
import struct
from collections.abc import Iterator
from typing import Any

import six
from thriftpy2.protocol.binary import TBinaryProtocol
from thriftpy2.protocol.exc import TProtocolException
from thriftpy2.thrift import TApplicationException, TClient

from umbrella.compile.idl import storm
from umbrella.errors import (
    DRPCError,
    DRPCFailedError,
    DRPCLostError,
    DRPCRefusedError,
    DRPCTimeoutError,
    DRPCUnreachableError,
    explain,
)
from umbrella.storm.drpc.settings import DRPCSettings
from umbrella.storm.nimbus.connection import place_text
from umbrella.storm.nimbus.frames import FramedSocket, FrameError, FrameTooLargeError

_GARBLED = (FrameError, TProtocolException, struct.error, UnicodeDecodeError, RecursionError, ValueError, TypeError)
_TYPES = storm.DRPCExceptionType


class DRPCConnection:
    """A connection to a DRPC server.

    Args:
        host: its name or address.
        port: ``drpc.port``.
        settings: the limits.

    Attributes:
        place: HOST:PORT.
        usable: whether another call may be made; False after a call without an answer.

    Raises:
        DRPCUnreachableError: the connection failed or timed out.
    """

    def __init__(self, host: str, port: int, settings: DRPCSettings) -> None:
        self.place = place_text(host, port)
        self.usable = True
        try:
            self._sock = socket.create_connection((host, port), timeout=settings.connect_timeout_seconds)
        except (OSError, UnicodeError) as exc:
            what = f"there is no way to the DRPC server at {self.place}"
            given = exc.strerror or str(exc) if isinstance(exc, OSError) else "this is no name of a host"
            raise DRPCUnreachableError(explain(what, given=given)) from exc
        self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._limit = settings.frame_limit
        self._transport = FramedSocket(self._sock, self._limit)
        # The pure Python protocol: thriftpy2's compiled one reads from the socket itself and bypasses our limits.
        protocol: Any = TBinaryProtocol
        self._client = TClient(storm.DistributedRPC, protocol(self._transport))

    def execute(self, function: str, args: str, seconds: float, waited: float) -> str:
        """Call a function and return its result; see DRPCClient.execute.

        Args:
            function: its name, which UTF-8 can encode.
            args: its argument, which UTF-8 can encode.
            seconds: the timeout.
            waited: how much of the timeout has already passed.
        """
        with self._mapped(function, seconds):
            self._transport.begin(seconds - waited)
            return str(self._client.execute(function, args))

    def ended(self) -> bool:
        """Whether the server has closed the connection since the last call; sends nothing."""
        try:
            readable, _, _ = select.select([self._sock], [], [], 0)
        except (OSError, ValueError):
            return True
        return bool(readable)  # between calls a server sends nothing: it is closed or unusable

    def close(self) -> None:
        """Close the socket."""
        self._transport.close()

    @contextlib.contextmanager
    def _mapped(self, function: str, seconds: float) -> Iterator[None]:
        self.usable = False
        try:
            yield
            self.usable = True
        except storm.DRPCExecutionException as exc:
            self.usable = True
            raise self._failed(function, exc) from exc
        except storm.AuthorizationException as exc:
            self.usable = True
            what = f"the DRPC server at {self.place} does not let this user call {function!r}"
            raise DRPCRefusedError(explain(what, given=_text(exc.msg))) from exc
        except FrameTooLargeError as exc:
            self.usable = True  # nothing was sent
            what = f"the arguments of {function!r} are longer than a DRPC server takes"
            hint = "Send less, or raise drpc.max_buffer_size for servers, workers and this client."
            valid = [f"up to {self._limit} bytes"]
            raise DRPCRefusedError(explain(what, given=str(exc), valid=valid, hint=hint)) from exc
        except socket.timeout as exc:
            what = f"{function!r} gave no result within {seconds:g} s"
            hint = (
                "A DRPC server takes calls of any name: is this the function of a topology that is running and active? "
                "`umbrella list` and `umbrella errors` tell. Or a bolt is still busy with it: give it more time. "
                f"Given to the DRPC server at {self.place}."
            )
            raise DRPCTimeoutError(explain(what, hint=hint)) from exc
        except TApplicationException as exc:
            what = f"the DRPC server at {self.place} failed in {function!r}"
            raise DRPCError(explain(what, given=_text(exc.message), hint="Its log has more.")) from exc
        except OSError as exc:
            raise DRPCLostError(self._lost(function, exc.strerror or str(exc))) from exc
        except _GARBLED as exc:
            what = f"what listens at {self.place} is no DRPC server that speaks plain Thrift"
            raise DRPCUnreachableError(explain(what, given=str(exc), valid=["drpc.port, 3772 unless set"])) from exc

    def _failed(self, function: str, exc: Any) -> DRPCError:
        text = _text(exc.msg)
        if exc.type == _TYPES.SERVER_TIMEOUT:
            what = f"{function!r} gave no result within the server's own limit, drpc.request.timeout.secs"
            return DRPCTimeoutError(explain(what, hint="Is it the function of a topology that is running and active?"))
        if exc.type == _TYPES.SERVER_SHUTDOWN:
            return DRPCLostError(self._lost(function, "the server shuts down"))
        return DRPCFailedError(f"function {function!r} failed: {text}")

    def _lost(self, function: str, given: str) -> str:
        what = f"the DRPC server at {self.place} went away before it had answered {function!r}"
        hint = "The call may have been done or not; make it again if that does no harm (idempotent=True does)."
        return explain(what, given=given, hint=hint)


def _text(given: str | bytes | None) -> str:
    return six.ensure_text(given or "", errors="replace")
