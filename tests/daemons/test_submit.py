"""``umbrella submit`` to a real cluster: what it does, and how it refuses."""

from __future__ import annotations

import json
import re

import pytest

from daemons.commands import TESTS, client_of, end_all, listed, patiently, umbrella
from topologies import submitted
from umbrella.compile.jar import build_jar, collect_sources
from umbrella.compile.lower import lower
from umbrella.dsl.to_spec import spec_of
from umbrella.errors import TooLargeError
from umbrella.storm.cluster import DevCluster
from umbrella.storm.nimbus.payload import make_payload
from umbrella.storm.nimbus.submit import SubmitOptions, new_submit_id, submit as submit_spec

pytestmark = pytest.mark.storm

SMALL = "topologies/submitted.py:Small"
LARGE = "topologies/submitted.py:Large"
FAILING = "topologies/submitted.py:Failing"


@pytest.fixture
def running(daemons: DevCluster):
    """A cluster with workers, without a topology before and after."""
    end_all(daemons)
    yield daemons
    end_all(daemons)


@pytest.fixture
def cluster(lone_nimbus: DevCluster):
    """A cluster that takes topologies and starts none, so that tests are quick."""
    lone_nimbus.start("nimbus")
    end_all(lone_nimbus)
    return lone_nimbus


def submit(cluster: DevCluster, *arguments: object):
    return umbrella("submit", *arguments, "--nimbus", f"localhost:{cluster.nimbus_port}")


def acked(cluster: DevCluster, name: str) -> int:
    """Return how many tuples of its spouts have been processed in full."""
    with client_of(cluster) as client:
        page = client.page(client.topology_id(name))
        return sum(one.common_stats.acked or 0 for one in page.id_to_spout_agg_stats.values())


def test_a_topology_is_submitted_and_processes_tuples(running):
    ended = submit(running, SMALL, "--wait", "--json")
    assert ended.code == 0, ended.err
    (one,) = listed(running, "Small")
    told = json.loads(ended.out)
    assert told["topology_id"] == one.id
    assert "5 of 5 executors are up" in ended.err
    with client_of(running) as client:
        conf = client.conf(one.id)
    assert conf["umbrella.submit.id"] == told["submit_id"]
    assert conf["topology.max.spout.pending"] == 10
    assert patiently(lambda: acked(running, "Small")) > 0


def test_a_jar_is_submitted_without_its_sources_under_another_name_with_settings_and_inactive(cluster, tmp_path):
    jar = tmp_path / "small.jar"
    assert umbrella("jar", SMALL, "-o", jar).code == 0
    ended = submit(cluster, jar, "--name", "Other", "-o", "topology.workers=2", "--inactive")
    assert ended.code == 0, ended.err
    (one,) = listed(cluster, "Other")
    assert one.status == "INACTIVE"
    assert f"submitted Other as {one.id}" in ended.out
    with client_of(cluster) as client:
        assert client.conf(one.id)["topology.workers"] == 2
        assert set(client.topology(one.id).bolts) == {"twice", "sink"}
    assert not listed_now(cluster, "Small")


def listed_now(cluster: DevCluster, name: str) -> list:
    with client_of(cluster) as client:
        return [one for one in client.topologies() if one.name == name]


def test_a_name_in_use_is_refused_and_the_topology_there_left_alone(cluster):
    assert submit(cluster, SMALL, "--inactive").code == 0
    (before,) = listed(cluster, "Small")
    ended = submit(cluster, SMALL)
    assert ended.code == 4
    assert f"there is a topology 'Small' already; given: {before.id}, INACTIVE" in ended.err
    assert "--name" in ended.err
    assert "--replace" in ended.err
    assert "uploading" not in ended.err
    (after,) = listed(cluster, "Small")
    assert (after.id, after.status) == (before.id, "INACTIVE")


def test_replace_uploads_first_then_ends_the_old_one_with_its_wait_time_then_submits(cluster):
    assert submit(cluster, SMALL, "--inactive").code == 0
    (old,) = listed(cluster, "Small")
    ended = submit(cluster, SMALL, "--replace", "--json")
    assert ended.code == 0, ended.err
    (new,) = listed(cluster, "Small")
    assert new.id != old.id
    assert json.loads(ended.out) == {**json.loads(ended.out), "topology_id": new.id, "replaced": old.id}
    steps = ["uploading", f"ending {old.id}: its spouts rest for 3 s first", "submitting Small"]
    places = [ended.err.index(step) for step in steps]
    assert places == sorted(places)


def test_replace_without_anything_to_replace_submits(cluster):
    ended = submit(cluster, SMALL, "--replace", "--inactive", "--json")
    assert ended.code == 0, ended.err
    assert json.loads(ended.out)["replaced"] == ""


def test_a_replacement_that_nimbus_refuses_says_that_the_old_one_is_gone(cluster):
    assert submit(cluster, SMALL, "--inactive").code == 0
    (old,) = listed(cluster, "Small")
    ended = submit(cluster, SMALL, "--replace", "--replace-wait", "1", "-s", "topology.priority=-1")
    assert ended.code == 4
    assert f"ending {old.id}: its spouts rest for 1 s first" in ended.err
    assert f"topology 'Small' ({old.id}) has ended, and the new one was not submitted" in ended.err
    assert "TOPOLOGY_PRIORITY must be a Positive Number" in ended.err
    assert "run: umbrella submit topologies/submitted.py:Small --replace" in ended.err
    assert not listed_now(cluster, "Small")


def test_what_nimbus_refuses_is_told_in_its_words(cluster):
    ended = submit(cluster, SMALL, "-o", "topology.priority=-1")
    assert ended.code == 2
    assert "Nimbus refuses the topology: Field TOPOLOGY_PRIORITY must be a Positive Number" in ended.err
    assert not listed_now(cluster, "Small")


def test_a_topology_larger_than_nimbus_takes_is_refused_with_its_largest_part_before_anything_is_sent(cluster):
    ended = submit(cluster, LARGE)
    assert ended.code == 2
    assert "and Nimbus takes 1,048,576 in one message" in ended.err
    assert re.search(r"given: component 'sink' \(of that its options and settings: 1,100,0\d\d bytes\)", ended.err)
    assert "uploading" not in ended.err


def test_the_longest_message_that_is_let_through_is_one_that_nimbus_answers(cluster, tmp_path):
    spec = spec_of(submitted.Small)
    size = make_payload(lower(spec), new_submit_id()).size()
    with client_of(cluster) as client:
        limit = client.frame_limit()
        note = "x" * (limit - size - len('"my.note":"",'))
        fits = spec._replace(config={**spec.config, "my.note": note})
        jar = build_jar(fits, collect_sources("topologies", TESTS), tmp_path / "small.jar").path
        assert make_payload(lower(fits), new_submit_id()).size() == limit
        submit_spec(client, lower(fits), jar, SubmitOptions(active=False))
    assert len(listed(cluster, "Small")) == 1
    with client_of(cluster) as client, pytest.raises(TooLargeError, match="the topology's configuration: 1,0"):
        submit_spec(client, lower(fits._replace(config={**spec.config, "my.note": note + "x"})), jar)


def test_wait_fails_with_the_python_traceback_of_a_component_that_cannot_start(running):
    ended = submit(running, FAILING, "--wait")
    assert ended.code == 1
    assert 'raise ConnectionError("the database is away")' in ended.err
    assert "ConnectionError: the database is away" in ended.err
    assert "unconnected on localhost:" in ended.err
    assert "\tat org.apache.storm" not in ended.err
    assert len(listed(running, "Failing")) == 1


def test_dry_run_says_what_would_be_done_and_changes_nothing(cluster):
    ended = submit(cluster, SMALL, "--dry-run", "--json")
    assert ended.code == 0, ended.err
    told = json.loads(ended.out)
    assert told["name"] == "Small"
    assert told["replaces"] == ""
    assert told["message_limit"] == 1024 * 1024
    assert told["jar_bytes"] > 100_000
    assert not listed_now(cluster, "Small")

    assert submit(cluster, SMALL, "--inactive").code == 0
    (one,) = listed(cluster, "Small")
    assert submit(cluster, SMALL, "--dry-run").code == 4
    ended = submit(cluster, SMALL, "--dry-run", "--replace")
    assert ended.code == 0, ended.err
    assert f"would end {one.id} first" in ended.out
    assert "nothing was changed" in ended.out
    assert [one.id] == [other.id for other in listed(cluster, "Small")]


def test_a_submit_is_gone_on_with_by_its_id(cluster):
    first = json.loads(submit(cluster, SMALL, "--inactive", "--json").out)
    again = submit(cluster, SMALL, "--inactive", "--json", "--submit-id", first["submit_id"])
    assert again.code == 0, again.err
    assert json.loads(again.out)["topology_id"] == first["topology_id"]
    assert len(listed(cluster, "Small")) == 1
    other = submit(cluster, SMALL, "--submit-id", "another")
    assert other.code == 4
    assert "there is a topology 'Small' already" in other.err
