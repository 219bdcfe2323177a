"""SASL DIGEST-MD5 to a real Nimbus, in pure Python and by Storm's own Java client."""

from __future__ import annotations

import socket
import subprocess
from pathlib import Path

import pytest

from daemons.calls import make_all_calls, submit_large_topology
from daemons.nimbuses import Nimbuses, free_port, only_for
from daemons.tampering import other_proof, tampering
from umbrella.errors import (
    AuthenticationError,
    AuthorizationError,
    NimbusUnreachableError,
    SecretError,
    StormNotFoundError,
)
from umbrella.storm.nimbus.client import NimbusClient
from umbrella.storm.nimbus.from_conf import DIGEST, SIMPLE
from umbrella.storm.nimbus.settings import DigestSettings, JavaSettings, NimbusSettings

pytestmark = pytest.mark.storm

MODULE = "org.apache.zookeeper.server.auth.DigestLoginModule"
PASSWORD = "bob's secret"
USERS = {"bob": PASSWORD, "jörg": "pässwört", "żółw": "zażółć", "carol": "carols"}


@pytest.fixture(scope="module")
def nimbuses(storm_jars, tmp_path_factory):
    with Nimbuses(storm_jars, tmp_path_factory.mktemp("nimbuses")) as running:
        yield running


@pytest.fixture(scope="module")
def nimbus(nimbuses):
    """A Nimbus that knows some users, and lets bob do everything."""
    port = free_port()
    users = " ".join(f'user_{name}="{password}"' for name, password in USERS.items())
    jaas = nimbuses.folder / "server-jaas.conf"
    jaas.write_text(f"StormServer {{ {MODULE} required {users}; }};\n", encoding="utf-8")
    conf = {"nimbus.thrift.port": port, "storm.thrift.transport": DIGEST, "java.security.auth.login.config": str(jaas)}
    options = ["-Dfile.encoding=UTF-8"]
    with nimbuses.nimbus("digest", {**conf, **only_for("bob")}, port, options=options) as running:
        yield running


@pytest.fixture(scope="module")
def plain(nimbuses):
    """A Nimbus that asks for nothing."""
    port = free_port()
    with nimbuses.nimbus("plain", {"nimbus.thrift.port": port}, port) as running:
        yield running


def as_user(port: int, username: str = "bob", password: str = PASSWORD, **given: str) -> NimbusSettings:
    return NimbusSettings(port=port, connect_timeout_seconds=60, sasl=DigestSettings(username, password, **given))


def by_java(port: int, transport: str = DIGEST, jaas: Path | None = None) -> NimbusSettings:
    return NimbusSettings(port=port, connect_timeout_seconds=60, java=JavaSettings(transport, str(jaas or "")))


def jaas_file(folder: Path, username: str = "bob", password: str = PASSWORD) -> Path:
    """Return a client's JAAS file."""
    path = folder / "client-jaas.conf"
    path.write_text(f'StormClient {{ {MODULE} required\n  username="{username}" password="{password}"; }};\n')
    path.chmod(0o600)
    return path


def ask(settings: NimbusSettings) -> None:
    with NimbusClient(settings) as client:
        assert len(client.cluster().nimbuses) == 1


def test_all_calls_go_through_digest_md5_as_the_user(nimbus, tmp_path):
    described = make_all_calls(as_user(nimbus.port), tmp_path)
    assert described == f"SASL DIGEST-MD5 to localhost:{nimbus.port} as bob, unencrypted"
    assert "principal: bob operation: submitTopology" in nimbus.log()


def test_another_user_is_known_and_not_allowed(nimbus):
    with pytest.raises(AuthorizationError, match="getLeader is not authorized") as caught:
        ask(as_user(nimbus.port, "carol", "carols"))
    assert not isinstance(caught.value, AuthenticationError)


def test_a_topology_may_be_longer_than_a_frame_of_plain_thrift(nimbus, tmp_path):
    submit_large_topology(as_user(nimbus.port), tmp_path)


def test_nimbus_may_be_reached_by_any_name(nimbus):
    ask(NimbusSettings(("127.0.0.1",), nimbus.port, sasl=DigestSettings("bob", PASSWORD)))


@pytest.mark.parametrize("name", ["jörg", "żółw"])
def test_names_and_passwords_may_have_letters_beyond_ascii(nimbus, name):
    with pytest.raises(AuthorizationError) as caught:  # known, and only bob may do anything
        ask(as_user(nimbus.port, name, USERS[name]))
    assert not isinstance(caught.value, AuthenticationError)


@pytest.mark.parametrize(("name", "password"), [("bob", "bobs secret"), ("nobody", PASSWORD), ("jörg", "pasword")])
def test_a_wrong_name_or_password_is_a_clear_error(nimbus, name, password):
    with pytest.raises(AuthenticationError) as caught:
        ask(as_user(nimbus.port, name, password))
    text = str(caught.value)
    assert text.startswith(f"Nimbus at localhost:{nimbus.port} refused the user '{name}'; given: DIGEST-MD5:")
    assert "StormServer in Nimbus's JAAS file" in text
    assert password not in text


def test_a_server_that_does_not_know_the_password_is_not_trusted(nimbus):
    with tampering(nimbus.port, other_proof) as port, pytest.raises(AuthenticationError) as caught:
        ask(as_user(port))
    assert "does not show that it knows the password" in str(caught.value)
    with tampering(nimbus.port, lambda data: data) as port, NimbusClient(as_user(port)) as client:
        assert client.connection  # the proxy itself is no hindrance


def test_the_password_may_come_from_a_file_the_environment_or_jaas(nimbus, tmp_path, monkeypatch):
    password = tmp_path / "password"
    password.write_text(f"{PASSWORD}\n")
    password.chmod(0o600)
    ask(as_user(nimbus.port, password="", password_file=str(password)))
    ask(as_user(nimbus.port, "", "", jaas_file=str(jaas_file(tmp_path))))
    monkeypatch.setenv("UMBRELLA_DIGEST_PASSWORD", PASSWORD)
    ask(as_user(nimbus.port, password=""))


def test_a_password_file_that_others_may_read_is_refused(nimbus, tmp_path):
    password = tmp_path / "password"
    password.write_text(PASSWORD)
    password.chmod(0o640)
    with pytest.raises(
        SecretError, match=f"others may read; given: {password}, mode 0640; valid: mode 0600. Try: chmod"
    ):
        ask(as_user(nimbus.port, password="", password_file=str(password)))


def test_digest_to_a_plain_nimbus_never_falls_back(plain):
    with pytest.raises(NimbusUnreachableError, match="does not speak SASL DIGEST-MD5"):
        ask(as_user(plain.port))


def test_plain_thrift_to_a_digest_nimbus_is_refused(nimbus):
    with pytest.raises(NimbusUnreachableError):
        ask(NimbusSettings(port=nimbus.port))


def test_what_never_answers_is_given_up():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        settings = NimbusSettings(("127.0.0.1",), port, connect_timeout_seconds=0.3, sasl=DigestSettings("bob", "x"))
        with pytest.raises(NimbusUnreachableError, match="no answer within 0.3 s"):
            ask(settings)


def test_all_calls_go_through_storms_java_client_as_the_user(nimbus, tmp_path):
    described = make_all_calls(by_java(nimbus.port, jaas=jaas_file(tmp_path)), tmp_path)
    assert described == f"DigestSaslTransportPlugin to localhost:{nimbus.port}, by Storm's Java client"


def test_all_calls_go_through_storms_java_client_to_a_plain_nimbus(plain, tmp_path):
    make_all_calls(by_java(plain.port, SIMPLE), tmp_path)


def test_large_topologies_go_through_storms_java_client(nimbus, tmp_path):
    submit_large_topology(by_java(nimbus.port, jaas=jaas_file(tmp_path)), tmp_path)


def test_storms_java_client_with_a_wrong_password_is_a_clear_error(nimbus, tmp_path):
    with pytest.raises(AuthenticationError, match="Storm's client could not log in.*Mismatched response") as caught:
        ask(by_java(nimbus.port, jaas=jaas_file(tmp_path, password="bobs secret")))
    assert "bobs secret" not in str(caught.value)


def test_storms_java_client_says_that_nobody_listens():
    with pytest.raises(NimbusUnreachableError, match="Connection refused"):
        ask(by_java(free_port(), SIMPLE))


def test_storms_java_client_gives_up_a_call_that_is_not_answered(plain):
    import psutil

    process = psutil.Process(plain.process.pid)
    with NimbusClient(by_java(plain.port, SIMPLE)) as client:
        client.cluster()
        process.suspend()
        try:
            with pytest.raises(NimbusUnreachableError, match="did not answer getClusterInfo within 0.5 s"):
                client.connection.call("getClusterInfo", seconds=0.5)
        finally:
            process.resume()


def test_without_java_the_text_says_what_is_missing(plain, monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    java = JavaSettings(SIMPLE, krb5_file="another-jvm.conf")
    with pytest.raises(StormNotFoundError) as caught:
        ask(NimbusSettings(port=plain.port, java=java))
    text = str(caught.value)
    assert "a Nimbus with Kerberos is reached through Storm's own Java client, and that is not here" in text
    assert "Storm needs Java 17 or newer" in text


def test_the_password_is_in_no_process_list_and_no_representation(nimbus, tmp_path):
    settings = as_user(nimbus.port)
    assert PASSWORD not in repr(settings)
    with NimbusClient(by_java(nimbus.port, jaas=jaas_file(tmp_path))) as client:
        client.cluster()
        listed = subprocess.run(["ps", "axww", "-o", "args"], capture_output=True, text=True, check=True).stdout
    assert PASSWORD not in listed
    assert PASSWORD not in nimbus.log()
