"""The table of settings is Storm's own."""

from __future__ import annotations

import pytest

from umbrella.dsl.config_keys import KINDS

pytestmark = pytest.mark.storm


def test_every_topology_setting_of_storms_config_is_in_the_table_and_no_other(storm_cluster):
    java = storm_cluster.jvm.classes.java.lang
    fields = java.Class.forName("org.apache.storm.Config").getFields()
    string = java.Class.forName("java.lang.String")
    values = [field.get(None) for field in fields if field.getType().equals(string)]
    assert {value for value in values if value.startswith("topology.")} == set(KINDS)
