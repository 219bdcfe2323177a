"""Records that fail in several tasks of one JVM: each comes again, and all are committed in the end."""

from __future__ import annotations

from collections import Counter

import pytest

from kafka.coming import Coming, until
from topologies.from_kafka import FromTasks
from umbrella.dsl import spec_of
from umbrella.dsl.topology import declared_in

pytestmark = pytest.mark.storm

COUNT, PARTITIONS = 4_000, 4


@pytest.fixture
def coming(broker, client, kafka_storm, tmp_path):
    client.create("tasks", PARTITIONS)
    client.send_numbers("tasks", range(COUNT), PARTITIONS)
    declared = declared_in(FromTasks)
    changed = {
        "numbers": declared["numbers"].replace(bootstrap_servers=broker.plain),
        "record": declared["record"].replace(directory=str(tmp_path)),
    }
    kafka_storm.submit(spec_of(type("FromTasks", (FromTasks,), changed)))
    try:
        yield Coming(tmp_path)
    finally:
        kafka_storm.kill("FromTasks")


def test_records_that_fail_come_again_whatever_other_tasks_do(coming, client):
    ends = dict.fromkeys(range(PARTITIONS), COUNT // PARTITIONS)
    until(lambda: client.committed("tasks", "tasks"), lambda found: found == ends)
    times = Counter(int(value) for (value,) in coming["numbers"])
    assert times.keys() == set(range(COUNT))
    assert min(times.values()) > 1
