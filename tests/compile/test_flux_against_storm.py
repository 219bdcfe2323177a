"""Our YAML, parsed and built by the real Flux, against what we submit over Thrift."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from py4j.protocol import Py4JJavaError

from tests.compile import specs
from umbrella.compile.conf import topology_conf
from umbrella.compile.flux import to_flux, to_flux_yaml
from umbrella.compile.idl import storm
from umbrella.compile.lower import lower
from umbrella.compile.thrift import deserialize, serialize, to_thrift
from umbrella.process import OURS, SHELL, STOCK
from umbrella.spec import DEFAULT_STREAM, ComponentSpec, InputSpec, PythonCode, StreamSpec, TopologySpec

pytestmark = pytest.mark.storm


class RealFlux:
    """Flux in a JVM: builds a topology and reads it back with our own structs."""

    def __init__(self, jvm: Any, folder: Path) -> None:
        self._jvm = jvm
        self._file = folder / "topology.yaml"

    def parse(self, text: str) -> Any:
        self._file.write_bytes(text.encode("ascii"))
        # No properties and no environment: what `storm jar ... Flux` gives without --filter and --env-filter.
        return self._jvm.org.apache.storm.flux.parser.FluxParser.parseFile(str(self._file), False, True, None, False)

    def build(self, text: str) -> Any:
        definition = self.parse(text)
        conf = self._jvm.org.apache.storm.flux.FluxBuilder.buildConfig(definition)
        context = self._jvm.org.apache.storm.flux.model.ExecutionContext(definition, conf)
        topology = self._jvm.org.apache.storm.flux.FluxBuilder.buildTopology(context)
        return deserialize(storm.StormTopology, bytes(self._jvm.org.apache.storm.utils.Utils.thriftSerialize(topology)))

    def conf(self, text: str) -> Any:
        conf = self._jvm.org.apache.storm.flux.FluxBuilder.buildConfig(self.parse(text))
        return json.loads(self._jvm.org.apache.storm.shade.net.minidev.json.JSONValue.toJSONString(conf))

    def made_by_worker(self, java_object: Any) -> bytes:
        """Return the serialized form of what a worker makes out of a JavaObject of ours."""
        storm_package = self._jvm.org.apache.storm
        loaded = self._jvm.java.lang.Class.forName("org.apache.storm.generated.JavaObject")
        theirs = storm_package.utils.Utils.thriftDeserialize(loaded, serialize(java_object))
        return bytes(storm_package.utils.Utils.javaSerialize(storm_package.Thrift.instantiateJavaObject(theirs)))

    def java_object(self, data: bytes) -> Any:
        loaded = self._jvm.java.lang.Class.forName("java.io.Serializable")
        return self._jvm.org.apache.storm.utils.Utils.javaDeserialize(data, loaded)

    def command(self, data: bytes, declared_by: str) -> list[str]:
        """Return the command line inside a serialized ShellBolt or ShellSpout."""
        field = self._jvm.java.lang.Class.forName(declared_by).getDeclaredField("command")
        field.setAccessible(True)
        return list(field.get(self.java_object(data)))


@pytest.fixture
def flux(storm_jvm: Any, tmp_path: Path) -> RealFlux:
    return RealFlux(storm_jvm, tmp_path)


@pytest.fixture(params=specs.ALL_SPECS)
def spec(request: pytest.FixtureRequest) -> TopologySpec:
    made: TopologySpec = specs.ALL_SPECS[request.param]()
    return made


@pytest.fixture(params=[OURS, STOCK])
def shell(request: pytest.FixtureRequest) -> str:
    named: str = request.param
    return named


def commons(topology: Any) -> dict[str, Any]:
    """Return the common part of every component by its name."""
    vertices = {**topology.spouts, **topology.bolts}
    return {name: vertex.common for name, vertex in vertices.items()}


def test_flux_reads_the_conf_we_submit(flux: RealFlux, spec: TopologySpec) -> None:
    assert flux.conf(to_flux_yaml(lower(spec))) == topology_conf(spec)


def test_flux_builds_the_same_components(flux: RealFlux, spec: TopologySpec) -> None:
    built, ours = flux.build(to_flux_yaml(lower(spec))), to_thrift(lower(spec))
    assert built.spouts.keys() == ours.spouts.keys()
    assert built.bolts.keys() == ours.bolts.keys()
    for name, common in commons(ours).items():
        assert commons(built)[name].parallelism_hint == common.parallelism_hint
        # Without any conf Flux leaves the text out; Storm reads that as the empty one (StormCommon.componentConf).
        assert json.loads(commons(built)[name].json_conf or "{}") == json.loads(common.json_conf)


def test_flux_declares_the_same_streams(flux: RealFlux, spec: TopologySpec) -> None:
    built, ours = commons(flux.build(to_flux_yaml(lower(spec)))), commons(to_thrift(lower(spec)))
    for name, common in ours.items():
        fields = {stream: info.output_fields for stream, info in common.streams.items()}
        assert {stream: info.output_fields for stream, info in built[name].streams.items()} == fields
        component = spec.component(name)
        assert component is not None
        direct = {stream for stream, info in common.streams.items() if info.direct}
        if spec.config.get(SHELL) == STOCK and isinstance(component.code, PythonCode):
            direct = set()  # Flux's own wrappers of Storm's shell components know no direct streams
        assert {stream for stream, info in built[name].streams.items() if info.direct} == direct


def test_flux_wires_the_same_inputs(flux: RealFlux, spec: TopologySpec) -> None:
    built, ours = commons(flux.build(to_flux_yaml(lower(spec)))), commons(to_thrift(lower(spec)))
    for name, common in ours.items():
        assert built[name].inputs.keys() == common.inputs.keys()
        for stream, grouping in common.inputs.items():
            assert_same_grouping(flux, built[name].inputs[stream], grouping)


def assert_same_grouping(flux: RealFlux, built: Any, ours: Any) -> None:
    """Flux makes a custom grouping and serializes it; a worker makes ours. All others are equal structs."""
    if ours.custom_object is None:
        assert built == ours
    else:
        assert bytes(built.custom_serialized) == flux.made_by_worker(ours.custom_object)


def test_flux_starts_the_same_command(flux: RealFlux, spec: TopologySpec) -> None:
    built, ours = flux.build(to_flux_yaml(lower(spec))), to_thrift(lower(spec))
    for component in spec.components:
        if isinstance(component.code, PythonCode):
            code, expected = (code_of(topology, component) for topology in (built, ours))
            if expected.shell is None:
                assert bytes(code.serialized_java) == flux.made_by_worker(expected.java_object)
            else:
                base = {"spout": "org.apache.storm.spout.ShellSpout", "bolt": "org.apache.storm.task.ShellBolt"}
                command = flux.command(code.serialized_java, base[component.kind])
                assert command == [spec.python, "-mumbrella.multilang"]


def code_of(topology: Any, component: ComponentSpec) -> Any:
    if component.kind == "spout":
        return topology.spouts[component.name].spout_object
    return topology.bolts[component.name].bolt_object


def test_flux_and_a_worker_make_the_same_java_component(flux: RealFlux) -> None:
    spec = specs.jvm()
    built, ours = flux.build(to_flux_yaml(lower(spec))), to_thrift(lower(spec))
    for name, bolt in ours.bolts.items():
        if bolt.bolt_object.java_object is not None:
            assert bytes(built.bolts[name].bolt_object.serialized_java) == flux.made_by_worker(
                bolt.bolt_object.java_object
            )


@pytest.mark.parametrize(
    "text",
    [
        "${HOME}",
        "a ${b} ${c[0]} d",
        "\\${x}",
        "'${x}'\"",
        "line\n${x}\r\nline",
        "${ENV-PATH}",
        "$ {x} \u20ac\U0001f600",
        "~",
    ],
)
def test_flux_takes_every_text_literally(flux: RealFlux, text: str, shell: str) -> None:
    config = {"my.text": text, f"my.{text}": [text, {text: text}], SHELL: shell}
    spec = specs.with_config(config)
    assert flux.conf(to_flux_yaml(lower(spec))) == topology_conf(spec)
    (component,) = (item for item in commons(flux.build(to_flux_yaml(lower(spec)))).values() if not item.inputs)
    assert json.loads(component.json_conf)["my.text"] == text


@pytest.mark.parametrize(
    "value",
    [
        True,
        1,
        2**40,
        2**70,
        0.1,
        1e300,
        -5,
        "",
        "yes",
        "0x10",
        "1:30",
        "2024-01-01",
        "=",
        [],
        ["a", None],
        {},
        {"a": {}},
    ],
    ids=repr,
)
def test_flux_keeps_every_value_of_a_component_conf(flux: RealFlux, value: Any, shell: str) -> None:
    spec = specs.with_config({"my.value": value, SHELL: shell})
    (component,) = (item for item in commons(flux.build(to_flux_yaml(lower(spec)))).values() if not item.inputs)
    assert json.loads(component.json_conf)["my.value"] == value


def test_flux_takes_names_that_look_like_other_types(flux: RealFlux) -> None:
    numbers = ComponentSpec(
        "1",
        "spout",
        PythonCode("m", "S"),
        streams=(StreamSpec(DEFAULT_STREAM, ("yes", "2.5")), StreamSpec("no", ("~",))),
    )
    reader = ComponentSpec(
        "true",
        "bolt",
        PythonCode("m", "B"),
        inputs=(specs.reads("1", "fields", "2.5"), InputSpec("1", "no", specs.reads("1", "fields", "~").grouping)),
    )
    spec = TopologySpec("null", "m:T", (numbers, reader))
    built, ours = flux.build(to_flux_yaml(lower(spec))), to_thrift(lower(spec))
    assert commons(built)["1"].streams == commons(ours)["1"].streams
    assert commons(built)["true"].inputs == commons(ours)["true"].inputs


@pytest.mark.parametrize(
    "method",
    [
        {"name": "addComponentConfig", "args": ["my.key", None]},
        {"name": "addComponentConfig", "args": ["my.key", {"ref": "other"}]},
        {"name": "setNamedStream", "args": ["empty", []]},
    ],
)
def test_flux_fails_on_what_we_do_not_hand_to_it(flux: RealFlux, method: dict[str, Any]) -> None:
    """Once this fails, Flux has learnt it, and limits.flux_limits_of_stock can let it through."""
    tree = to_flux(lower(specs.with_config({SHELL: STOCK})))
    tree["spouts"][0]["configMethods"].append(method)
    with pytest.raises(Py4JJavaError):
        flux.build(yaml.safe_dump(tree))


def test_flux_fails_on_a_dollar_and_brace_that_is_not_escaped(flux: RealFlux) -> None:
    """Without a properties file FluxParser looks the name up in null."""
    tree = to_flux(lower(specs.with_config({"my.key": "${HOME}"})))
    with pytest.raises(Py4JJavaError):
        flux.build(yaml.safe_dump(tree))
