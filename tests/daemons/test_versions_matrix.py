"""Figure F25: each Storm that Umbrella names, with the oldest and the newest Python of this machine. Only in soaks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import SOAK

from daemons.family import family_of
from daemons.oracle import Oracle
from daemons.pythons import oldest_and_newest
from daemons.running import placed, submitted, told_of_spout, wait_until
from forms import FORMS, JSON, STOCK
from topologies.counted import counted_in
from umbrella.storm.cluster import DevCluster
from umbrella.storm.distribution import KNOWN_VERSIONS, Distribution, fetch

pytestmark = [pytest.mark.storm, pytest.mark.skipif(not SOAK, reason="only in scripts/soak: it fetches three Storms")]

COUNT = 10_000


@pytest.fixture(scope="module", params=KNOWN_VERSIONS)
def cluster(
    request: pytest.FixtureRequest, storm_jars: Distribution, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DevCluster]:
    """A cluster of each version."""
    storm = fetch(request.param, print)
    cluster = DevCluster.up(tmp_path_factory.mktemp("cluster"), slots=2, distribution=storm)
    try:
        yield cluster
    finally:
        cluster.down()
    assert not cluster.processes()


@pytest.mark.parametrize("form", [STOCK, JSON])
@pytest.mark.parametrize("python", oldest_and_newest() if SOAK else [], ids=str)
def test_every_tuple_is_stored_once_and_nothing_is_left_after_the_kill(cluster, python, form, tmp_path: Path, figure):
    records = tmp_path / "records"
    records.mkdir()
    oracle = Oracle(records)
    oracle.feed(COUNT)
    oracle.finish()
    topology = counted_in(records, message_timeout_secs=120, python=str(python.path), extra=FORMS[form])
    with submitted(cluster, topology, "topologies.counted", tmp_path) as client:
        assert {one.version for one in client.cluster().supervisors} == {cluster.storm_version}
        oracle.settle()
        told = (COUNT, COUNT, 0)
        oracle.until(lambda: told_of_spout(client, topology, "source") == told, "Storm's own figures say so too")
        assert len(set(placed(client, topology)["store"].values())) == 2
        interpreters = {one.exe() for one in family_of(cluster) if "-mumbrella.multilang" in one.cmdline()}
        assert interpreters == {str(python.path.resolve())}
    assert (oracle.duplicates, oracle.openings) == (0, 1)
    wait_until(lambda: not family_of(cluster))
    figure(
        f"F25 | Storm {cluster.storm_version}, Python {python}, {form}",
        f"{COUNT:,} tuples over 2 workers: emitted = acked, lost 0, duplicates 0; killed, 0 processes left",
    )
