from __future__ import annotations

import json
from types import MappingProxyType
from typing import Any

import pytest

from tests.compile import specs
from umbrella.compile.conf import KRYO_CLASSES, component_conf, json_text, plain, topology_conf
from umbrella.process import ENV
from umbrella.spec import ComponentSpec, JvmCode, PythonCode, TopologySpec
from umbrella.version import VERSION

KRYO = "topology.kryo.register"


def conf_with(**config: Any) -> dict[str, Any]:
    """Return the topology conf for a user's config, whose keys are given with underscores for dots."""
    given = {key.replace("_", "."): value for key, value in config.items()}
    return topology_conf(TopologySpec("name", "module:Class", (), given))


def test_topology_conf_has_what_every_topology_needs() -> None:
    assert topology_conf(TopologySpec("name", "module:Class", ())) == {
        "topology.kryo.register": [
            "org.apache.storm.shade.net.minidev.json.JSONArray",
            "org.apache.storm.shade.net.minidev.json.JSONObject",
            "java.math.BigDecimal",
            "java.util.LinkedHashMap",
        ],
        "topology.skip.missing.kryo.registrations": True,
        "topology.max.spout.pending": 1000,
        "umbrella.topology": "module:Class",
        "umbrella.version": VERSION,
    }


@pytest.mark.parametrize("value", [None, 5])
def test_max_spout_pending_of_the_user_stays(value: int | None) -> None:
    assert conf_with(topology_max_spout_pending=value)["topology.max.spout.pending"] == value


def test_registrations_may_be_made_strict_by_the_user() -> None:
    conf = conf_with(topology_skip_missing_kryo_registrations=False)
    assert conf["topology.skip.missing.kryo.registrations"] is False


def test_other_config_stays_as_it_is() -> None:
    assert conf_with(topology_workers=2, my_own=[1, {"a": None}])["my.own"] == [1, {"a": None}]


@pytest.mark.parametrize(
    ("given", "first"),
    [
        (["a.B"], ["a.B"]),
        ([{"a.B": "a.BSerializer"}, "a.C"], [{"a.B": "a.BSerializer"}, "a.C"]),
        (("a.B",), ["a.B"]),
        ("a.B", ["a.B"]),
        (None, []),
        ({"a.B": "a.BSerializer", "a.C": None}, [{"a.B": "a.BSerializer"}, "a.C"]),
    ],
)
def test_registrations_of_the_user_come_before_ours(given: Any, first: list[Any]) -> None:
    assert conf_with(topology_kryo_register=given)[KRYO] == [*first, *KRYO_CLASSES]


@pytest.mark.parametrize("given", ["java.math.BigDecimal", {"java.math.BigDecimal": "a.Serializer"}])
def test_class_that_the_user_registers_is_not_registered_twice(given: Any) -> None:
    registered = conf_with(topology_kryo_register=[given])[KRYO]
    assert registered == [given, *(name for name in KRYO_CLASSES if name != "java.math.BigDecimal")]


def test_config_of_the_spec_is_not_changed() -> None:
    config = {KRYO: ["a.B"]}
    conf = topology_conf(TopologySpec("name", "module:Class", (), config))
    conf["more"] = 1
    assert config == {KRYO: ["a.B"]}


def test_python_component_is_told_what_to_run_and_with_which_options() -> None:
    code = PythonCode("pkg.mod", "Outer.Inner", {"window": 60, "names": ("\u00e9", "b"), "a": None})
    component = ComponentSpec("count", "bolt", code, tasks=4, config={"topology.debug": True})
    assert component_conf(component) == {
        "topology.debug": True,
        "topology.tasks": 4,
        "umbrella.component": "pkg.mod:Outer.Inner",
        "umbrella.options": '{"a":null,"names":["\\u00e9","b"],"window":60}',
    }


def test_settings_beyond_ascii_come_once_more_in_ascii_to_python_components():
    settings = {"a.text": "x", "b.text": "\u00fc", "\u00e4.key": {"y": ["\U0001f600"]}, ENV: {"X": "\u00fc"}}
    topology = TopologySpec("t", "m:T", (), settings)
    component = ComponentSpec("count", "bolt", PythonCode("m", "C"), config={"b.text": "own \u00e9"})
    (text,) = component_conf(component, topology)["umbrella.beyond.ascii"].splitlines()
    assert text.isascii()
    assert json.loads(text) == {"b.text": "own \u00e9", "\u00e4.key": {"y": ["\U0001f600"]}}
    in_java = component._replace(code=JvmCode("a.B"))
    assert "umbrella.beyond.ascii" not in component_conf(in_java, topology)


def test_component_without_tasks_leaves_them_to_storm() -> None:
    assert component_conf(ComponentSpec("count", "bolt", PythonCode("m", "C"))) == {
        "umbrella.component": "m:C",
        "umbrella.options": "{}",
    }


def test_java_component_gets_its_config_and_tasks_only() -> None:
    component = ComponentSpec("out", "bolt", JvmCode("a.B", (1,)), tasks=2, config={"my.key": "x"})
    assert component_conf(component) == {"my.key": "x", "topology.tasks": 2}


def test_json_text_is_the_same_for_any_order_of_keys() -> None:
    assert json_text({"b": {"y": 1, "x": 2}, "a": 0}) == json_text({"a": 0, "b": {"x": 2, "y": 1}})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1: 2}, {1}, b"x", object()])
def test_json_text_refuses_what_is_not_json(value: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        json_text({"key": value})


def test_plain_copies_read_only_values_at_any_depth() -> None:
    frozen = MappingProxyType({"a": (1, MappingProxyType({"b": ()}))})
    assert plain(frozen) == {"a": [1, {"b": []}]}


@pytest.mark.parametrize("name", specs.ALL_SPECS)
def test_every_conf_is_json(name: str) -> None:
    spec = specs.ALL_SPECS[name]()
    for conf in [topology_conf(spec), *map(component_conf, spec.components)]:
        assert json.loads(json_text(conf)) == conf
