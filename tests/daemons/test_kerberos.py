"""Kerberos to a real Nimbus and a real KDC, by Storm's own Java client; part of ``scripts/soak``.

The KDC is not among what scripts/setup installs. Debian: krb5-kdc, krb5-admin-server and krb5-user.
"""

from __future__ import annotations

import os

import pytest

from daemons.calls import make_all_calls, submit_large_topology
from daemons.kdc import REALM, Kdc, missing
from daemons.nimbuses import Nimbuses, free_port, only_for
from umbrella.errors import AuthenticationError
from umbrella.storm.nimbus.client import NimbusClient
from umbrella.storm.nimbus.from_conf import KERBEROS, nimbus_settings

pytestmark = [
    pytest.mark.storm,
    pytest.mark.skipif(os.environ.get("UMBRELLA_SOAK") != "1", reason="part of scripts/soak"),
    pytest.mark.skipif(bool(missing()), reason=f"there is no {', '.join(missing())}"),
]

MODULE = "com.sun.security.auth.module.Krb5LoginModule required useKeyTab=true storeKey=true useTicketCache=false"


@pytest.fixture(scope="module")
def kdc(tmp_path_factory):
    realm = Kdc(tmp_path_factory.mktemp("kdc"), free_port())
    with realm.running():
        yield realm


@pytest.fixture(scope="module")
def nimbus(storm_jars, kdc, tmp_path_factory):
    """A Nimbus with the principal nimbus/localhost that lets bob do everything."""
    port = free_port()
    keytab = kdc.keytab("nimbus/localhost")
    principal = f'keyTab="{keytab}" principal="nimbus/localhost@{REALM}"'
    jaas = kdc.folder / "server-jaas.conf"
    jaas.write_text(
        f'StormServer {{ {MODULE} {principal}; }};\nStormClient {{ {MODULE} {principal} serviceName="nimbus"; }};\n'
    )
    conf = {
        "nimbus.thrift.port": port,
        "storm.thrift.transport": KERBEROS,
        "java.security.auth.login.config": str(jaas),
        "storm.principal.tolocal": "org.apache.storm.security.auth.KerberosPrincipalToLocal",
        **only_for("bob"),
    }
    options = [f"-Djava.security.krb5.conf={kdc.krb5}"]
    with (
        Nimbuses(storm_jars, tmp_path_factory.mktemp("nimbuses")) as nimbuses,
        nimbuses.nimbus("kerberos", conf, port, options) as running,
    ):
        yield running


@pytest.fixture(scope="module")
def keytab(kdc):
    return kdc.keytab("bob")


def as_bob(nimbus, kdc, keytab, service="nimbus"):
    options = f'keyTab="{keytab}" principal="bob@{REALM}" serviceName="{service}"'
    return with_jaas(nimbus, kdc, f"StormClient {{ {MODULE} {options}; }};\n")


def with_jaas(nimbus, kdc, text):
    jaas = kdc.folder / f"client-{len(list(kdc.folder.glob('client-*')))}.conf"
    jaas.write_text(text)
    return nimbus_settings(
        {
            "nimbus.thrift.port": nimbus.port,
            "storm.thrift.transport": KERBEROS,
            "java.security.auth.login.config": str(jaas),
            "nimbus.kerberos.config": str(kdc.krb5),
            "umbrella.nimbus.connect.timeout.secs": 60,
        }
    )


def test_all_calls_go_through_kerberos_as_the_principal(nimbus, kdc, keytab, tmp_path):
    described = make_all_calls(as_bob(nimbus, kdc, keytab), tmp_path)
    assert described == f"Kerberos to localhost:{nimbus.port}, by Storm's Java client"
    assert f"principal: bob@{REALM} operation: submitTopology" in nimbus.log()


def test_the_ticket_of_kinit_is_enough(nimbus, kdc, keytab):
    module = "com.sun.security.auth.module.Krb5LoginModule required useTicketCache=true"
    options = f'ticketCache="{kdc.ticket("bob")}" serviceName="nimbus"'
    with NimbusClient(with_jaas(nimbus, kdc, f"StormClient {{ {module} {options}; }};\n")) as client:
        client.cluster()


def test_large_topologies_go_through_kerberos(nimbus, kdc, keytab, tmp_path):
    submit_large_topology(as_bob(nimbus, kdc, keytab), tmp_path)


def test_an_unknown_service_is_a_clear_error(nimbus, kdc, keytab):
    settings = as_bob(nimbus, kdc, keytab, service="another")
    with pytest.raises(AuthenticationError) as caught, NimbusClient(settings) as client:
        client.cluster()
    text = str(caught.value)
    assert "Server not found in Kerberos database" in text
    assert "is its serviceName the one of Nimbus's principal?" in text
    assert "\tat " not in text


def test_a_missing_keytab_is_a_clear_error(nimbus, kdc):
    settings = as_bob(nimbus, kdc, kdc.folder / "none.keytab")
    with pytest.raises(AuthenticationError, match="LoginException"), NimbusClient(settings) as client:
        client.cluster()
