"""A consumer that cannot be made: for a name that nobody knows yet the spout waits, and of all else it says why."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest

from kafka.coming import Coming, until

pytestmark = [pytest.mark.storm, pytest.mark.usefixtures("spout_jars")]

CODE = """
import os

from topologies.from_kafka import Values
from topologies.recording import Record
from umbrella import GlobalGrouping, Topology


class Opening(Topology):
    spout = Values(1, bootstrap_servers=os.environ["KAFKA"], topics="opened", group="opened"%s)
    record = Record(1, directory=os.environ["KAFKA_FOLDER"], inputs=[GlobalGrouping(spout)])
"""


@pytest.fixture
def run(tmp_path):
    """Return how to run the topology in a JVM that knows the hosts of a file alone; its output is in a file."""
    hosts = tmp_path / "hosts"
    hosts.write_text(f"127.0.0.1 localhost {socket.gethostname()}\n")
    started = []

    def start(servers, *, options="", seconds):
        (tmp_path / "opening.py").write_text(CODE % options, "utf-8")
        tests = os.path.dirname(os.path.dirname(__file__))
        environment = {
            **os.environ,
            "KAFKA": servers,
            "KAFKA_FOLDER": str(tmp_path),
            "PYTHONPATH": tests,
            "JAVA_TOOL_OPTIONS": f"-Djdk.net.hosts.file={hosts}",
        }
        command = [sys.executable, "-m", "umbrella", "run", "opening.py:Opening", "--time", str(seconds)]
        with (tmp_path / "output").open("wb") as output:
            started.append(subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=output, stderr=output))
        return started[0]

    yield start
    for process in started:
        process.terminate()
        process.wait(60)


def said(folder):
    return (folder / "output").read_text("utf-8")


def test_a_host_that_nobody_knows_is_told_of_and_waited_for(run, broker, client, tmp_path):
    client.create("opened")
    client.send("opened", "at last")
    port = broker.plain.rpartition(":")[2]
    run(f"kafka.invalid:{port}", seconds=300)
    text = f"Kafka's consumer for kafka.invalid:{port} (topics opened) cannot be made; ConfigException: No resolvable"
    until(lambda: said(tmp_path), lambda found: text in found)
    with (tmp_path / "hosts").open("a") as hosts:
        hosts.write("127.0.0.1 kafka.invalid\n")
    assert Coming(tmp_path).until("spout", 1) == [["at last"]]
    assert "died" not in said(tmp_path)


def test_what_the_consumer_refuses_is_in_the_first_line_of_the_error(run, broker, tmp_path):
    process = run(broker.secure, options=', properties={"security.protocol": "SASL_SSL"}', seconds=60)
    assert process.wait(120) != 0
    (line,) = [line for line in said(tmp_path).splitlines() if "spout died: " in line]
    assert f"Kafka's consumer for {broker.secure} (topics opened) cannot be made; IllegalArgumentException: " in line
    assert "Could not find a 'KafkaClient' entry in the JAAS configuration" in line
