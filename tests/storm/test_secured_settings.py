"""Settings of a secured Nimbus: Storm's keys, passwords, JAAS files, and DIGEST-MD5's own example."""

from __future__ import annotations

import pytest

from umbrella.errors import SecretError, SettingsError
from umbrella.storm.nimbus import digest_md5
from umbrella.storm.nimbus.credentials import Credentials, credentials
from umbrella.storm.nimbus.describe import describe
from umbrella.storm.nimbus.digest_md5 import DigestError, DigestMd5, directives
from umbrella.storm.nimbus.from_conf import DIGEST, KERBEROS, SIMPLE, nimbus_settings
from umbrella.storm.nimbus.jaas import sections
from umbrella.storm.nimbus.passwords import read_secret
from umbrella.storm.nimbus.settings import DigestSettings, JavaSettings, NimbusSettings, TlsSettings

TLS_ON = {"nimbus.thrift.client.use.tls": True, "nimbus.thrift.tls.port": 6699}


def test_no_settings_mean_plain_thrift_on_this_machine():
    assert nimbus_settings({}) == NimbusSettings()
    assert nimbus_settings({"storm.thrift.transport": SIMPLE}) == NimbusSettings()


def test_storms_own_keys_give_tls():
    conf = {
        **TLS_ON,
        "nimbus.seeds": ["one", "two"],
        "nimbus.thrift.tls.client.truststore.path": "/etc/trust.jks",
        "nimbus.thrift.tls.client.cert.path": "/etc/me.pem",
        "nimbus.thrift.tls.client.key.path": "/etc/me.key",
        "storm.thrift.transport": DIGEST,  # of the plain port: on the TLS port a certificate is all there is
    }
    tls = TlsSettings("/etc/trust.jks", "/etc/me.pem", "/etc/me.key", port=6699)
    assert nimbus_settings(conf) == NimbusSettings(seeds=("one", "two"), tls=tls)


def test_umbrellas_own_keys_go_before_storms():
    own = {"nimbus.tls.ca": "ca.pem", "nimbus.tls.certificate": "me.pem", "nimbus.tls.key": "me.key"}
    storms = {
        "nimbus.thrift.tls.client.truststore.path": "trust.jks",
        "nimbus.thrift.tls.client.keystore.path": "me.jks",
    }
    assert nimbus_settings({**TLS_ON, **storms, **own}).tls == TlsSettings("ca.pem", "me.pem", "me.key", port=6699)
    assert nimbus_settings({**TLS_ON, **storms}).tls == TlsSettings("trust.jks", "me.jks", port=6699)


def test_tls_without_a_port_is_refused():
    with pytest.raises(SettingsError, match="nimbus.thrift.tls.port is not set"):
        nimbus_settings({"nimbus.thrift.client.use.tls": True})


@pytest.mark.parametrize(("value", "is_on"), [("true", True), ("False", False), (False, False), (None, False)])
def test_the_switch_of_tls_may_be_text(value, is_on):
    assert bool(nimbus_settings({**TLS_ON, "nimbus.thrift.client.use.tls": value}).tls) is is_on


def test_a_switch_of_tls_that_is_neither_is_refused():
    with pytest.raises(SettingsError, match="is true or false; given: 'yes please'"):
        nimbus_settings({**TLS_ON, "nimbus.thrift.client.use.tls": "yes please"})


def test_storms_own_keys_give_digest():
    conf = {"storm.thrift.transport": DIGEST, "java.security.auth.login.config": "/etc/jaas.conf"}
    assert nimbus_settings(conf).sasl == DigestSettings(jaas_file="/etc/jaas.conf")
    conf = {"storm.thrift.transport": SIMPLE, "nimbus.thrift.transport": DIGEST, "nimbus.digest.user": "bob"}
    assert nimbus_settings(conf).sasl == DigestSettings("bob")


def test_storms_own_keys_give_kerberos():
    conf = {"storm.thrift.transport": KERBEROS, "java.security.auth.login.config": "/etc/jaas.conf"}
    assert nimbus_settings(conf).java == JavaSettings(KERBEROS, "/etc/jaas.conf")
    with pytest.raises(SettingsError, match="(?s)Kerberos needs java.security.auth.login.config.*useTicketCache"):
        nimbus_settings({"storm.thrift.transport": KERBEROS})


def test_an_unknown_transport_is_refused_with_those_that_are_known():
    with pytest.raises(SettingsError) as caught:
        nimbus_settings({"storm.thrift.transport": f"{DIGEST}s"})
    text = str(caught.value)
    assert "storm.thrift.transport is no way to Nimbus that is known here" in text
    assert all(name in text for name in (SIMPLE, DIGEST, KERBEROS))
    assert f"Did you mean '{DIGEST}'?" in text


def test_plain_sasl_is_refused_with_the_reason():
    name = "org.apache.storm.security.auth.plain.PlainSaslTransportPlugin"
    with pytest.raises(SettingsError, match="sends the password as it is"):
        nimbus_settings({"storm.thrift.transport": name})


@pytest.mark.parametrize("key", ["nimbus.digest.password", "nimbus.tls.key.password"])
def test_a_password_in_the_settings_is_refused_and_not_shown(key):
    with pytest.raises(SettingsError, match=f"{key}.file") as caught:
        nimbus_settings({key: "open sesame"})
    assert "open sesame" not in str(caught.value)


def test_a_password_is_in_no_representation():
    settings = NimbusSettings(sasl=DigestSettings("bob", "open sesame"))
    assert "open sesame" not in f"{settings!r} {settings} {credentials(settings.sasl)!r}"
    assert "'bob'" in repr(settings)


def test_a_jaas_file_is_read_as_java_does():
    text = """
    // of the server
    StormServer { a.b.Module required user_x="no }; StormClient { username=\\"y\\""; };
    /* StormClient { username="commented" }; */
    StormClient {
        a.b.Module required
        username="bob"  password="a \\"b\\" // c";
    };
    """
    found = sections(text)
    assert found["StormClient"] == {"username": "bob", "password": 'a "b" // c'}
    assert found["StormServer"] == {"user_x": 'no }; StormClient { username="y"'}


def test_what_is_missing_is_named_with_the_ways_to_give_it(tmp_path):
    with pytest.raises(SecretError, match="there is no name; valid: nimbus.digest.user with"):
        credentials(DigestSettings(), {})
    with pytest.raises(SecretError, match=r"there is no password for 'bob'; .*\$UMBRELLA_DIGEST_PASSWORD"):
        credentials(DigestSettings("bob"), {})
    jaas = tmp_path / "jaas.conf"
    jaas.write_text("StormServer { x required; };")
    jaas.chmod(0o600)
    with pytest.raises(SecretError, match="no section StormClient; given: StormServer"):
        credentials(DigestSettings(jaas_file=str(jaas)), {})


def test_the_password_of_one_user_is_not_taken_for_another(tmp_path):
    jaas = tmp_path / "jaas.conf"
    jaas.write_text('StormClient { x required username="alice" password="alices"; };')
    jaas.chmod(0o600)
    assert credentials(DigestSettings(jaas_file=str(jaas)), {}) == Credentials("alice", "alices")
    assert credentials(DigestSettings("alice", jaas_file=str(jaas)), {}) == Credentials("alice", "alices")
    with pytest.raises(SecretError, match="there is no password for 'bob'"):
        credentials(DigestSettings("bob", jaas_file=str(jaas)), {})


@pytest.fixture(params=[False, True], ids=["password file", "JAAS file"])
def secret_file(request, tmp_path):
    """A file with a password, and settings that name it."""
    path = tmp_path / "secret"
    if request.param:
        path.write_text('StormClient { x required username="bob" password="bobs"; };')
        return path, DigestSettings(jaas_file=str(path))
    path.write_text("bobs\n")
    return path, DigestSettings("bob", password_file=str(path))


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_file_of_this_user_that_nobody_else_may_read_is_read(secret_file, mode):
    path, settings = secret_file
    path.chmod(mode)
    assert credentials(settings, {}) == Credentials("bob", "bobs")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o620, 0o601])
def test_a_file_with_a_password_that_others_may_open_is_refused(secret_file, mode):
    path, settings = secret_file
    path.chmod(mode)
    with pytest.raises(SecretError) as caught:
        credentials(settings, {})
    text = str(caught.value)
    assert f"that others may read; given: {path}, mode {mode:04o}; valid: mode 0600. Try: chmod 600 {path}" in text
    assert "bobs" not in text


def test_a_file_of_another_user_may_be_open_to_a_group_but_not_to_all(secret_file, monkeypatch):
    path, settings = secret_file
    monkeypatch.setattr("os.geteuid", lambda: path.stat().st_uid + 1)  # as a daemon's, with root's file of mode 0640
    path.chmod(0o640)
    assert credentials(settings, {}).password == "bobs"
    path.chmod(0o644)
    with pytest.raises(SecretError, match="others may read"):
        credentials(settings, {})


def test_the_file_with_the_password_of_a_key_is_for_its_user_alone(tmp_path):
    path = tmp_path / "key-password"
    path.write_text("keys\n")
    path.chmod(0o640)
    with pytest.raises(SecretError, match="nimbus.tls.key.password.file names a file with a password that others may"):
        read_secret(str(path), "nimbus.tls.key.password.file")
    path.chmod(0o600)
    assert read_secret(str(path), "nimbus.tls.key.password.file") == "keys"


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe"])
def test_a_password_file_without_a_password_is_refused(tmp_path, content):
    path = tmp_path / "password"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(SecretError, match="nimbus.digest.password.file names a file"):
        credentials(DigestSettings("bob", password_file=str(path)), {})


def test_each_way_describes_itself(tmp_path):
    assert describe("h:1", NimbusSettings()) == "plain Thrift to h:1, unencrypted and as nobody"
    assert describe("h:1", NimbusSettings(tls=TlsSettings())) == "TLS to h:1 as CN=ANONYMOUS"
    broken = tmp_path / "me.pem"
    assert str(broken) in describe("h:1", NimbusSettings(tls=TlsSettings(certificate_file=str(broken))))


# RFC 2831, section 4.
EXAMPLE = b'realm="elwood.innosoft.com",nonce="OA6MG9tEQGm2hh",qop="auth,auth-int",algorithm=md5-sess,charset=utf-8'


@pytest.fixture
def example(monkeypatch):
    monkeypatch.setattr(digest_md5.secrets, "token_urlsafe", lambda size: "OA6MHXh6VqTrRk")
    return DigestMd5(Credentials("chris", "secret"), "imap", "elwood.innosoft.com")


def test_the_response_is_that_of_the_rfc(example):
    sent = directives(example.respond(EXAMPLE))
    assert sent["response"] == "d388dad90d4bbd760a152321f2143af7"
    assert (sent["username"], sent["digest-uri"], sent["nc"]) == ("chris", "imap/elwood.innosoft.com", "00000001")
    example.verify(b"rspauth=ea40f60335c427b5527b84dbabcdfffd")


@pytest.mark.parametrize("proof", [b"", b"rspauth=ea40f60335c427b5527b84dbabcdfffe", b"rspauth=", b"garbage"])
def test_any_other_proof_is_refused(example, proof):
    example.respond(EXAMPLE)
    with pytest.raises(DigestError):
        example.verify(proof)


def test_no_proof_counts_before_a_response(example):
    with pytest.raises(DigestError):
        example.verify(b"rspauth=")


@pytest.mark.parametrize(
    ("challenge", "text"),
    [
        (b"algorithm=md5-sess", "no nonce"),
        (b'nonce="x",algorithm=md5', "md5-sess is known here"),
        (b'nonce="x",algorithm=md5-sess,qop="auth-conf"', "auth is known here"),
        (b'nonce="x', "not one of DIGEST-MD5"),
    ],
)
def test_other_challenges_are_refused(example, challenge, text):
    with pytest.raises(DigestError, match=text):
        example.respond(challenge)


def test_a_name_with_quotes_is_quoted():
    digest = DigestMd5(Credentials('a "b" \\c', "x"), "s", "h")
    assert directives(digest.respond(EXAMPLE))["username"] == 'a "b" \\c'


def test_without_utf_8_a_name_beyond_latin_1_is_refused_without_showing_the_password():
    digest = DigestMd5(Credentials("bob", "żółw"), "s", "h")
    with pytest.raises(DigestError) as caught:
        digest.respond(b'nonce="x",algorithm=md5-sess')
    assert "żółw" not in str(caught.value)
