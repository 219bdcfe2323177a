"""Finds the Nimbus that leads, through the seeds (Storm's NimbusClient.Builder)."""

from __future__ import annotations

from typing import Any

from umbrella.errors import AuthorizationError, NimbusError, NimbusUnreachableError, explain
from umbrella.storm.nimbus.connection import Connection, open_connection, place_text
from umbrella.storm.nimbus.settings import NimbusSettings


def find_leader(settings: NimbusSettings) -> Connection:
    """Ask one seed after the other who leads, and connect to that one.

    Raises:
        NimbusUnreachableError: nobody leads, or it cannot be reached; the text has what each seed said.
        AuthorizationError: a seed does not talk to this user.
    """
    tried = []
    for host, port in settings.places():
        try:
            return _through(host, port, settings)
        except AuthorizationError:
            raise
        except NimbusError as exc:
            tried.append(str(exc))
    raise NimbusUnreachableError(_nobody(settings, tried))


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
            # A Nimbus may go by a name that means nothing here, as behind a forwarded port. If there is but one, the
            # seed is it.
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
