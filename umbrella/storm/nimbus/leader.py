"""Finds the leader among the Nimbuses, through the seeds (Storm's NimbusClient.Builder)."""

from __future__ import annotations

from typing import Any

from umbrella.errors import AuthorizationError, NimbusError, NimbusUnreachableError, SecretError, TlsError, explain
from umbrella.storm.nimbus.connection import Connection, open_connection, place_text
from umbrella.storm.nimbus.settings import NimbusSettings


def find_leader(settings: NimbusSettings) -> Connection:
    """Ask one seed after another for the leader, and connect to it.

    Raises:
        NimbusUnreachableError: there is no leader, or it cannot be reached; the text has each seed's answer.
        AuthorizationError: a seed does not authorize this user.
        SecretError: the password is missing, or other users can read it.
        TlsError: there is only one seed, and the TLS handshake with it failed.
    """
    tried: list[NimbusError] = []
    for host, port in settings.places():
        try:
            return _through(host, port, settings)
        except (AuthorizationError, SecretError):
            raise
        except NimbusError as exc:
            tried.append(exc)
    if len(tried) == 1 and isinstance(tried[0], TlsError):
        raise tried[0]  # this error is complete: Nimbus is reachable
    raise NimbusUnreachableError(_nobody(settings, [str(exc) for exc in tried]))


def _through(host: str, port: int, settings: NimbusSettings) -> Connection:
    seed = open_connection(host, port, settings)
    try:
        leader = seed.call("getLeader")
        leads = (leader.host, _port(leader, settings))
        if leads == (host, port):
            return seed
        try:
            found = open_connection(*leads, settings)
        except NimbusUnreachableError as exc:
            # A Nimbus may have a name that cannot be resolved here, for example behind a forwarded port. If there is
            # only one, the seed is the leader.
            if _is_alone(seed, leader):
                return seed
            what = f"{seed.place} says that {place_text(*leads)} leads, but {exc}"
            raise NimbusUnreachableError(what) from exc
    except BaseException:
        seed.close()
        raise
    seed.close()
    return found


def _port(leader: Any, settings: NimbusSettings) -> int:
    return int(leader.tlsPort if settings.tls and leader.tlsPort else leader.port)


def _is_alone(seed: Connection, leader: Any) -> bool:
    nimbuses = seed.call("getClusterInfo").nimbuses
    return [(one.host, one.port) for one in nimbuses] == [(leader.host, leader.port)]


def _nobody(settings: NimbusSettings, tried: list[str]) -> str:
    if not tried:
        return explain("no Nimbus is named", valid=["nimbus.seeds", "--nimbus HOST[:PORT]"])
    lines = [f"  {number}. {text}" for number, text in enumerate(tried, 1)]
    hint = "Is Storm up, and are nimbus.seeds and nimbus.thrift.port right? `--nimbus HOST[:PORT]` names another."
    return "\n".join([f"no leading Nimbus was found; tried {', '.join(settings.seeds)}:", *lines, hint])
