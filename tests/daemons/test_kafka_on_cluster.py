"""Records of Kafka on two workers that are killed in midstream: each counted at least once, offsets committed right."""

from __future__ import annotations

import os
import signal
from collections import Counter

import psutil
import pytest
from conftest import SOAK

from daemons.commands import client_of, end_all, umbrella
from daemons.running import wait_until
from topologies.kafka_counted import GROUP, PARTITIONS, TOPIC

pytestmark = pytest.mark.storm

COUNT = 40_000 if SOAK else 4_000
KILLS = 5 if SOAK else 1
PATIENCE = 600 if SOAK else 60  # seconds beyond what is usual
ALL = {(partition, offset) for partition in range(PARTITIONS) for offset in range(COUNT // PARTITIONS)}


@pytest.fixture
def running(daemons, broker, client, tmp_path, monkeypatch):
    """The topology, submitted as a user does, and what it is to read."""
    end_all(daemons)
    client.create(TOPIC, PARTITIONS)
    client.send_numbers(TOPIC, range(COUNT), PARTITIONS)
    monkeypatch.setenv("KAFKA_BROKER", broker.plain)
    monkeypatch.setenv("KAFKA_FOLDER", str(tmp_path))
    target = "topologies/kafka_counted.py:KafkaCounted"
    ended = umbrella("submit", target, "--nimbus", f"localhost:{daemons.nimbus_port}")
    assert ended.code == 0, ended.err
    yield daemons
    end_all(daemons)


def stored(folder):
    """Return how often each record is stored, as (partition, offset)."""
    lines = [line for path in folder.glob("stored-*") for line in path.read_bytes().rpartition(b"\n")[0].splitlines()]
    return Counter(tuple(map(int, line.split())) for line in lines)


def storing(folder):
    """Return the living processes that store."""
    pids = [int(path.name.rpartition("-")[2]) for path in folder.glob("stored-*")]
    return [pid for pid in pids if psutil.pid_exists(pid)]


def assert_committed_is_stored(client, folder):
    committed = client.committed(GROUP, TOPIC)
    seen = stored(folder)
    for partition, offset in committed.items():
        lost = [number for number in range(offset) if (partition, number) not in seen]
        assert not lost, f"partition {partition} is committed up to {offset}, and these are not stored: {lost[:10]}"
    return committed


def test_killed_workers_lose_no_record_of_kafka(running, client, tmp_path, figure):
    for kill in range(KILLS):
        part = COUNT * (kill + 1) // (2 * KILLS + 2)
        wait_until(lambda part=part: len(stored(tmp_path)) > part and len(storing(tmp_path)) == 2, PATIENCE)
        assert len(stored(tmp_path)) < COUNT, "all was read before a worker was killed"
        before = running.workers()
        assert len(before) == 2
        os.kill(before[0], signal.SIGKILL)
        assert_committed_is_stored(client, tmp_path)
        wait_until(lambda gone=before[0]: len(set(running.workers()) - {gone}) == 2, PATIENCE)
    wait_until(lambda: set(stored(tmp_path)) == ALL, PATIENCE)
    wait_until(lambda: set(client.committed(GROUP, TOPIC).values()) == {COUNT // PARTITIONS})
    assert len(assert_committed_is_stored(client, tmp_path)) == PARTITIONS
    with client_of(running) as nimbus:
        errors = nimbus.info(nimbus.topology_id("KafkaCounted")).errors or {}
    assert not errors.get("numbers"), errors
    told = f"0 of {COUNT:,}; {sum(stored(tmp_path).values()) - COUNT:,} stored more than once"
    figure(f"Kafka | records lost by {KILLS} kills of one of 2 workers", told)
