"""docs/settings.md names every setting, and its example is one."""

from __future__ import annotations

import re
from pathlib import Path

from umbrella.settings import read_settings
from umbrella.settings.keys import CLUSTER_KEYS

DOC = (Path(__file__).parents[2] / "docs/settings.md").read_text("utf-8")


def test_every_setting_is_in_the_table():
    rows = dict(re.findall(r"^\| `([^`]+)` \|(.*)", DOC, re.MULTILINE))
    for key in CLUSTER_KEYS:
        assert key.text in rows[key.name]


def test_the_example_can_be_read(tmp_path):
    (example,) = re.findall(r"^```\n(.*?)^```", DOC, re.DOTALL | re.MULTILINE)
    (tmp_path / "umbrella.toml").write_text(example)
    settings = read_settings({}, "production", tmp_path, {})
    assert settings.nimbus().seeds == ("storm1", "storm2")
    assert settings.python() == "/opt/python3.12/bin/python3"
    assert settings.topology_conf() == {
        "topology.workers": 8,
        "topology.max.spout.pending": 500,
        "my.table": "visits",
    }
