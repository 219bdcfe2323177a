"""Umbrella's exception hierarchy. Each exception has the exit code that the command line ends with.

* UmbrellaError                       everything Umbrella raises on purpose; catch this one
  + DeclarationError                  a class or call in the user's file is wrong (raised in that line)
        - OptionError                     a component option is missing, misspelt or of the wrong type
        - FrozenInputsError               the inputs of a finished topology were changed
    + TargetError                       MODULE:TOPOLOGY does not name a topology
  + SettingsError                     a settings file, variable or flag is not valid
    + UnknownNameError                  a running topology has no component or logger of this name
    + TopologyError                     a topology has problems; lists all of them
  + EmitError                         a value, field or stream given to ``emit`` is not valid
    + TupleStateError                   a tuple was acked, failed or used as an anchor after it was settled
    + DebuggerError                     breakpoint() was called without a terminal
    + RequestLostError                  the tuples gathered for a DRPC call are lost
  + ProtocolError                     the bytes from Storm are not multilang messages
    + WorkerMismatchError               a worker's Python or Umbrella is not the one the topology was built for
    + BuildError                        a jar cannot be built
    - PipMissingError                 ... because this Python has no pip
    + StormError                        something failed on Storm's side
    - StormNotFoundError              Java, Maven or Storm's jars are missing
        - LocalClusterError               the embedded Storm did not start, or exited
        - DevClusterError                 the daemons of the development cluster did not start, or something blocks them
    - NimbusError                     Nimbus refused a call
      > AuthorizationError            ... for this user
                . AuthenticationError         ... because the user could not be authenticated
            > SecretError                   a password or its file is missing, or others can read the file
            > NotAliveError                 there is no topology of this name
            > AlreadyAliveError             there is already a topology of this name
      > InvalidTopologyError          ... because of what is in the topology
            > TooLargeError                 the request is larger than Nimbus accepts
            > NimbusFailedError             Nimbus had an internal error and gave no details
            > NimbusUnreachableError        no Nimbus can be reached, or none of them is the leader
                . NimbusLostError             a call was sent but not answered: it may or may not have taken effect
                . TlsError                    the TLS handshake failed: certificates, host name, or the port is not TLS
                . TlsClosedError              Nimbus closed the TLS connection at the first call
            > SubmitUnknownError            it is unknown whether a topology was submitted
            > ReplaceError                  a topology was killed, but its replacement was not submitted
        - DRPCError                       a DRPC call returned no result
            > DRPCFailedError               ... because the function failed; the text has the reason
            > DRPCTimeoutError              ... before the timeout
            > DRPCRefusedError              the server does not accept the call
      > DRPCUnreachableError          no DRPC server can be reached
            > DRPCLostError                 a call was sent but not answered: it may or may not have been executed
    - TopologyFailedError             a submitted topology reports errors or does not come up

Standard library only: this module runs on worker nodes.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

EXIT_FAILED = 1  # it ran, but something in it failed
EXIT_USAGE = 2  # invalid input
EXIT_MISSING = 3  # this machine lacks something
EXIT_STORM = 4  # Storm refused the request or exited


class UmbrellaError(Exception):
    """Base class of every error that Umbrella raises on purpose."""

    exit_code = EXIT_FAILED


class DeclarationError(UmbrellaError, TypeError):
    """The declaration of a component, stream, grouping or topology is wrong."""

    exit_code = EXIT_USAGE


class OptionError(DeclarationError):
    """An option of a component is missing, unknown or of the wrong type."""


class FrozenInputsError(DeclarationError):
    """The inputs of a topology were changed after its definition ended."""


class TargetError(UmbrellaError):
    """``MODULE:TOPOLOGY`` does not name a topology."""

    exit_code = EXIT_USAGE


class SettingsError(UmbrellaError):
    """A setting is unknown or of the wrong type, or a settings file cannot be read."""

    exit_code = EXIT_USAGE


class UnknownNameError(UmbrellaError):
    """A running topology has no component or logger of this name."""

    exit_code = EXIT_USAGE


class EmitError(UmbrellaError, ValueError):
    """A value given to ``emit`` cannot be sent."""


class TupleStateError(UmbrellaError, RuntimeError):
    """A tuple was settled twice, or used as an anchor after it was settled."""


class EntriesLostError(UmbrellaError):
    """A ReliableSpout could not record fetched entries; the next process fetches them again, from the last commit."""


class DebuggerError(UmbrellaError):
    """breakpoint() was called without a terminal."""


class RequestLostError(UmbrellaError):
    """The tuples that a bolt had gathered for a DRPC call are lost; the call fails."""


class ProtocolError(UmbrellaError):
    """A message from Storm could not be parsed or came at the wrong time."""


class BuildError(UmbrellaError):
    """A topology jar cannot be built from the given input."""

    exit_code = EXIT_USAGE


class PipMissingError(BuildError):
    """This Python has no pip to find wheels with."""

    exit_code = EXIT_MISSING


class WorkerMismatchError(UmbrellaError):
    """A worker's Python or Umbrella is not the one the topology was built for."""


class StormError(UmbrellaError):
    """Storm, or something needed to run it, failed."""

    exit_code = EXIT_STORM


class StormNotFoundError(StormError):
    """Java, Maven or Storm's jars are not on this machine."""

    exit_code = EXIT_MISSING


class LocalClusterError(StormError):
    """The embedded Storm could not start, or exited unexpectedly."""


class DevClusterError(StormError):
    """A daemon of the development cluster did not start or exited, or the requested cluster is not possible."""


class NimbusError(StormError):
    """Nimbus refused a call."""


class AuthorizationError(NimbusError):
    """Nimbus does not allow this user to do that."""


class AuthenticationError(AuthorizationError):
    """The user could not be authenticated to Nimbus, or Nimbus could not prove its identity."""


class SecretError(NimbusError):
    """A password was not found, or others can read the file that holds it."""

    exit_code = EXIT_USAGE


class NotAliveError(NimbusError):
    """There is no topology of this name or id."""


class AlreadyAliveError(NimbusError):
    """There is already a topology of this name."""


class InvalidTopologyError(NimbusError):
    """Nimbus refuses the topology, its name or its configuration."""

    exit_code = EXIT_USAGE


class TooLargeError(NimbusError):
    """A request is larger than Nimbus accepts; nothing of it was sent."""

    exit_code = EXIT_USAGE


class NimbusFailedError(NimbusError):
    """Nimbus had an internal error during a call; only its own log has the details."""


class NimbusUnreachableError(NimbusError):
    """No Nimbus could be reached, or none of those reached is the leader."""


class NimbusLostError(NimbusUnreachableError):
    """A call was sent but not answered: it may or may not have taken effect."""


class TlsError(NimbusUnreachableError):
    """The TLS handshake with Nimbus failed: bad certificate, host name mismatch, or the port is not TLS."""


class TlsClosedError(TlsError, NimbusLostError):
    """Nimbus completed the TLS handshake but closed the connection at the first call."""


class SubmitUnknownError(NimbusError):
    """It could not be determined in time whether a topology was submitted."""


class ReplaceError(NimbusError):
    """A topology was killed, but its replacement was not submitted."""


class DRPCError(StormError):
    """A DRPC call returned no result."""


class DRPCFailedError(DRPCError):
    """The function failed; the text contains what the bolt raised."""

    exit_code = EXIT_FAILED


class DRPCTimeoutError(DRPCError):
    """A DRPC call was not answered before the timeout."""


class DRPCRefusedError(DRPCError):
    """A DRPC server does not accept calls from this user, or not calls of this size."""


class DRPCUnreachableError(DRPCError):
    """No DRPC server could be reached."""


class DRPCLostError(DRPCError):
    """A DRPC call was sent but not answered: it may or may not have been executed."""


class TopologyFailedError(StormError):
    """A submitted topology reports errors, or did not come up in time."""

    exit_code = EXIT_FAILED


def nearest(given: str, valid: Iterable[str]) -> str | None:
    """Return the valid name most similar to the given one, or None."""
    import difflib  # only needed for errors: a worker starts without it

    found = difflib.get_close_matches(given, list(valid), n=1, cutoff=0.5)
    return found[0] if found else None


def explain(what: str, *, given: str = "", valid: Sequence[str] = (), hint: str = "", wrong: str = "") -> str:
    """Build an error text from what is wrong, what was given, what is valid and what to try.

    Args:
        what: the problem, as a sentence without a full stop.
        given: what the user wrote, unless ``what`` already quotes it.
        valid: the valid names or forms.
        hint: what to try, as a sentence.
        wrong: the misspelt name; the most similar name in ``valid`` is suggested.
    """
    parts = [what]
    if given:
        parts.append(f"given: {given}")
    if valid:
        parts.append(f"valid: {', '.join(valid)}")
    text = "; ".join(parts)
    guess = nearest(wrong, valid) if wrong else None
    if guess:
        text += f". Did you mean {guess!r}?"
    if hint:
        text += f". {hint}" if not text.endswith("?") else f" {hint}"
    return text


def without_import_frames(traceback: str) -> str:
    """Return a traceback as text without the frames of Python's import machinery, which do not help a user."""
    lines = traceback.splitlines(keepends=True)
    return "".join(line for line in lines if not line.lstrip(" |").startswith('File "<frozen importlib.'))


class Problem(NamedTuple):
    """One problem of a topology: its location and the full explanation."""

    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text}"


class TopologyError(UmbrellaError):
    """A topology has problems; ``problems`` holds all of them."""

    exit_code = EXIT_USAGE

    def __init__(self, topology: str, problems: Sequence[Problem]) -> None:
        self.topology = topology
        self.problems = tuple(problems)
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        lines = [f"topology {topology} has {count}:"]
        lines += [f"  {number}. {problem}" for number, problem in enumerate(self.problems, 1)]
        super().__init__("\n".join(lines))


@contextlib.contextmanager
def naming(path: object) -> Iterator[None]:
    """Add the path to an OSError that lacks one: Python gives no file name when a write fails on a full disk."""
    try:
        yield
    except OSError as exc:
        if exc.filename is None and exc.errno is not None:
            raise OSError(exc.errno, exc.strerror, str(path)) from exc
        raise
