"""A cluster whose daemons have the C locale, as systemd, cron and containers start them, and text beyond ASCII."""

from __future__ import annotations

import json
import sys

import pytest

from daemons.running import end, make_jar, nimbus_of, wait_until
from topologies.umlauts import COUNT, TEXT, umlauts
from umbrella.compile.lower import lower
from umbrella.dsl import spec_of
from umbrella.storm.cluster import DevCluster, daemons, dev_cluster
from umbrella.storm.nimbus.submit import submit

pytestmark = pytest.mark.storm

# What `umbrella cluster up` does about the locale is taken away: the daemons are somebody else's.
SMALL = "-Xmx128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1"
WITHOUT_UTF_8 = {"worker.childopts": SMALL, "topology.worker.logwriter.childopts": SMALL}
MODULE = "topologies.umlauts"


@pytest.fixture
def c_locale(storm_jars, tmp_path, monkeypatch):
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setattr(daemons, "UTF_8", ())
    monkeypatch.setattr(dev_cluster, "utf_8_locale", dict)
    cluster = DevCluster.up(tmp_path / "cluster", slots=2, drpc=False, conf=WITHOUT_UTF_8, distribution=storm_jars)
    try:
        yield cluster
    finally:
        cluster.down()


def test_names_settings_variables_files_and_values_arrive_whole(c_locale, tmp_path):
    records = tmp_path / "Größen ☂"
    records.mkdir()
    topology = umlauts(str(records))
    with nimbus_of(c_locale) as client:
        submit(client, lower(spec_of(topology)._replace(python=sys.executable)), make_jar(topology, MODULE, tmp_path))
        wait_until(lambda: len(list(records.glob("*.json"))) == 2 * COUNT)
        end(client, topology.__name__)
    for file in records.glob("*.json"):
        *settings, variable, path, value, unit, data = json.loads(file.read_text())
        assert settings == [TEXT, TEXT, {"ö": ["ä"]}]
        assert (value, unit, data) == (TEXT, "m²", "Häuser\n")
        stock = file.name.startswith("zähler_ohne ")
        assert variable == (None if stock else TEXT)
        assert path.endswith(":/größe") != stock
    logs = "".join(one.read_text("utf-8") for one in c_locale.worker_logs.glob("*/*/worker.log"))
    escaped = TEXT.encode("utf-16-be").hex(" ", 2).split()
    escaped = "".join(chr(int(one, 16)) if int(one, 16) < 128 else f"\\u{one}" for one in escaped)
    assert f"logged {escaped}" in logs
    assert f"printed {escaped}" in logs
