"""SASL DIGEST-MD5 to Nimbus in pure Python: Storm's DigestSaslTransportPlugin."""

from __future__ import annotations

import socket

from umbrella.errors import AuthenticationError, NimbusUnreachableError, explain
from umbrella.storm.nimbus.credentials import Credentials, credentials
from umbrella.storm.nimbus.digest_md5 import NAME, DigestError, DigestMd5
from umbrella.storm.nimbus.frames import FramedSocket
from umbrella.storm.nimbus.sasl import COMPLETE, OK, START, SaslError, SaslExchange, SaslRefusedError
from umbrella.storm.nimbus.settings import DigestSettings, NimbusSettings
from umbrella.storm.nimbus.streams import SEND_LIMIT

SERVICE = "storm_thrift_server"  # ClientAuthUtils.SERVICE
# DigestSaslTransportPlugin gives every server this name, and Java's SASL rejects a response made for another one.
SERVER = "localhost"


def open_digest(host: str, port: int, settings: NimbusSettings) -> FramedSocket:
    """Connect to a Nimbus and authenticate; after that, the framing is that of plain Thrift.

    Raises:
        SecretError: the name or the password is missing.
        AuthenticationError: Nimbus rejects them, or does not prove that it knows the password.
        NimbusUnreachableError: the server does not speak SASL.
        OSError: the connection failed or timed out.
    """
    who = credentials(settings.sasl or DigestSettings())
    sock = socket.create_connection((host, port), timeout=settings.connect_timeout_seconds)
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _login(sock, f"{host}:{port}", who, settings.connect_timeout_seconds)
        return FramedSocket(sock, SEND_LIMIT)
    except BaseException:
        sock.close()
        raise


def _login(sock: socket.socket, place: str, who: Credentials, seconds: float) -> None:
    try:
        _negotiate(SaslExchange(sock, seconds), DigestMd5(who, SERVICE, SERVER))
    except SaslRefusedError as exc:
        hint = "Are name and password those of the section StormServer in Nimbus's JAAS file?"
        raise AuthenticationError(
            explain(f"Nimbus at {place} refused the user {who.username!r}", given=str(exc).rstrip("."), hint=hint)
        ) from exc
    except DigestError as exc:
        hint = "It may not be the Nimbus it should be: nothing was asked of it."
        raise AuthenticationError(explain(f"what answers at {place} is not trusted: {exc}", hint=hint)) from exc
    except socket.timeout as exc:
        raise NimbusUnreachableError(_no_sasl(place, f"no answer within {seconds:g} s")) from exc
    except (SaslError, ConnectionError) as exc:
        raise NimbusUnreachableError(_no_sasl(place, str(exc))) from exc


def _negotiate(exchange: SaslExchange, digest: DigestMd5) -> None:
    exchange.send(START, NAME.encode())
    exchange.send(OK, b"")
    status, challenge = exchange.receive()
    if status == COMPLETE:
        raise DigestError("the server asked for no proof")
    exchange.send(OK, digest.respond(challenge))
    status, proof = exchange.receive()
    digest.verify(proof)
    if status != COMPLETE:  # the proof came before COMPLETE: TSaslTransport answers it with an empty message
        exchange.send(COMPLETE, b"")
        exchange.receive()


def _no_sasl(place: str, given: str) -> str:
    return explain(
        f"what listens at {place} does not speak SASL {NAME}",
        given=given,
        hint="Is storm.thrift.transport the same there, and the port nimbus.thrift.port? Nothing is sent without it",
    )
