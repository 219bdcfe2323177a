"""A tick tuple for every bolt of a DRPC topology, on the embedded Storm."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from topologies.served import Ticked
from umbrella import DRPCClient
from umbrella.dsl import spec_of

pytestmark = pytest.mark.storm


@pytest.fixture
def client(storm_cluster) -> Iterator[DRPCClient]:
    port = storm_cluster.serve_drpc()
    storm_cluster.submit(spec_of(Ticked))
    with DRPCClient("127.0.0.1", port=port, timeout_seconds=60) as client:
        yield client
    storm_cluster.kill("Ticked")
    storm_cluster.wait_for_end(storm_cluster.children())


def test_a_tick_for_every_bolt_is_no_answer(storm_cluster, client):
    texts: list[str] = []
    with storm_cluster.log.heard_by(lambda event: texts.append(event.text)):
        deadline = time.monotonic() + 60
        while int(client.execute("ticks")) < 3:
            assert time.monotonic() < deadline, "no third tick within 60 s"
            time.sleep(0.1)
    assert not [text for text in texts if "answers" in text or "ClassCastException" in text]
