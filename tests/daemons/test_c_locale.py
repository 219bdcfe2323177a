"""A cluster whose daemons have the C locale, as systemd, cron and containers start them, and text beyond ASCII."""

from __future__ import annotations

import json
import sys

import pytest

from daemons.running import end, make_jar, nimbus_of, wait_until
from topologies.umlauts import COUNT, TEXT, umlauts
from umbrella.dsl import spec_of
from umbrella.storm.cluster import DevCluster, daemons, dev_cluster
from umbrella.storm.nimbus.submit import submit

pytestmark = pytest.mark.storm

# What `umbrella cluster up` does about the locale is taken away: the daemons are somebody else's.
WITHOUT_UTF_8 = {"worker.childopts": "-Xmx128m", "topology.worker.logwriter.childopts": "-Xmx64m"}


@pytest.fixture
def c_locale(storm_jars, tmp_path, monkeypatch):
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setattr(daemons, "UTF_8", ())
    monkeypatch.setattr(dev_cluster, "utf_8_locale", dict)
    cluster = DevCluster.up(tmp_path / "cluster", slots=4, drpc=False, conf=WITHOUT_UTF_8, distribution=storm_jars)
    try:
        yield cluster
    finally:
        cluster.down()


def test_names_settings_variables_files_and_values_arrive_whole(c_locale, tmp_path):
    records = {shell: tmp_path / shell for shell in ("umbrella", "stock")}
    with nimbus_of(c_locale) as client:
        for shell, folder in records.items():
            folder.mkdir()
            topology = umlauts(str(folder), shell)
            spec = spec_of(topology)._replace(name=shell, python=sys.executable)
            submit(client, spec, make_jar(topology, "topologies.umlauts", tmp_path))
        for folder in records.values():
            wait_until(lambda folder=folder: len(list(folder.glob("*.json"))) == COUNT)
        for shell in records:
            end(client, shell)
    for shell, folder in records.items():
        for file in folder.glob("*.json"):
            *settings, variable, path, value, unit, data = json.loads(file.read_text())
            assert settings == [TEXT, TEXT, {"ö": ["ä"]}]
            assert (value, unit, data) == (TEXT, "m²", "Häuser\n")
            assert variable == (TEXT if shell == "umbrella" else None)
            assert path.endswith(":/größe") == (shell == "umbrella")
    logs = "".join(one.read_text("utf-8") for one in c_locale.worker_logs.glob("umbrella-*/*/worker.log"))
    escaped = TEXT.encode("utf-16-be").hex(" ", 2).split()
    escaped = "".join(chr(int(one, 16)) if int(one, 16) < 128 else f"\\u{one}" for one in escaped)
    assert f"logged {escaped}" in logs
    assert f"printed {escaped}" in logs
