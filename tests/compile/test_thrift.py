from __future__ import annotations

import json

from tests.compile import specs
from umbrella.compile.conf import topology_conf
from umbrella.compile.idl import storm
from umbrella.compile.java_json import jvm_text
from umbrella.compile.lower import lower
from umbrella.compile.thrift import deserialize, serialize, to_thrift
from umbrella.process import ARGUMENTS, DIRECTORY, ENV
from umbrella.spec import TopologySpec


def input_of(spec: TopologySpec, bolt: str, component: str, stream: str = "default") -> object:
    """Return the grouping by which a bolt reads a stream."""
    key = storm.GlobalStreamId(componentId=component, streamId=stream)
    found: object = to_thrift(lower(spec)).bolts[bolt].common.inputs[key]
    return found


def test_stream_ids_are_found_in_a_map_by_their_value() -> None:
    """thriftpy2 made its structs unhashable before 0.7."""
    assert {storm.GlobalStreamId("a", "b"): 1}[storm.GlobalStreamId("a", "b")] == 1


def test_bytes_are_read_back_as_the_same_struct() -> None:
    topology = to_thrift(lower(specs.groupings()))
    assert deserialize(storm.StormTopology, serialize(topology)) == topology


def test_stock_python_component_is_the_command_and_one_argument() -> None:
    shell = to_thrift(lower(specs.stock(specs.groupings()))).spouts["numbers"].spout_object.shell
    assert shell == storm.ShellComponent("/usr/bin/python3", "-mumbrella.multilang")


def test_python_component_is_our_class_with_one_text() -> None:
    made = to_thrift(lower(specs.processes())).bolts["look"].bolt_object.java_object
    assert made.full_class_name == "umbrella.storm.PythonBolt"
    (argument,) = made.args_list
    assert argument.string_arg.isascii()
    assert json.loads(argument.string_arg) == {
        "command": ["/opt/py\u00fe/bin/python3", "-O", "-mumbrella.multilang"],
        "conf": {
            "my.map": {"ref": "x"},
            "my.nothing": None,
            "umbrella.component": "processes:Look",
            "umbrella.options": "{}",
            "umbrella.serializer": "json",
        },
        "directory": "worker",
        "env": {"LANG": "C.UTF-8", "MODE": "slow"},
        "metrics": [],
        "serializer": "json",
        "streams": {},
    }


def test_environment_and_arguments_are_in_the_code_alone() -> None:
    spec = specs.processes()
    assert spec.config.keys() - topology_conf(spec).keys() == {ENV, ARGUMENTS, DIRECTORY}
    for component in to_thrift(lower(spec)).bolts.values():
        assert not {ENV, ARGUMENTS, DIRECTORY} & json.loads(component.common.json_conf).keys()


def test_global_grouping_is_fields_grouping_without_fields() -> None:
    assert input_of(specs.groupings(), "route", "total", "feedback") == storm.Grouping(fields=[])


def test_partial_key_grouping_names_our_class_with_the_fields_in_one_string() -> None:
    expected = storm.JavaObject("umbrella.storm.PartialKey", [storm.JavaObjectArg(string_arg="key\nvalue")])
    assert input_of(specs.groupings(), "route", "numbers") == storm.Grouping(custom_object=expected)


def test_bool_argument_is_no_int() -> None:
    (grouping,) = to_thrift(lower(specs.with_java_argument(True))).bolts["bolt"].common.inputs.values()
    assert grouping.custom_object.args_list == [storm.JavaObjectArg(bool_arg=True)]


def test_java_component_is_our_class_with_one_text() -> None:
    component = specs.jvm().component("requests")
    made = to_thrift(lower(specs.jvm())).spouts["requests"].spout_object.java_object
    assert component is not None
    assert made == storm.JavaObject("umbrella.storm.JvmSpout", [storm.JavaObjectArg(string_arg=jvm_text(component))])


def test_rendering_leaves_the_spec_alone() -> None:
    spec = specs.groupings()
    to_thrift(lower(spec))
    assert spec == specs.groupings()
