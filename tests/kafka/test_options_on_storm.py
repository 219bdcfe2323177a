"""Each option of the spout, against a real broker, on the real Storm: all in one topology."""

from __future__ import annotations

import struct

import pytest

from daemons.certificates import PASSWORD
from kafka.coming import Coming, until
from topologies.from_kafka import FromKafka
from umbrella.dsl import spec_of
from umbrella.dsl.topology import declared_in

pytestmark = pytest.mark.storm

NAME = "FromKafka"
FIRST = ["one", "two", "three"]


def with_settings(broker, directory):
    """Return the topology with the broker's address, and the files of TLS and of a secret."""
    secrets = directory / "secrets.properties"
    secrets.write_text(f"login={broker.login}\n")
    secure = {
        "security.protocol": "SASL_SSL",
        "ssl.truststore.type": "PKCS12",
        "ssl.truststore.location": str(broker.trusted),
        "ssl.truststore.password": PASSWORD,
        "sasl.mechanism": "PLAIN",
        "config.providers": "file",
        "config.providers.file.class": "org.apache.kafka.common.config.provider.FileConfigProvider",
        "sasl.jaas.config": f"${{file:{secrets}:login}}",
    }
    changed = {}
    for name, declared in declared_in(FromKafka).items():
        if name == "secure":
            changed[name] = declared.replace(bootstrap_servers=broker.secure, properties=secure)
        elif name == "record":
            changed[name] = declared.replace(directory=str(directory))
        else:
            changed[name] = declared.replace(bootstrap_servers=broker.plain)
    return type(NAME, (FromKafka,), changed)


@pytest.fixture(scope="module")
def seen(broker, client, kafka_storm, tmp_path_factory):
    directory = tmp_path_factory.mktemp("records")
    client.create("orders", 2)
    headers = [("a", b"1"), ("a", b"2")]
    client.send("orders", "tea", key="ann", partition=0, timestamp=1_600_000_000_000, headers=headers)
    client.send("orders", None, partition=1)
    for topic in ("first", "failing", "numbers", "raw", "events-a", "other-events", "aborted"):
        client.create(topic)
    client.send("first", *FIRST)
    client.send("failing", "fails once")
    client.send("numbers", struct.pack(">q", -(2**40)), key=b"\xff\x00")
    client.send("aborted", "before")
    client.abort("aborted", *["of no interest"] * 3)
    client.send("raw", b"\xff\x00")
    client.send("events-a", "of a")
    client.send("other-events", "of no interest")
    for group in ("half", "half-too", "half-as-well"):
        client.commit(group, "first", 2)
    kafka_storm.submit(spec_of(with_settings(broker, directory)))
    try:
        yield Coming(directory)
    finally:
        kafka_storm.kill(NAME)


def test_records_arrive_with_the_fields_of_the_default_stream(seen):
    assert sorted(seen.until("plain", 2)) == [["orders", 0, 0, "ann", "tea"], ["orders", 1, 0, None, None]]


def test_the_parts_of_a_record_arrive_under_the_names_that_were_asked_for(seen):
    extra = [["a", "1"], ["a", "2"]]
    assert ["ann", "tea", 1_600_000_000_000, extra] in seen.until("renamed", 2)


def test_numbers_and_bytes_arrive_whole(seen):
    ((_, _, _, key, value),) = seen.until("numbers", 1)
    assert (key.encode("latin-1"), value) == (b"\xff\x00", -(2**40))
    assert seen.until("raw", 1) == [[repr(b"\xff\x00")]]


def test_tls_and_sasl_are_passed_through_with_a_secret_out_of_a_file_of_the_worker(seen):
    assert seen.until("secure", 3) == [[one] for one in FIRST]


def test_a_pattern_takes_topics_that_match_those_that_come_later_too(seen, client):
    assert seen.until("pattern", 1) == [["of a"]]
    client.create("events-b")
    client.send("events-b", "of b")
    assert seen.until("pattern", 2) == [["of a"], ["of b"]]


def test_the_first_poll_begins_where_it_was_told_to(seen, client):
    assert seen.until("committed", 1) == [["three"]]
    assert seen.until("earliest", 3) == [[one] for one in FIRST]
    for group in ("half-as-well", "new"):  # where a spout begins is committed before it emits anything
        until(lambda group=group: client.committed(group, "first"), lambda found: found == {0: 3})
    client.send("first", "four")
    assert seen.until("latest", 1) == [["four"]]
    assert seen.until("new_latest", 1) == [["four"]]
    assert seen.until("committed", 2) == [["three"], ["four"]]


def test_a_failed_record_comes_again_only_where_that_is_guaranteed(seen):
    assert seen.until("again", 2) == [["fails once"], ["fails once"]]
    assert seen.until("once", 1) == [["fails once"]]
    assert seen.until("maybe", 1) == [["fails once"]]


def test_offsets_are_committed_by_each_guarantee(seen, client):
    for group in ("again", "once", "maybe"):
        until(lambda group=group: client.committed(group, "failing"), lambda found: found == {0: 1})
    until(lambda: client.committed("plain", "orders"), lambda found: found == {0: 1, 1: 1})


def test_a_spout_that_commits_before_it_emits_passes_places_without_a_record(seen, client):
    assert seen.until("skipping", 1) == [["before"]]
    until(lambda: client.committed("skipping", "aborted"), lambda found: found == {0: 5})
    client.send("aborted", "after")
    assert seen.until("skipping", 2) == [["before"], ["after"]]
