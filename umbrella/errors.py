"""The exceptions of Umbrella, one tree, each with the exit code the command line ends with.

* UmbrellaError                       anything Umbrella refuses; catch this one
  + DeclarationError                  a class or call in the user's file is wrong (raised in that line)
    - OptionError                     a component's option is missing, misspelt or of another type
    - FrozenInputsError               inputs of a finished topology were changed
  + TargetError                       MODULE:TOPOLOGY does not lead to a topology
  + SettingsError                     a settings file, variable or flag is not valid
  + UnknownNameError                  a running topology has no such component or logger
  + TopologyError                     a topology has problems; all of them at once
  + EmitError                         a value, field or stream given to ``emit`` is not valid
  + TupleStateError                   a tuple was acked, failed or anchored to when it no longer may be
  + DebuggerError                     breakpoint() was called where there is no terminal
  + RequestLostError                  what was gathered for a DRPC call is gone
  + ProtocolError                     the bytes from Storm are not multilang messages
  + WorkerMismatchError               a worker's Python or Umbrella is not what the topology was built for
  + BuildError                        a jar cannot be made
    - PipMissingError                 ... because this Python has no pip
  + StormError                        something on Storm's side
    - StormNotFoundError              Java, Maven or Storm's jars are missing
    - LocalClusterError               the embedded Storm did not start, or ended
    - DevClusterError                 the development cluster's daemons did not start, or are in the way
    - NimbusError                     Nimbus refused a call
      > AuthorizationError            ... for this user
        . AuthenticationError         ... or does not believe that it is this user
      > SecretError                   a password or a file with one is missing or open to others
      > NotAliveError                 there is no topology of that name
      > AlreadyAliveError             there is a topology of that name already
      > InvalidTopologyError          ... because of what is in the topology
      > TooLargeError                 what is to be sent is more than Nimbus takes
      > NimbusFailedError             Nimbus failed inside, and says no more
      > NimbusUnreachableError        no Nimbus can be reached, or none leads
        . NimbusLostError             a call was sent and its answer never came: it may be done or not
        . TlsError                    no TLS came about: certificates, host name, or no TLS there
        . TlsClosedError              Nimbus closed the connection over TLS at its first call
      > SubmitUnknownError            whether a topology was submitted cannot be known
      > ReplaceError                  a topology was killed, and the one to replace it did not start
    - DRPCError                       a DRPC call has no result
      > DRPCFailedError               ... for the function failed; the text has the reason
      > DRPCTimeoutError              ... within its time
      > DRPCRefusedError              the server does not take the call
      > DRPCUnreachableError          no DRPC server can be reached
      > DRPCLostError                 a call was sent and its answer never came: it may be done or not
    - TopologyFailedError             a submitted topology reports errors or does not come up

Standard library only: this module runs on worker nodes.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

EXIT_FAILED = 1  # it ran, and something in it failed
EXIT_USAGE = 2  # what was asked for is not valid
EXIT_MISSING = 3  # this machine lacks something
EXIT_STORM = 4  # Storm refused or ended


class UmbrellaError(Exception):
    """Base of every error that Umbrella raises on purpose."""

    exit_code = EXIT_FAILED


class DeclarationError(UmbrellaError, TypeError):
    """A component, stream, grouping or topology is declared wrongly."""

    exit_code = EXIT_USAGE


class OptionError(DeclarationError):
    """An option of a component is missing, unknown or of the wrong type."""


class FrozenInputsError(DeclarationError):
    """The inputs of a topology that is already defined were changed."""


class TargetError(UmbrellaError):
    """``MODULE:TOPOLOGY`` does not name a topology."""

    exit_code = EXIT_USAGE


class SettingsError(UmbrellaError):
    """A setting is unknown or of the wrong kind, or a file of settings cannot be read."""

    exit_code = EXIT_USAGE


class UnknownNameError(UmbrellaError):
    """A running topology has nothing of that name."""

    exit_code = EXIT_USAGE


class EmitError(UmbrellaError, ValueError):
    """What was given to ``emit`` cannot be sent."""


class TupleStateError(UmbrellaError, RuntimeError):
    """A tuple was settled twice, or anchored to after it was settled."""


class EntriesLostError(UmbrellaError):
    """What a ReliableSpout has fetched cannot be taken; the next process fetches it again, from the last commit."""


class DebuggerError(UmbrellaError):
    """breakpoint() was called where there is no terminal."""


class RequestLostError(UmbrellaError):
    """What a bolt had gathered for a DRPC call is gone; the call fails."""


class ProtocolError(UmbrellaError):
    """A message from Storm could not be understood."""


class BuildError(UmbrellaError):
    """A topology jar cannot be made from what was given."""

    exit_code = EXIT_USAGE


class PipMissingError(BuildError):
    """This Python has no pip that could find wheels."""

    exit_code = EXIT_MISSING


class WorkerMismatchError(UmbrellaError):
    """A worker's Python or Umbrella is not what the topology was built for."""


class StormError(UmbrellaError):
    """Storm, or what is needed to run it, is in the way."""

    exit_code = EXIT_STORM


class StormNotFoundError(StormError):
    """Java, Maven or Storm's jars are not on this machine."""

    exit_code = EXIT_MISSING


class LocalClusterError(StormError):
    """The embedded Storm could not start, or ended on its own."""


class DevClusterError(StormError):
    """A daemon of the development cluster did not start or ended, or the cluster cannot be as asked for."""


class NimbusError(StormError):
    """Nimbus refused a call."""


class AuthorizationError(NimbusError):
    """Nimbus does not allow this user to do that."""


class AuthenticationError(AuthorizationError):
    """Nimbus does not believe that this is the user, or could not prove that it is Nimbus."""


class SecretError(NimbusError):
    """A password is nowhere to be found, or the file with it can be read by others."""

    exit_code = EXIT_USAGE


class NotAliveError(NimbusError):
    """There is no topology of that name or id."""


class AlreadyAliveError(NimbusError):
    """There is a topology of that name already."""


class InvalidTopologyError(NimbusError):
    """Nimbus refuses the topology, its name or its configuration."""

    exit_code = EXIT_USAGE


class TooLargeError(NimbusError):
    """What is to be sent is longer than Nimbus takes; nothing of it was sent."""

    exit_code = EXIT_USAGE


class NimbusFailedError(NimbusError):
    """Nimbus failed inside a call; what happened is in its log alone."""


class NimbusUnreachableError(NimbusError):
    """No Nimbus could be reached, or none of those reached leads."""


class NimbusLostError(NimbusUnreachableError):
    """A call was sent and its answer never came: it may have been done or not."""


class TlsError(NimbusUnreachableError):
    """No TLS came about with Nimbus: certificates, the host's name, or what listens there speaks no TLS."""


class TlsClosedError(TlsError, NimbusLostError):
    """Nimbus shook hands over TLS and closed the connection at the first call."""


class SubmitUnknownError(NimbusError):
    """Whether a topology was submitted could not be found out in time."""


class ReplaceError(NimbusError):
    """A topology was told to end, and the one to replace it was not submitted."""


class DRPCError(StormError):
    """A DRPC call has no result."""


class DRPCFailedError(DRPCError):
    """The function failed; the text has what the bolt raised."""

    exit_code = EXIT_FAILED


class DRPCTimeoutError(DRPCError):
    """A DRPC call was not answered within its time."""


class DRPCRefusedError(DRPCError):
    """A DRPC server does not take a call from this user, or none so long."""


class DRPCUnreachableError(DRPCError):
    """No DRPC server could be reached."""


class DRPCLostError(DRPCError):
    """A DRPC call was sent and its answer never came: it may have been done or not."""


class TopologyFailedError(StormError):
    """A submitted topology reports errors, or did not come up in time."""

    exit_code = EXIT_FAILED


def nearest(given: str, valid: Iterable[str]) -> str | None:
    """Return the valid name that looks most like the given one, or None."""
    import difflib  # for errors alone: a worker starts without it

    found = difflib.get_close_matches(given, list(valid), n=1, cutoff=0.5)
    return found[0] if found else None


def explain(what: str, *, given: str = "", valid: Sequence[str] = (), hint: str = "", wrong: str = "") -> str:
    """Build an error text out of what is wrong, what was given, what is valid and what to try.

    Args:
        what: the fault as a sentence without a full stop.
        given: how the user wrote it, if that is not in ``what``.
        valid: the names or forms that would have been right.
        hint: what to try, as a sentence.
        wrong: the misspelt name; the nearest of ``valid`` is then suggested.
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
    """Return a traceback as text without the frames of Python's own import machinery, which say nothing to a user."""
    lines = traceback.splitlines(keepends=True)
    return "".join(line for line in lines if not line.lstrip(" |").startswith('File "<frozen importlib.'))


class Problem(NamedTuple):
    """One thing wrong with a topology: where it is and the whole explanation."""

    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text}"


class TopologyError(UmbrellaError):
    """A topology has problems; ``problems`` holds every one of them."""

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
    """Add a path to an OSError of the block that has none: Python names no file when a write fails on a full disk."""
    try:
        yield
    except OSError as exc:
        if exc.filename is None and exc.errno is not None:
            raise OSError(exc.errno, exc.strerror, str(path)) from exc
        raise
