"""Key and certificate files: Python's ssl reads PEM, while Storm is configured with Java stores."""

from __future__ import annotations

from pathlib import Path

from umbrella.errors import TlsError, explain

_JAVA_STORES = {b"\xfe\xed\xfe\xed": "JKS", b"\xce\xce\xce\xce": "JCEKS"}
_DER_SEQUENCE = 0x30  # the first byte of both PKCS12 and a bare DER certificate
_PEM_MARK = b"-----BEGIN "


def check_pem(path: str, key: str) -> Path:
    """Return the path of a PEM file.

    Args:
        path: the file.
        key: the setting that names it.

    Raises:
        TlsError: it cannot be read or is a Java store; the text has the commands that convert it to PEM.
    """
    file = Path(path).expanduser()
    try:
        data = file.read_bytes()
    except OSError as exc:
        raise TlsError(explain(f"{key} names a file that cannot be read", given=f"{path}: {exc.strerror}")) from exc
    if _PEM_MARK in data:
        return file
    kind = kind_of(data)
    hint = _conversion(path, kind, trust="ca" in key.split(".") or "truststore" in key)
    raise TlsError(explain(f"{key} must be a PEM file", given=f"{path}, {kind}", hint=hint))


def kind_of(data: bytes) -> str:
    """Return what kind of file a file that is not PEM looks like."""
    store = _JAVA_STORES.get(data[:4])
    if store:
        return f"a Java key store ({store})"
    if data[:1] == bytes([_DER_SEQUENCE]):
        # A PKCS12 store is a sequence that begins with its version, the integer 3; a certificate begins with a
        # sequence.
        return "a PKCS12 store" if b"\x02\x01\x03" in data[:8] else "DER"
    return "an empty file" if not data else "neither PEM nor a store that is known"


def _conversion(path: str, kind: str, trust: bool) -> str:
    if kind == "DER":
        return f"Convert it:\n  openssl x509 -inform DER -in {path} -out certificate.pem"
    if "store" not in kind or "neither" in kind:
        return "A PEM file has lines such as -----BEGIN CERTIFICATE-----"
    if trust:
        return f"Convert it, and name the result by nimbus.tls.ca:\n  keytool -list -rfc -keystore {path} > ca.pem"
    commands = []
    if "PKCS12" not in kind:
        commands.append(f"keytool -importkeystore -srckeystore {path} -destkeystore client.p12 -deststoretype PKCS12")
        path = "client.p12"
    commands.append(f"openssl pkcs12 -in {path} -nokeys -out client.pem")
    commands.append(f"umask 077; openssl pkcs12 -in {path} -nocerts -nodes -out client.key")
    lines = "".join(f"\n  {command}" for command in commands)
    return f"Convert it, and name the results by nimbus.tls.certificate and nimbus.tls.key:{lines}"
