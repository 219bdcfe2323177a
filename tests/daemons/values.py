"""Sends values to a bolt on the worker of their spout and to one on another, and compares what arrives."""

from __future__ import annotations

from pathlib import Path

from bare_jvm.test_values import ODD, as_json, can_be_sent, same
from daemons.oracle import PATIENCE
from daemons.running import placed, submitted, wait_until
from forms import FORMS
from topologies.crossing import values_between_workers
from topologies.recording import records
from umbrella.storm.cluster import DevCluster

LEAST_PER_SECOND = 100  # doubles, on a very busy machine


def assert_values_arrive_equal(cluster: DevCluster, folder: Path, doubles: int, form: str) -> int:
    """Send odd values and random doubles over two workers; return how many odd ones there are.

    Args:
        cluster: with two free slots.
        folder: an empty one.
        doubles: how many.
        form: how the Python components are run, of FORMS.
    """
    directory, path = folder / "records", folder / "values"
    directory.mkdir()
    expected = [value for value in ODD if can_be_sent(value, form)]
    path.write_text("".join(ascii(value) + "\n" for value in ODD), "ascii")

    def texts() -> list[list[str]]:
        return [file.read_text("ascii").splitlines() for file in directory.glob("text-*")]

    topology = values_between_workers(path, directory, doubles, FORMS[form])
    with submitted(cluster, topology, "topologies.crossing", folder, "bare_jvm") as client:
        wait_until(lambda: [len(of) for of in texts()] == 2 * [len(expected)], PATIENCE)
        wait_until(lambda: len(records(directory, "told")) == 2, doubles / LEAST_PER_SECOND)
        places = placed(client, topology)
    for bolt, spout in (("texts", "values"), ("compared", "doubles_sent")):
        (at,) = places[spout].values()
        assert sum(port != at for port in places[bolt].values()) == 1, places
    for arrived in texts():
        for value, text in zip(expected, arrived):
            assert same(eval(text), as_json(value)), (ascii(value), text)
    assert [one["values"] for one in records(directory, "told")] == 2 * [[doubles, 0]]
    assert {one["from_task"] for one in records(directory, "told")} == set(places["compared"])
    return len(expected)
