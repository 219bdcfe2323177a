"""Nimbus client through Storm's own Java classes, for what is not supported in pure Python: Kerberos.

Storm's NimbusClient connects and authenticates. The calls are the same as on any other connection: their Thrift bytes
go through Py4J to the Java transport, and the bytes of the answers come back.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import os
import socket
import time
from typing import Any

from py4j.protocol import Py4JError, Py4JJavaError

from umbrella.errors import AuthenticationError, NimbusUnreachableError, StormNotFoundError, explain
from umbrella.storm.distribution import locate
from umbrella.storm.jvm import Jvm
from umbrella.storm.jvm_log import JvmLog
from umbrella.storm.nimbus.frames import RECEIVE_LIMIT, FrameError, FrameTooLargeError
from umbrella.storm.nimbus.settings import JavaSettings, NimbusSettings
from umbrella.storm.nimbus.streams import SEND_LIMIT

_READ = 16 * 1024
# Exceptions that add no information to the one that they wrap.
_WRAPPERS = ("java.lang.RuntimeException", "java.security.PrivilegedActionException")


class JavaTransport:
    """A transport for thriftpy2's protocols, on top of an authenticated TTransport of Storm's.

    Args:
        jvm: the JVM that holds it.
        client: Storm's NimbusClient.
    """

    def __init__(self, jvm: Jvm, client: Any) -> None:
        self._client = client
        self._transport = client.transport()
        # Py4J passes a byte[] as a copy, so Java must read into an object.
        self._buffer = jvm.classes.java.nio.ByteBuffer.allocate(_READ)
        self._out = bytearray()
        self._in = bytearray()
        self._received = 0
        self._end = 0.0

    def begin(self, seconds: float) -> None:
        """Start a call: set its deadline, and discard leftovers of the previous call."""
        self._end = time.monotonic() + seconds
        self._out.clear()
        self._in.clear()
        self._received = 0

    def write(self, data: bytes) -> None:
        """Append to the message that ``flush`` sends."""
        self._out += data

    def flush(self) -> None:
        """Send the written data.

        Raises:
            FrameTooLargeError: it is too large; nothing is sent.
            OSError: the connection was closed, or the call timed out.
        """
        message = bytes(self._out)
        self._out.clear()
        if len(message) > SEND_LIMIT:
            raise FrameTooLargeError(len(message))
        with self._as_os_errors():
            self._limit()
            self._transport.write(message)
            self._transport.flush()

    def read(self, size: int) -> bytes:
        """Return exactly that many bytes.

        Raises:
            FrameError: the answer exceeds the size limit.
            OSError: the connection was closed, or the call timed out.
        """
        if not 0 <= size <= RECEIVE_LIMIT - self._received + len(self._in):
            raise FrameError("the answer is longer than any of a Nimbus", bytes(self._in[:16]))
        while len(self._in) < size:
            self._receive()
        data = bytes(self._in[:size])
        del self._in[:size]
        return data

    def close(self) -> None:
        """Close the connection; the JVM stays for the next one."""
        with contextlib.suppress(Py4JError, OSError):
            self._client.close()

    def _receive(self) -> None:
        with self._as_os_errors():
            self._limit()
            self._buffer.clear()
            count = self._transport.read(self._buffer)
            if count <= 0:
                raise ConnectionResetError("the connection was closed")
            self._in += self._buffer.array()[:count]
        self._received += count

    def _limit(self) -> None:
        left = self._end - time.monotonic()
        if left <= 0:
            raise socket.timeout("timed out")
        _socket_below(self._transport).setTimeout(max(1, int(left * 1000)))

    @contextlib.contextmanager
    def _as_os_errors(self) -> Any:
        try:
            yield
        except Py4JJavaError as exc:
            if _timed_out(exc.java_exception):
                raise socket.timeout("timed out") from exc
            raise ConnectionResetError(_cause(exc.java_exception)) from exc
        except Py4JError as exc:
            raise ConnectionResetError(f"the JVM with Storm's client ended: {exc}") from exc


def open_java(host: str, port: int, settings: NimbusSettings) -> JavaTransport:
    """Connect to a Nimbus with Storm's own client, in one JVM for all connections of this process.

    Raises:
        StormNotFoundError: Java or Storm's jars are missing.
        NimbusUnreachableError: that Nimbus cannot be reached.
        AuthenticationError: authentication failed.
    """
    java = settings.java or JavaSettings("")
    jvm, log = _running_jvm(java.krb5_file)
    place = f"{host}:{port}"
    log.last_lines.clear()
    try:
        client = _connect(jvm, host, port, settings, java)
        opened = client.transport() is not None and client.transport().isOpen()
    except Py4JJavaError as exc:
        raise _refused(place, _cause(exc.java_exception), _is_network(exc.java_exception)) from exc
    if not opened:  # KerberosSaslTransportPlugin only logs the failure and continues without a connection
        client.close()
        raise _refused(place, _logged(log) or "the transport is not open", network=False)
    return JavaTransport(jvm, client)


def _connect(jvm: Jvm, host: str, port: int, settings: NimbusSettings, java: JavaSettings) -> Any:
    storm = jvm.classes.org.apache.storm
    conf = storm.utils.Utils.readDefaultConfig()
    conf.put("storm.thrift.transport", java.transport)
    conf.put("storm.nimbus.retry.times", 0)  # the caller retries, not Storm
    if java.jaas_file:
        conf.put("java.security.auth.login.config", os.path.expanduser(java.jaas_file))
    timeout = jvm.classes.java.lang.Integer.valueOf(int(settings.connect_timeout_seconds * 1000))
    return storm.utils.NimbusClient(conf, host, port, timeout)


def _running_jvm(krb5_file: str) -> tuple[Jvm, JvmLog]:
    if not _jvm(krb5_file)[0].alive:
        _jvm.cache_clear()
    return _jvm(krb5_file)


@functools.cache
def _jvm(krb5_file: str) -> tuple[Jvm, JvmLog]:
    """Return the JVM of this process; it ends with the process."""
    try:
        distribution = locate()
        log = JvmLog()
        jvm = Jvm(distribution, [], log)
    except StormNotFoundError as exc:
        what = "a Nimbus with Kerberos is reached through Storm's own Java client, and that is not here"
        raise StormNotFoundError(f"{what}: {exc}. `umbrella storm fetch` fetches Storm's jars") from exc
    atexit.register(jvm.close)
    if krb5_file:
        jvm.classes.java.lang.System.setProperty("java.security.krb5.conf", os.path.expanduser(krb5_file))
    return jvm, log


def _refused(place: str, given: str, network: bool) -> Exception:
    if network:
        return NimbusUnreachableError(explain(f"there is no way to Nimbus at {place}", given=given))
    hint = (
        "With Kerberos: is there a ticket (klist), does the section StormClient of java.security.auth.login.config "
        "name it or a keytab, and is its serviceName the one of Nimbus's principal?"
    )
    return AuthenticationError(explain(f"Storm's client could not log in to {place}", given=given, hint=hint))


def _logged(log: JvmLog) -> str:
    """Return the exceptions and causes that the JVM logged, without stack traces."""
    lines = [line.removeprefix("Caused by: ") for text in log.last_lines for line in text.splitlines()]
    return "; ".join(dict.fromkeys(line for line in lines if line and not line.startswith(("\t", " "))))


def _socket_below(transport: Any) -> Any:
    """Return the TSocket under Storm's SASL or framed transport."""
    for method in ("getUnderlyingTransport", "getInnerTransport"):
        with contextlib.suppress(Py4JError, TypeError):
            return getattr(transport, method)()
    return transport


def _causes(java: Any) -> list[Any]:
    found: list[Any] = []
    while java is not None and len(found) < 10:
        found.append(java)
        java = java.getCause()
    return found


def _cause(java: Any) -> str:
    """Return the message of a Java exception, without wrappers that add no information."""
    texts = [str(one.toString()) for one in _causes(java)]
    telling = [text for text in texts if not text.startswith(_WRAPPERS)] or texts
    return telling[0].rstrip(".")


def _is_network(java: Any) -> bool:
    return any(one.getClass().getName().startswith("java.net.") for one in _causes(java))


def _timed_out(java: Any) -> bool:
    names = [one.getClass().getName() for one in _causes(java)]
    return "java.net.SocketTimeoutException" in names
