"""Derives the connection settings of Nimbus from Storm's own settings and a few of Umbrella's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from umbrella.errors import SettingsError, explain
from umbrella.storm.nimbus.settings import (
    DEFAULT_FRAME_LIMIT,
    DEFAULT_PORT,
    DigestSettings,
    JavaSettings,
    NimbusSettings,
    TlsSettings,
)

SIMPLE = "org.apache.storm.security.auth.SimpleTransportPlugin"
DIGEST = "org.apache.storm.security.auth.digest.DigestSaslTransportPlugin"
KERBEROS = "org.apache.storm.security.auth.kerberos.KerberosSaslTransportPlugin"
TRANSPORTS = (SIMPLE, DIGEST, KERBEROS)

# Umbrella's own keys for a secured connection: name and purpose.
OWN_KEYS = {
    "nimbus.tls.ca": "PEM file of those who may vouch for Nimbus; the system's if not set",
    "nimbus.tls.certificate": "PEM file of this client's certificate",
    "nimbus.tls.key": "PEM file of its key",
    "nimbus.tls.key.password.file": "file of mode 0600 with the password of an encrypted key",
    "nimbus.digest.user": "the name for SASL DIGEST-MD5",
    "nimbus.digest.password.file": "file of mode 0600 with its password",
    "nimbus.kerberos.config": "krb5.conf, if it is not the system's",
}
_PASSWORDS = ("nimbus.digest.password", "nimbus.tls.key.password")
_JAAS = "java.security.auth.login.config"


def nimbus_settings(conf: Mapping[str, Any]) -> NimbusSettings:
    """Return the connection settings of Nimbus.

    Args:
        conf: values by dotted key: Storm's own, and those of OWN_KEYS; missing keys have their default.

    Raises:
        SettingsError: TLS is on without a port, a password is in the settings, Kerberos has no JAAS file, or the
            transport is not supported.
    """
    for key in _PASSWORDS:
        if conf.get(key) is not None:
            hint = f"Put it into a file of mode 0600, and name that by {key}.file"
            raise SettingsError(explain(f"{key}: a password does not belong into settings", hint=hint))
    tls = _tls(conf) if _is_on(conf, "nimbus.thrift.client.use.tls") else None
    # On the TLS port, Storm requires no more than a certificate (ThriftConnectionType.NIMBUS_TLS).
    transport = SIMPLE if tls else _transport(conf)
    return NimbusSettings(
        seeds=_seeds(conf),
        port=int(_value(conf, "nimbus.thrift.port", DEFAULT_PORT)),
        timeout_seconds=float(_value(conf, "umbrella.nimbus.timeout.secs", NimbusSettings.timeout_seconds)),
        connect_timeout_seconds=float(
            _value(conf, "umbrella.nimbus.connect.timeout.secs", NimbusSettings.connect_timeout_seconds)
        ),
        frame_limit=int(_value(conf, "nimbus.thrift.max_buffer_size", DEFAULT_FRAME_LIMIT)),
        tls=tls,
        sasl=_digest(conf) if transport == DIGEST else None,
        java=_kerberos(conf) if transport == KERBEROS else None,
    )


def _tls(conf: Mapping[str, Any]) -> TlsSettings:
    port = int(_value(conf, "nimbus.thrift.tls.port", 0))
    if not port:
        what = "nimbus.thrift.client.use.tls is on, and nimbus.thrift.tls.port is not set"
        raise SettingsError(explain(what, hint="It is the one in Nimbus's storm.yaml; Storm has no default for it"))
    return TlsSettings(
        # Storm's stores are usually not PEM; then opening them fails with an error that says how to convert them.
        ca_file=_text(conf, "nimbus.tls.ca", "nimbus.thrift.tls.client.truststore.path"),
        certificate_file=_text(
            conf,
            "nimbus.tls.certificate",
            "nimbus.thrift.tls.client.cert.path",
            "nimbus.thrift.tls.client.keystore.path",
        ),
        key_file=_text(conf, "nimbus.tls.key", "nimbus.thrift.tls.client.key.path"),
        key_password_file=_text(conf, "nimbus.tls.key.password.file"),
        port=port,
    )


def _transport(conf: Mapping[str, Any]) -> str:
    key = "nimbus.thrift.transport" if conf.get("nimbus.thrift.transport") else "storm.thrift.transport"
    given = str(_value(conf, key, SIMPLE))
    if given in TRANSPORTS:
        return given
    hint = "It sends the password as it is, to anyone." if given.endswith("PlainSaslTransportPlugin") else ""
    raise SettingsError(
        explain(f"{key} is no way to Nimbus that is known here", given=given, valid=TRANSPORTS, wrong=given, hint=hint)
    )


def _digest(conf: Mapping[str, Any]) -> DigestSettings:
    return DigestSettings(
        username=_text(conf, "nimbus.digest.user"),
        password_file=_text(conf, "nimbus.digest.password.file"),
        jaas_file=_text(conf, _JAAS),
    )


def _kerberos(conf: Mapping[str, Any]) -> JavaSettings:
    jaas_file = _text(conf, _JAAS)
    if not jaas_file:
        raise SettingsError(
            explain(
                f"Kerberos needs {_JAAS}, which names a JAAS file",
                hint="For a ticket of kinit it holds:\n"
                "  StormClient { com.sun.security.auth.module.Krb5LoginModule required useTicketCache=true "
                'serviceName="nimbus"; };\nserviceName is the first part of Nimbus\'s principal',
            )
        )
    return JavaSettings(KERBEROS, jaas_file, _text(conf, "nimbus.kerberos.config"))


def _seeds(conf: Mapping[str, Any]) -> tuple[str, ...]:
    seeds = _value(conf, "nimbus.seeds", NimbusSettings.seeds)
    return (seeds,) if isinstance(seeds, str) else tuple(map(str, seeds))


def _is_on(conf: Mapping[str, Any], key: str) -> bool:
    value = _value(conf, key, False)
    if value in (True, False):
        return bool(value)
    if str(value).lower() in ("true", "false"):
        return str(value).lower() == "true"
    raise SettingsError(explain(f"{key} is true or false", given=repr(value)))


def _text(conf: Mapping[str, Any], *keys: str) -> str:
    return next((str(conf[key]) for key in keys if conf.get(key)), "")


def _value(conf: Mapping[str, Any], key: str, default: Any) -> Any:
    value = conf.get(key)
    return default if value is None else value
