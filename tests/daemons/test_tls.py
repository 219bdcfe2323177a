"""TLS to real Nimbuses."""

from __future__ import annotations

import re
import shlex
import shutil
import socket
import ssl
import subprocess
from pathlib import Path

import pytest

from daemons.calls import make_all_calls, submit_large_topology
from daemons.certificates import PASSWORD, Authority, as_jks, key_store, openssl
from daemons.nimbuses import Nimbuses, compiled, free_port, only_for
from umbrella.errors import NimbusUnreachableError, SecretError, TlsClosedError, TlsError
from umbrella.storm.java import STORM_NEEDS, find_java
from umbrella.storm.nimbus.client import NimbusClient
from umbrella.storm.nimbus.settings import NimbusSettings, TlsSettings
from umbrella.storm.nimbus.tls import client_context

pytestmark = pytest.mark.storm

OWN_PLUGIN = Path(__file__).parent / "java" / "OwnTlsTransportPlugin.java"


class Pki:
    """The certificates of these tests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = Authority(folder, "home")
        self.foreign = Authority(folder, "foreign")
        self.client = self.home.issue("client", "/C=DE/O=Example/CN=bob")
        self.foreigner = self.foreign.issue("foreigner", "/CN=mallory")
        self.trust = self.home.trust_store("trust.p12")

    def server_conf(self, name: str, port: int, days: int = 2) -> dict[str, object]:
        """Return the settings of a Nimbus with a certificate for localhost."""
        issued = self.home.issue(name, "/CN=nimbus", "DNS:localhost", days)
        return {
            "nimbus.thrift.port": free_port(),
            "nimbus.thrift.tls.port": port,
            "nimbus.thrift.tls.server.only": True,
            "nimbus.thrift.tls.client.auth.required": True,
            "nimbus.thrift.tls.server.keystore.path": str(key_store(*issued, self.folder / f"{name}.p12")),
            "nimbus.thrift.tls.server.keystore.password": PASSWORD,
            "nimbus.thrift.tls.server.truststore.path": str(self.trust),
            "nimbus.thrift.tls.server.truststore.password": PASSWORD,
        }

    def settings(self, port: int, host: str = "localhost", **given: object) -> NimbusSettings:
        """Return the settings of a client, bob's unless told otherwise; None leaves a file out."""
        files = {"ca_file": self.home.ca, "certificate_file": self.client[0], "key_file": self.client[1], **given}
        tls = TlsSettings(port=port, **{name: str(value or "") for name, value in files.items()})
        return NimbusSettings(seeds=(host,), connect_timeout_seconds=60, tls=tls)


@pytest.fixture(scope="module")
def pki(storm_jars, tmp_path_factory):
    if not shutil.which("openssl"):
        from conftest import missing_storm

        missing_storm("no openssl")
    return Pki(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="module")
def nimbuses(storm_jars, tmp_path_factory):
    with Nimbuses(storm_jars, tmp_path_factory.mktemp("nimbuses")) as running:
        yield running


@pytest.fixture(scope="module")
def nimbus(nimbuses, pki, storm_jars, tmp_path_factory):
    """A Nimbus that asks for a client certificate, with a plugin that works on this JDK."""
    port = free_port()
    conf = {
        **pki.server_conf("server", port),
        "nimbus.thrift.tls.transport": "umbrella.tests.OwnTlsTransportPlugin",
        **only_for("CN=bob,O=Example,C=DE"),
    }
    classes = compiled(storm_jars, OWN_PLUGIN, tmp_path_factory.mktemp("classes"))
    with nimbuses.nimbus("own-plugin", conf, port, classes=[classes]) as running:
        yield running


def error_of(settings: NimbusSettings) -> TlsError:
    with pytest.raises(TlsError) as caught, NimbusClient(settings) as client:
        client.cluster()
    return caught.value


def test_all_calls_go_through_tls_as_the_user_of_the_certificate(nimbus, pki, tmp_path):
    described = make_all_calls(pki.settings(nimbus.port), tmp_path)
    assert described == f"TLS to localhost:{nimbus.port} as CN=bob, O=Example, C=DE"
    assert "principal: CN=bob,O=Example,C=DE operation: submitTopology" in nimbus.log()


def test_a_topology_may_be_longer_than_a_frame_of_plain_thrift(nimbus, pki, tmp_path):
    submit_large_topology(pki.settings(nimbus.port), tmp_path)


def test_a_nimbus_of_an_unknown_authority_is_refused(nimbus, pki):
    text = str(error_of(pki.settings(nimbus.port, ca_file=pki.foreign.ca)))
    assert "was issued by nobody who is trusted here" in text
    assert "unable to get local issuer certificate" in text
    assert "nimbus.tls.ca" in text


def test_the_systems_authorities_are_trusted_without_a_ca_file(nimbus, pki):
    text = str(error_of(pki.settings(nimbus.port, ca_file=None)))
    assert "Trusted: those of this system are" in text


def test_a_certificate_for_another_host_name_is_refused(nimbus, pki):
    text = str(error_of(pki.settings(nimbus.port, host="127.0.0.1")))
    assert f"the certificate of 127.0.0.1:{nimbus.port} is not for the name 127.0.0.1" in text
    assert "IP address mismatch" in text


def test_a_missing_client_certificate_is_named_as_the_cause(nimbus, pki):
    text = str(error_of(pki.settings(nimbus.port, certificate_file=None, key_file=None)))
    assert "refused" in text
    assert re.search("alert (bad certificate|certificate required|handshake failure)", text)
    assert "name one by nimbus.tls.certificate and nimbus.tls.key" in text


def test_a_client_certificate_of_a_foreign_authority_is_refused(nimbus, pki):
    certificate, key = pki.foreigner
    text = str(error_of(pki.settings(nimbus.port, certificate_file=certificate, key_file=key)))
    assert "alert certificate unknown" in text
    assert f"Does Nimbus trust who issued {certificate}" in text


def test_an_expired_certificate_is_refused(nimbuses, pki):
    port = free_port()
    with nimbuses.nimbus("expired", pki.server_conf("expired", port, days=-1), port):
        text = str(error_of(pki.settings(port)))
    assert "has expired" in text
    assert "certificate has expired (OpenSSL's error 10)" in text


def test_the_released_plugin_is_recognised_by_its_failure(nimbuses, pki):
    port = free_port()
    with nimbuses.nimbus("released", pki.server_conf("released", port), port) as running:
        error = error_of(pki.settings(port))
        assert "UnsupportedOperationException" in running.log()  # or this JDK is older, or Storm mended it
    assert isinstance(error, TlsClosedError)
    text = str(error)
    assert "shook hands over TLS and closed the connection at the first call" in text
    assert "TlsTransportPlugin of Storm 2.8.2 to 2.8.6 cannot serve a call on Java 15 or newer" in text
    assert "BouncyCastle's JSSE provider" in text
    assert "nimbus.thrift.tls.transport" in text


def test_tls_never_falls_back_to_plain_thrift(nimbuses, pki):
    port = free_port()
    logging = {"nimbus.authorizer": "org.apache.storm.security.auth.authorizer.NoopAuthorizer"}
    with nimbuses.nimbus("plain", {"nimbus.thrift.port": port, **logging}, port) as running:
        text = str(error_of(pki.settings(port)))
        assert "operation:" not in running.log()
        with NimbusClient(NimbusSettings(port=port)) as client:
            client.cluster()
        assert "operation: getClusterInfo" in running.log()
    assert f"what listens at localhost:{port} speaks no TLS" in text
    assert "nimbus.thrift.tls.port" in text


def test_plain_thrift_to_a_tls_port_is_told_so(nimbus):
    with (
        pytest.raises(NimbusUnreachableError, match="it speaks TLS"),
        NimbusClient(NimbusSettings(port=nimbus.port)) as client,
    ):
        client.cluster()


@pytest.mark.parametrize("kind", ["PKCS12", "JKS"])
def test_javas_stores_are_refused_with_commands_that_convert_them(nimbus, pki, tmp_path, kind):
    store = key_store(*pki.client, tmp_path / "bob.p12")
    if kind == "JKS":
        store = as_jks(store, tmp_path / "bob.jks")
    trust = pki.home.trust_store(f"trust-{kind}", kind)

    text = str(error_of(pki.settings(nimbus.port, ca_file=trust)))
    assert "nimbus.tls.ca must be a PEM file" in text
    obey(text, tmp_path)
    text = str(error_of(pki.settings(nimbus.port, ca_file=tmp_path / "ca.pem", certificate_file=store)))
    assert "nimbus.tls.certificate must be a PEM file" in text
    obey(text, tmp_path)

    files = {"certificate_file": tmp_path / "client.pem", "key_file": tmp_path / "client.key"}
    assert (tmp_path / "client.key").stat().st_mode & 0o077 == 0
    with NimbusClient(pki.settings(nimbus.port, ca_file=tmp_path / "ca.pem", **files)) as client:
        client.cluster()


def obey(text: str, folder: Path) -> None:
    """Run the commands that an error text advises; the passwords they would ask for are given."""
    keytool = find_java(STORM_NEEDS).resolve().with_name("keytool")
    commands = [line.strip() for line in text.splitlines() if line.startswith("  ")]
    assert commands
    for command in commands:
        command = command.replace("keytool", shlex.quote(str(keytool)))
        if "pkcs12" in command:
            command += f" -passin pass:{PASSWORD}"
        answers = f"{PASSWORD}\n" * 3
        done = subprocess.run(command, shell=True, cwd=folder, input=answers, text=True, capture_output=True)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"


def test_an_encrypted_key_needs_its_password(nimbus, pki, tmp_path, monkeypatch):
    key, password = tmp_path / "encrypted.key", tmp_path / "password"
    openssl("pkcs8", "-topk8", "-in", pki.client[1], "-out", key, "-passout", "pass:open sesame")
    settings = pki.settings(nimbus.port, key_file=key)
    assert "the client's key is encrypted, and there is no password for it" in str(error_of(settings))

    password.write_text("open sesame\n")
    password.chmod(0o644)
    settings = pki.settings(nimbus.port, key_file=key, key_password_file=password)
    with pytest.raises(SecretError, match="others may read"), NimbusClient(settings) as client:
        client.cluster()
    password.chmod(0o600)
    with NimbusClient(settings) as client:
        client.cluster()

    monkeypatch.setenv("UMBRELLA_KEY_PASSWORD", "open sesame")
    with NimbusClient(pki.settings(nimbus.port, key_file=key)) as client:
        client.cluster()
    monkeypatch.setenv("UMBRELLA_KEY_PASSWORD", "another")
    text = str(error_of(pki.settings(nimbus.port, key_file=key)))
    assert "cannot be used" in text
    assert "another" not in text


def test_a_key_of_another_certificate_is_refused(pki):
    text = str(error_of(pki.settings(1, key_file=pki.foreigner[1])))
    assert "the client's certificate and key cannot be used" in text
    assert "values mismatch" in text


def test_a_file_that_is_not_there_is_named_with_its_setting(pki):
    text = str(error_of(pki.settings(1, ca_file="/no/such.pem")))
    assert "nimbus.tls.ca names a file that cannot be read; given: /no/such.pem: No such file or directory" in text


def test_older_tls_and_unchecked_names_are_not_to_be_had(pki):
    context = client_context(TlsSettings(ca_file=str(pki.home.ca)))
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED


def test_what_never_answers_the_handshake_is_given_up(pki):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = pki.settings(silent.getsockname()[1], host="127.0.0.1")
        settings = NimbusSettings(seeds=settings.seeds, tls=settings.tls, connect_timeout_seconds=0.3)
        assert "did not answer the TLS handshake within 0.3 s" in str(error_of(settings))
