"""A broker that is not there when a topology starts, or goes in midstream, or refuses: the spout says so and lives."""

from __future__ import annotations

import pytest

from daemons.certificates import PASSWORD
from kafka.broker import USER, USER_PASSWORD
from kafka.coming import Coming, until
from topologies.from_kafka import FromAfar
from topologies.recording import records
from umbrella.dsl import spec_of
from umbrella.dsl.topology import declared_in
from umbrella.storm.jvm_log import DIED, ERROR

pytestmark = pytest.mark.storm

NAME = "FromAfar"
COUNT = 4_000
# A time-out that a test can wait for, and fetches so small that most of the records are still with the broker.
SOON = {"default.api.timeout.ms": 2_000, "request.timeout.ms": 2_000}
SMALL = {"max.poll.records": 50, "max.partition.fetch.bytes": 2_000, "fetch.max.bytes": 2_000}


class Errors:
    """The errors that components report to Storm."""

    def __init__(self):
        self.all = []
        self.died = []

    def take(self, event):
        if event.kind in (ERROR, DIED):
            (self.all if event.kind == ERROR else self.died).append(event)

    def of(self, component):
        return [one.text.splitlines()[0] for one in self.all if one.component == component]

    def until(self, component, text):
        self.look(lambda: self.of(component), lambda found: any(text in one for one in found))

    def look(self, look, reached):
        """Wait until something is seen; a component that has died will not bring it about."""
        found = until(look, lambda found: self.died or reached(found))
        assert not self.died
        return found


def with_settings(broker, directory):
    secure = {
        **SOON,
        "security.protocol": "SASL_SSL",
        "ssl.truststore.type": "PKCS12",
        "ssl.truststore.location": str(broker.trusted),
        "ssl.truststore.password": PASSWORD,
        "sasl.mechanism": "PLAIN",
    }
    refused = {**secure, "sasl.jaas.config": broker.login.replace(USER_PASSWORD, "guessed")}
    allowed = {**secure, "sasl.jaas.config": broker.login}
    declared = declared_in(FromAfar)
    plain = {"bootstrap_servers": broker.plain, "properties": {**SOON, **SMALL}}
    changed = {name: declared[name].replace(**plain) for name in ("numbers", "missing", "once", "shared")}
    changed["refused"] = declared["refused"].replace(bootstrap_servers=broker.secure, properties=refused)
    changed["forbidden"] = declared["forbidden"].replace(bootstrap_servers=broker.secure, properties=allowed)
    changed["record"] = declared["record"].replace(directory=str(directory))
    return type(NAME, (FromAfar,), changed)


@pytest.fixture(scope="module")
def errors(kafka_storm):
    errors = Errors()
    with kafka_storm.log.heard_by(errors.take):
        yield errors


@pytest.fixture(scope="module")
def coming(broker, client, kafka_storm, errors, tmp_path_factory):
    """The topology, started while the broker is away."""
    client.create("away", 2)
    client.create("shared")
    client.reserve("reserved", "somebody-else")
    send(client, range(COUNT // 2))
    directory = tmp_path_factory.mktemp("records")
    broker.kill()
    kafka_storm.submit(spec_of(with_settings(broker, directory)))
    try:
        yield Coming(directory)
    finally:
        kafka_storm.kill(NAME)


def send(client, numbers):
    """Store numbers in many small batches, for the spout to fetch few at a time."""
    for begin in numbers[::100]:
        client.send_numbers("away", range(begin, begin + 100), 2)


def distinct(coming, spout="numbers"):
    return {int(value) for (value,) in coming[spout]}


def test_a_broker_that_is_away_at_the_start_is_told_of_and_waited_for(broker, coming, errors):
    try:
        errors.until("numbers", f"Kafka at {broker.plain} does not answer (topics away); TimeoutException")
        assert "bootstrap_servers" in errors.of("numbers")[0]
    finally:
        broker.start()
    errors.look(lambda: len(distinct(coming)), lambda count: count > 100)


def test_a_broker_that_goes_in_midstream_is_told_of_and_nothing_is_lost(broker, client, coming, errors):
    before = len(errors.of("numbers"))
    send(client, range(COUNT // 2, COUNT))
    broker.kill()
    try:
        for spout in ("numbers", "once"):
            assert len(distinct(coming, spout)) < COUNT, "all had been read when the broker went"
        errors.look(lambda: errors.of("numbers"), lambda found: len(found) > before)
    finally:
        broker.start()
    client.send_numbers("away", range(COUNT, COUNT + 100), 2)
    errors.look(lambda: len(distinct(coming)), lambda count: count == COUNT + 100)
    ends = COUNT // 2 + 50
    errors.look(lambda: client.committed("away", "away"), lambda found: found == {0: ends, 1: ends})
    assert len({one["task"] for one in records(coming.directory, "record")}) == 1
    assert len(list(coming.directory.glob("record-*"))) == 1, "the worker died"


def test_what_is_committed_before_it_is_emitted_comes_once_though_the_broker_went(coming, errors):
    errors.look(lambda: distinct(coming, "once"), lambda found: len(found) == COUNT + 100)
    assert len(coming["once"]) == COUNT + 100


def test_another_consumer_in_the_group_is_told_of_and_nothing_is_committed_until_it_is_gone(coming, client, errors):
    with client.member("shared", "shared"):
        client.send("shared", "one", "two")
        errors.until("shared", "another consumer uses group 'shared'. Give each topology a group of its own.")
        assert coming.until("shared", 2) == [["one"], ["two"]]
        assert client.committed("shared", "shared") == {}
    errors.look(lambda: client.committed("shared", "shared"), lambda found: found == {0: 2})


def test_a_topic_that_is_not_there_is_told_of_and_taken_up_when_it_comes(coming, client, errors):
    errors.until("missing", "no topic comming; there are ")
    client.create("comming")
    client.send("comming", "at last")
    assert coming.until("missing", 1) == [["at last"]]


def test_a_refused_login_is_told_of(coming, broker, errors):
    errors.until("refused", f"Kafka at {broker.secure} refuses (topics away); SaslAuthenticationException")
    assert coming["refused"] == []


def test_a_spout_that_fails_amid_its_first_assignment_begins_it_anew(coming, client, errors):
    # Where the topic's partitions are is told, and what the group has committed is not.
    errors.until("forbidden", "refuses (topics away); GroupAuthorizationException")
    client.reserve("reserved", USER)
    errors.look(lambda: {int(value) for (value,) in coming["forbidden"]}, lambda found: len(found) == COUNT + 100)
