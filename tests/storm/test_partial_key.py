"""The Java class behind PartialKeyGrouping, made and asked by Storm's own code."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.storm

TASKS = range(2, 10)


@pytest.fixture(scope="module")
def chosen(storm_cluster):
    """A function from a tuple of the stream (time, ip, path) to the task that Storm picks; keyed on ip and path."""
    java = storm_cluster.jvm.classes
    daemon, generated = java.org.apache.storm.daemon, java.org.apache.storm.generated
    fields = java.org.apache.storm.tuple.Fields(["time", "ip", "path"])
    arguments = [generated.JavaObjectArg.string_arg("ip\npath")]
    grouping = generated.Grouping.custom_object(generated.JavaObject("umbrella.storm.PartialKey", arguments))
    outputs = {"source": {"default": fields}}
    context = java.org.apache.storm.task.WorkerTopologyContext(
        generated.StormTopology(), {}, {}, {}, outputs, "id", None, None, 6700, [], {}, {}
    )
    grouper = daemon.GrouperFactory.mkGrouper(context, "source", "default", fields, grouping, list(TASKS), {})
    return lambda *values: grouper.chooseTasks(1, list(values))[0]


@pytest.mark.parametrize("key", [("10.0.0.1", "/a"), ("10.0.0.1", "/b"), (None, "/a"), (None, None)])
def test_a_key_of_two_fields_is_shared_by_two_tasks(chosen, key):
    tasks = {chosen(time, *key) for time in range(40)}
    assert len(tasks) == 2
    assert tasks <= set(TASKS)


def test_each_of_the_fields_counts(chosen):
    by_ip = {chosen(0, f"10.0.0.{n}", "/a") for n in range(200)}
    by_path = {chosen(0, "10.0.0.1", f"/{n}") for n in range(200)}
    assert by_ip == by_path == set(TASKS)
