"""TLS to Nimbus in pure Python: Storm's TlsTransportPlugin is Thrift's binary protocol, unframed, inside TLS."""

from __future__ import annotations

import socket
import ssl

from umbrella.errors import TlsClosedError, TlsError, explain
from umbrella.storm.nimbus.passwords import from_environment, read_secret
from umbrella.storm.nimbus.settings import NimbusSettings, TlsSettings
from umbrella.storm.nimbus.stores import check_pem
from umbrella.storm.nimbus.streams import StreamSocket
from umbrella.storm.nimbus.tls_errors import closed_text, handshake_text

KEY_PASSWORD_VARIABLE = "UMBRELLA_KEY_PASSWORD"


class TlsSocket(StreamSocket):
    """An unframed transport over TLS that can explain why a connection was closed at the first call.

    Args:
        sock: a socket after the TLS handshake.
        place: the Nimbus, as HOST:PORT.
        with_certificate: whether this client has a certificate.
    """

    def __init__(self, sock: ssl.SSLSocket, place: str, with_certificate: bool) -> None:
        super().__init__(sock)
        self._place = place
        self._with_certificate = with_certificate
        self._answered = False

    def read(self, size: int) -> bytes:
        """Return exactly that many bytes; see StreamSocket.

        Raises:
            TlsClosedError: the connection was closed before the first answer.
        """
        try:
            data = super().read(size)
        except socket.timeout:
            raise
        except (ssl.SSLError, ConnectionError) as exc:
            if self._answered:
                raise
            raise TlsClosedError(closed_text(self._place, exc, self._with_certificate)) from exc
        self._answered = True
        return data


def open_tls(host: str, port: int, settings: NimbusSettings) -> TlsSocket:
    """Connect to a Nimbus over TLS; never falls back to plain Thrift.

    Raises:
        TlsError: a file is not valid, or the TLS handshake failed.
        OSError: the connection failed or timed out.
    """
    tls = settings.tls or TlsSettings()
    context = client_context(tls)
    place = f"{host}:{port}"
    seconds = settings.connect_timeout_seconds
    sock = socket.create_connection((host, port), timeout=seconds)
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        wrapped = context.wrap_socket(sock, server_hostname=host)
    except BaseException as exc:
        sock.close()
        if isinstance(exc, OSError):  # ssl's errors are OSErrors too
            raise TlsError(handshake_text(place, host, exc, tls, seconds)) from exc
        raise
    return TlsSocket(wrapped, place, bool(tls.certificate_file))


def client_context(tls: TlsSettings) -> ssl.SSLContext:
    """Return the SSL context for a connection: TLS 1.2 or newer, certificate and host name are checked.

    Raises:
        TlsError: a file cannot be read or is not PEM.
    """
    ca_file = check_pem(tls.ca_file, "nimbus.tls.ca") if tls.ca_file else None
    try:
        context = ssl.create_default_context(cafile=ca_file)
    except ssl.SSLError as exc:
        raise TlsError(explain("nimbus.tls.ca has no certificate that can be read", given=f"{ca_file}: {exc}")) from exc
    context.minimum_version = ssl.TLSVersion.TLSv1_2  # Python 3.9 would accept 1.0
    if tls.certificate_file:
        _load_certificate(context, tls)
    elif tls.key_file:
        raise TlsError(
            explain("there is a key without a certificate", given=tls.key_file, valid=["nimbus.tls.certificate"])
        )
    return context


def _load_certificate(context: ssl.SSLContext, tls: TlsSettings) -> None:
    certificate = check_pem(tls.certificate_file, "nimbus.tls.certificate")
    key = check_pem(tls.key_file, "nimbus.tls.key") if tls.key_file else None
    try:
        # Without a password callback, OpenSSL would prompt on the terminal and block.
        context.load_cert_chain(certificate, key, password=lambda: _key_password(tls))
    except (ssl.SSLError, ValueError) as exc:
        raise TlsError(
            explain(
                "the client's certificate and key cannot be used",
                given=f"{certificate}, {key or 'no nimbus.tls.key'}: {exc}",
                hint="They must belong together, and an encrypted key needs the right password.",
            )
        ) from exc


def _key_password(tls: TlsSettings) -> str:
    password = from_environment(KEY_PASSWORD_VARIABLE)
    if not password and tls.key_password_file:
        password = read_secret(tls.key_password_file, "nimbus.tls.key.password.file")
    if not password:
        raise TlsError(
            explain(
                "the client's key is encrypted, and there is no password for it",
                given=tls.key_file or tls.certificate_file,
                valid=["nimbus.tls.key.password.file", f"${KEY_PASSWORD_VARIABLE}"],
            )
        )
    return password
