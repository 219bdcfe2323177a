"""Describes in one line how Nimbus is reached, and as which user."""

from __future__ import annotations

import ssl
from typing import Any

from umbrella.storm.nimbus.credentials import username_of
from umbrella.storm.nimbus.settings import JavaSettings, NimbusSettings, TlsSettings


def describe(place: str, settings: NimbusSettings) -> str:
    """Return a line such as "TLS to nimbus:6628 as CN=bob, O=Example".

    Args:
        place: the Nimbus, as HOST:PORT.
        settings: how it is reached.
    """
    if settings.java:
        return f"{_kind(settings.java)} to {place}, by Storm's Java client"
    if settings.tls:
        return f"TLS to {place} as {subject(settings.tls)}"
    if settings.sasl:
        return f"SASL DIGEST-MD5 to {place} as {username_of(settings.sasl) or 'nobody'}, unencrypted"
    return f"plain Thrift to {place}, unencrypted and as nobody"


def subject(tls: TlsSettings) -> str:
    """Return the subject of the client's certificate in Java's order: this is the user's name for Storm."""
    if not tls.certificate_file:
        return "CN=ANONYMOUS"  # TlsTransportPlugin's name for a client without a certificate
    # Python's ssl shows only a peer's certificate; the function behind that is the only way to decode our own.
    decode: Any = getattr(getattr(ssl, "_ssl", None), "_test_decode_cert", None)
    try:
        parts = decode(tls.certificate_file)["subject"]
    except (TypeError, KeyError, OSError):
        return f"the certificate {tls.certificate_file}"
    return ", ".join(f"{_SHORT.get(name, name)}={value}" for part in reversed(parts) for name, value in part)


_SHORT = {
    "commonName": "CN",
    "organizationName": "O",
    "organizationalUnitName": "OU",
    "countryName": "C",
    "stateOrProvinceName": "ST",
    "localityName": "L",
    "domainComponent": "DC",
}


def _kind(java: JavaSettings) -> str:
    return "Kerberos" if "kerberos" in java.transport else java.transport.rpartition(".")[2]
