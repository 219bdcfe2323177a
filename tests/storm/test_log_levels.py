"""Which loggers of the workers a name of the command line means; tests/daemons/test_operations.py sets them."""

from __future__ import annotations

import pytest

from topologies.outspoken import Quiet
from umbrella import Topology
from umbrella.compile.lower import lower
from umbrella.compile.thrift import to_thrift
from umbrella.dsl import spec_of
from umbrella.errors import SettingsError
from umbrella.storm.operations.log_levels import meant, read_level


class StockQuiet(Quiet):
    class Config:
        shell = "stock"


def objects(topology: type[Topology]):
    return {name: one.bolt_object for name, one in to_thrift(lower(spec_of(topology))).bolts.items()}


@pytest.mark.parametrize(
    ("text", "logger"),
    [
        ("says=debug:60", "umbrella.component.says"),
        ("ROOT=WARN", "ROOT"),
        ("org.apache.storm.task.ShellBolt=OFF", "org.apache.storm.task.ShellBolt"),
    ],
)
def test_a_components_name_means_the_level_of_its_python(text, logger):
    assert meant(read_level(text), objects(Quiet)).java_name == logger


def test_a_component_of_storms_own_shell_is_refused_with_the_loggers_that_do_it():
    with pytest.raises(SettingsError) as caught:
        meant(read_level("says=DEBUG"), objects(StockQuiet))
    text = str(caught.value)
    assert "only the log level of a Python component can be changed, run by umbrella.shell = umbrella" in text
    assert "org.apache.storm.task.ShellBolt and org.apache.storm.spout.ShellSpout" in text
