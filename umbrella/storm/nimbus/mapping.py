"""Translates exceptions of Thrift and sockets into Umbrella's errors; this is the only place that does."""

from __future__ import annotations

import contextlib
import socket
import struct
from collections.abc import Iterator

import six
from thriftpy2.protocol.exc import TProtocolException
from thriftpy2.thrift import TApplicationException

from umbrella.compile.idl import storm
from umbrella.errors import (
    AlreadyAliveError,
    AuthorizationError,
    InvalidTopologyError,
    NimbusError,
    NimbusFailedError,
    NimbusLostError,
    NotAliveError,
    TooLargeError,
    explain,
)
from umbrella.storm.nimbus.frames import FrameError, FrameTooLargeError

_TYPED: dict[type[Exception], type[NimbusError]] = {
    storm.AlreadyAliveException: AlreadyAliveError,
    storm.NotAliveException: NotAliveError,
    storm.InvalidTopologyException: InvalidTopologyError,
    storm.AuthorizationException: AuthorizationError,
}
_PREFIXES: dict[type[NimbusError], str] = {
    InvalidTopologyError: "Nimbus refuses the topology: ",
    AuthorizationError: "Nimbus does not allow this user to do that: ",
}
# What thriftpy2 raises for bytes that are not Thrift.
_GARBLED = (FrameError, TProtocolException, struct.error, UnicodeDecodeError, RecursionError, ValueError, TypeError)
_SPEAKERS = {
    b"HTTP": "it speaks HTTP: is it the port of Storm's UI?",
    b"SSH-": "it speaks SSH",
    b"\x15\x03": "it speaks TLS: does this Nimbus want nimbus.thrift.client.use.tls?",
    b"\x04\x00": "it speaks SASL: does this Nimbus want a name and a password?",
    b"\x05\x00": "it speaks SASL: does this Nimbus want a name and a password?",
}


@contextlib.contextmanager
def mapped(call: str, place: str, seconds: float) -> Iterator[None]:
    """Translate the exceptions of a call to a Nimbus into Umbrella's errors.

    Args:
        call: Storm's name of the call.
        place: the Nimbus, as HOST:PORT.
        seconds: the timeout of the call.
    """
    try:
        yield
    except tuple(_TYPED) as exc:
        kind = _TYPED[type(exc)]
        raise kind(_PREFIXES.get(kind, "") + (_text(getattr(exc, "msg", "")) or call)) from exc
    except TApplicationException as exc:
        raise _failed(call, place, exc) from exc
    except FrameTooLargeError as exc:
        raise TooLargeError(explain(f"{call} would send more than Nimbus takes", given=str(exc))) from exc
    except socket.timeout as exc:
        hint = "Is that process overloaded or suspended? Its log is nimbus.log there."
        raise NimbusLostError(
            explain(f"Nimbus at {place} did not answer {call} within {seconds:g} s", hint=hint)
        ) from exc
    except OSError as exc:
        text = exc.strerror or str(exc)
        raise NimbusLostError(explain(f"the connection to {place} broke during {call}", given=text)) from exc
    except _GARBLED as exc:
        raise NimbusLostError(_garbled(place, exc)) from exc


def _failed(call: str, place: str, exc: TApplicationException) -> NimbusError:
    if exc.type == TApplicationException.UNKNOWN_METHOD:
        return NimbusFailedError(explain(f"Nimbus at {place} does not know {call}", hint="Its Storm is an older one."))
    if exc.type == TApplicationException.MISSING_RESULT:
        what = "no Nimbus leads at the moment" if call == "getLeader" else f"it answered {call} with nothing"
        return NimbusFailedError(f"Nimbus at {place}: {what}")
    # For exceptions other than its own, Storm sends only "Internal error processing ...".
    text = _text(exc.message)
    hint = "It may not be the leader; the reason is in nimbus.log on that host."
    return NimbusFailedError(explain(f"Nimbus at {place} failed in {call}", given=text, hint=hint))


def _text(given: str | bytes | None) -> str:
    """Return a text that thriftpy2 leaves as bytes if it is not UTF-8."""
    return six.ensure_text(given or "", errors="replace")


def _garbled(place: str, exc: Exception) -> str:
    received = exc.received if isinstance(exc, FrameError) else b""
    speaker = next((text for start, text in _SPEAKERS.items() if received.startswith(start)), "")
    return explain(
        f"what listens at {place} is no Nimbus that speaks plain Thrift",
        given=speaker or (f"it began with {received[:16]!r}" if received else str(exc)),
        valid=["nimbus.thrift.port, 6627 unless set otherwise"],
    )
