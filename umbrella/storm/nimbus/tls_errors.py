"""Error texts for TLS: OpenSSL's own words, and what they mean for a Nimbus."""

from __future__ import annotations

import socket
import ssl

from umbrella.errors import explain
from umbrella.storm.nimbus.settings import TlsSettings

# X509_V_ERR_* codes, for which the ssl module has no names.
_NOT_YET_VALID, _EXPIRED, _UNKNOWN_ISSUER, _WRONG_NAME = {9}, {10}, {2, 18, 19, 20, 21}, {62, 64}
# OpenSSL's reasons for data that is not TLS; the wording differs between its versions.
_NO_TLS = {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG", "UNKNOWN_PROTOCOL"}
_VERSION = {"TLSV1_ALERT_PROTOCOL_VERSION", "UNSUPPORTED_PROTOCOL", "NO_PROTOCOLS_AVAILABLE"}

BROKEN_PLUGIN = (
    "TlsTransportPlugin of Storm 2.8.2 to 2.8.6 cannot serve a call on Java 15 or newer: nimbus.log then has "
    "'UnsupportedOperationException' at TlsTransportPlugin.java. Ways round, on the side of Nimbus: Storm 2.8.7 or "
    "newer; or BouncyCastle's JSSE provider for that JVM; or a plugin of one's own in nimbus.thrift.tls.transport"
)


def handshake_text(place: str, host: str, exc: OSError, tls: TlsSettings, seconds: float) -> str:
    """Return why the handshake failed.

    Args:
        place: the Nimbus, as HOST:PORT.
        host: the host name that was checked against the certificate.
        exc: what wrap_socket raised.
        tls: the settings.
        seconds: the timeout.
    """
    if isinstance(exc, ssl.SSLCertVerificationError):
        return _untrusted(place, host, exc, tls)
    if isinstance(exc, socket.timeout):
        return explain(f"{place} did not answer the TLS handshake within {seconds:g} s", hint=_PORT_HINT)
    reason = getattr(exc, "reason", None) or ""
    given = _words(exc)
    if reason in _VERSION:
        what = f"{place} speaks no version of TLS that is allowed here"
        return explain(what, given=given, valid=["TLS 1.2", "TLS 1.3"])
    ended = isinstance(exc, (ssl.SSLEOFError, ssl.SSLZeroReturnError))
    if reason in _NO_TLS or ended or not isinstance(exc, ssl.SSLError):
        return explain(f"what listens at {place} speaks no TLS", given=given, hint=_PORT_HINT)
    if "ALERT" in reason or "alert" in str(exc):
        return explain(f"{place} refused the TLS handshake", given=given, hint=_certificate_hint(tls))
    return explain(f"the TLS handshake with {place} failed", given=given)


_PORT_HINT = (
    "TLS is on a port of its own, nimbus.thrift.tls.port, which is not nimbus.thrift.port. "
    "Nothing was sent in the clear, and nothing will be: nimbus.thrift.client.use.tls is on"
)


def closed_text(place: str, exc: Exception, with_certificate: bool) -> str:
    """Explain why a connection was closed at its first call, after the handshake.

    Args:
        place: the Nimbus, as HOST:PORT.
        exc: the exception that ended it.
        with_certificate: whether this client sent a certificate.
    """
    reason = getattr(exc, "reason", None) or ""
    what = f"Nimbus at {place} shook hands over TLS and closed the connection at the first call"
    if with_certificate:
        certificate = "It may not trust the certificate that nimbus.tls.certificate names."
    else:
        certificate = "It may ask for a client certificate: name one by nimbus.tls.certificate and nimbus.tls.key."
    if "ALERT" in reason:
        return explain(what, given=_words(exc), hint=certificate)
    return explain(what, given=_words(exc), hint=f"Known causes:\n  1. {BROKEN_PLUGIN}.\n  2. {certificate}")


def _untrusted(place: str, host: str, exc: ssl.SSLCertVerificationError, tls: TlsSettings) -> str:
    given = f"{exc.verify_message} (OpenSSL's error {exc.verify_code})"
    if exc.verify_code in _WRONG_NAME:
        what = f"the certificate of {place} is not for the name {host}"
        hint = "Use a name that is in it (nimbus.seeds), or have one made with that name as subjectAltName."
        return explain(what, given=given, hint=hint)
    if exc.verify_code in _EXPIRED:
        return explain(f"the certificate of {place} has expired", given=given, hint="Nimbus needs a new one.")
    if exc.verify_code in _NOT_YET_VALID:
        return explain(f"the certificate of {place} is not valid yet", given=given, hint="Are both clocks right?")
    what = f"the certificate of {place} is not trusted"
    if exc.verify_code in _UNKNOWN_ISSUER:
        what = f"the certificate of {place} was issued by nobody who is trusted here"
    trusted = f"those in {tls.ca_file} are" if tls.ca_file else "those of this system are"
    hint = f"Trusted: {trusted}. nimbus.tls.ca names the PEM file of the one who issued it."
    return explain(what, given=given, hint=hint)


def _certificate_hint(tls: TlsSettings) -> str:
    if tls.certificate_file:
        return f"Does Nimbus trust who issued {tls.certificate_file}, and is it still valid?"
    return "It may ask for a client certificate: name one by nimbus.tls.certificate and nimbus.tls.key."


def _words(exc: Exception) -> str:
    return (getattr(exc, "strerror", None) or str(exc) or type(exc).__name__).strip()
