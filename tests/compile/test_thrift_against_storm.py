"""Our IDL and our structs against the classes that Storm itself is compiled with."""

from __future__ import annotations

from typing import Any

import pytest
from py4j.java_gateway import get_field
from thriftpy2.thrift import TType

from tests.compile import specs
from umbrella.compile.idl import storm
from umbrella.compile.lower import lower
from umbrella.compile.thrift import deserialize, serialize, to_thrift

pytestmark = pytest.mark.storm

GENERATED = "org.apache.storm.generated."
META = storm.__thrift_meta__
STRUCTS = {struct.__name__: struct for kind in ("structs", "unions", "exceptions") for struct in META[kind]}
ENUMS = {enum.__name__: enum for enum in META["enums"]}
CALLS = [(service, call) for service in META["services"] for call in service.thrift_services]

_SCALARS = {TType.BOOL, TType.BYTE, TType.I16, TType.I32, TType.I64, TType.DOUBLE}
_REQUIRED = 1  # TFieldRequirementType.REQUIRED


class StormClasses:
    """Reads a field's id, name, type and requirement out of Storm's classes, as plain values."""

    def __init__(self, jvm: Any) -> None:
        self._class = jvm.java.lang.Class.forName

    def load(self, name: str) -> Any:
        return self._class(GENERATED + name)

    def fields(self, name: str) -> dict[int, tuple[str, Any, bool]]:
        meta = self.load(name).getField("metaDataMap").get(None)
        return {key.getThriftFieldId(): self._field(value) for key, value in meta.items()}

    def enum_values(self, name: str) -> dict[str, int]:
        return {item.name(): item.getValue() for item in self.load(name).getEnumConstants()}

    def _field(self, meta: Any) -> tuple[str, Any, bool]:
        return (
            get_field(meta, "fieldName"),
            self._type(get_field(meta, "valueMetaData")),
            get_field(meta, "requirementType") == _REQUIRED,
        )

    def _type(self, value: Any) -> Any:
        kind = value.getClass().getSimpleName()
        if kind == "StructMetaData":
            return get_field(value, "structClass").getSimpleName()
        if kind == "EnumMetaData":
            return get_field(value, "enumClass").getSimpleName()
        if kind == "ListMetaData":
            return ("list", self._type(get_field(value, "elemMetaData")))
        if kind == "SetMetaData":
            return ("set", self._type(get_field(value, "elemMetaData")))
        if kind == "MapMetaData":
            return ("map", self._type(get_field(value, "keyMetaData")), self._type(get_field(value, "valueMetaData")))
        return self._plain_type(value)

    @staticmethod
    def _plain_type(value: Any) -> Any:
        if get_field(value, "type") == TType.STRING:
            return "binary" if value.isBinary() else "string"
        assert get_field(value, "type") in _SCALARS, get_field(value, "type")
        return get_field(value, "type")


def our_fields(struct: Any) -> dict[int, tuple[str, Any, bool]]:
    """Return the fields of one of our structs in the form of StormClasses.fields."""
    return {number: _our_field(spec) for number, spec in struct.thrift_spec.items()}


def _our_field(spec: tuple[Any, ...]) -> tuple[str, Any, bool]:
    kind, name, *inner, required = spec
    return name, _our_type((kind, inner[0]) if inner else kind), required


def _our_type(spec: Any) -> Any:
    kind, inner = spec if isinstance(spec, tuple) else (spec, None)
    if kind == TType.STRUCT or (kind == TType.I32 and inner is not None):
        return inner.__name__
    if kind in (TType.LIST, TType.SET):
        return ("list" if kind == TType.LIST else "set", _our_type(inner))
    if kind == TType.MAP:
        return ("map", _our_type(inner[0]), _our_type(inner[1]))
    return {TType.STRING: "string", TType.BINARY: "binary"}.get(kind, kind)


@pytest.mark.parametrize("name", sorted(STRUCTS))
def test_struct_has_the_fields_of_storm(storm_jvm: Any, name: str) -> None:
    assert our_fields(STRUCTS[name]) == StormClasses(storm_jvm).fields(name)


@pytest.mark.parametrize("name", sorted(ENUMS))
def test_enum_has_the_values_of_storm(storm_jvm: Any, name: str) -> None:
    assert StormClasses(storm_jvm).enum_values(name) == ENUMS[name]._NAMES_TO_VALUES


@pytest.mark.parametrize(("service", "call"), CALLS, ids=[f"{service.__name__}.{call}" for service, call in CALLS])
def test_call_has_the_arguments_and_exceptions_of_storm(storm_jvm: Any, service: Any, call: str) -> None:
    theirs, name = StormClasses(storm_jvm), service.__name__
    assert our_fields(getattr(service, f"{call}_args")) == theirs.fields(f"{name}${call}_args")
    assert our_fields(getattr(service, f"{call}_result")) == theirs.fields(f"{name}${call}_result")


def read_by_storm(jvm: Any, data: bytes) -> Any:
    """Return Storm's own StormTopology of the bytes."""
    return jvm.org.apache.storm.utils.Utils.thriftDeserialize(StormClasses(jvm).load("StormTopology"), data)


@pytest.mark.parametrize("name", specs.ALL_SPECS)
def test_topology_survives_storms_reader_and_writer(storm_jvm: Any, name: str) -> None:
    topology = to_thrift(lower(specs.ALL_SPECS[name]()))
    theirs = read_by_storm(storm_jvm, serialize(topology))
    theirs.validate()  # Thrift's own check of required fields
    written = bytes(storm_jvm.org.apache.storm.utils.Utils.thriftSerialize(theirs))
    assert deserialize(storm.StormTopology, written) == topology


@pytest.mark.parametrize("name", specs.ALL_SPECS)
def test_storm_accepts_the_structure(storm_jvm: Any, name: str) -> None:
    """StormCommon.systemTopology adds ackers and refuses unknown components, streams and fields, as Nimbus does."""
    data = serialize(to_thrift(lower(specs.ALL_SPECS[name]())))
    theirs = read_by_storm(storm_jvm, data)
    conf = storm_jvm.org.apache.storm.utils.Utils.readDefaultConfig()
    conf.put("topology.acker.executors", 1)
    conf.put("topology.workers", 1)
    whole = storm_jvm.org.apache.storm.daemon.StormCommon.systemTopology(conf, theirs)
    assert "__acker" in whole.get_bolts()


@pytest.mark.parametrize("name", specs.ALL_SPECS)
def test_storm_makes_every_java_object(storm_jvm: Any, name: str) -> None:
    """Thrift.instantiateJavaObject logs what it cannot make and goes on with null, so null is the failure."""
    data = serialize(to_thrift(lower(specs.ALL_SPECS[name]())))
    theirs = read_by_storm(storm_jvm, data)
    for java_object in _java_objects(theirs):
        made = storm_jvm.org.apache.storm.Thrift.instantiateJavaObject(java_object)
        assert made is not None, java_object.get_full_class_name()
        assert made.getClass().getName() == java_object.get_full_class_name()


def _java_objects(topology: Any) -> list[Any]:
    found = [spout.get_spout_object() for spout in topology.get_spouts().values()]
    found += [bolt.get_bolt_object() for bolt in topology.get_bolts().values()]
    codes = [code.get_java_object() for code in found if code.is_set_java_object()]
    groupings = [item for bolt in topology.get_bolts().values() for item in bolt.get_common().get_inputs().values()]
    return codes + [item.get_custom_object() for item in groupings if item.is_set_custom_object()]


@pytest.mark.parametrize(
    ("value", "field"),
    [
        (True, "BOOL_ARG"),
        (2**31 - 1, "INT_ARG"),
        (-(2**31), "INT_ARG"),
        (2**31, "LONG_ARG"),
        (-(2**63), "LONG_ARG"),
        (0.5, "DOUBLE_ARG"),
        ("\u20ac", "STRING_ARG"),
    ],
)
def test_java_argument_reaches_storm_under_the_type_it_is_looked_up_by(storm_jvm: Any, value: Any, field: str) -> None:
    (grouping,) = to_thrift(lower(specs.with_java_argument(value))).bolts["bolt"].common.inputs.values()
    (argument,) = grouping.custom_object.args_list
    loaded = StormClasses(storm_jvm).load("JavaObjectArg")
    theirs = storm_jvm.org.apache.storm.utils.Utils.thriftDeserialize(loaded, serialize(argument))
    assert theirs.getSetField().name() == field
    assert theirs.getFieldValue() == value
