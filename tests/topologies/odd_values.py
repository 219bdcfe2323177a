"""Values of other types than the builtin ones: what arrives for each, and what is said of those that are refused."""

from __future__ import annotations

import array
import collections
import dataclasses
import datetime
import decimal
import enum
import fractions
import ipaddress
import pathlib
import sqlite3
import types
import uuid
from typing import Any

import msgspec
import numpy
import pydantic

from topologies.recording import Record
from umbrella import AutoAckBolt, EmitError, ShuffleGrouping, Spout, Stream, Topology
from umbrella.multilang.tuples import tuple_class


class Color(str, enum.Enum):
    RED = "red"


class Level(enum.IntEnum):
    HIGH = 3


class Access(enum.IntFlag):
    READ = 4


class Shape(enum.Enum):
    ROUND = "round"


class Text(str):
    def __str__(self) -> str:
        return "another text"


class Listed(list):
    """A list that looks longer and other than it is: encoders in C do not ask it."""

    def __iter__(self):
        return iter(["seen"])

    def __len__(self):
        return 3


class Several(dict):
    """As the MultiDicts of web frameworks."""

    def getlist(self, key):
        return [self[key]]


class ByIdentity(str):
    __hash__ = object.__hash__

    def __eq__(self, other):
        return self is other


class Anything(dict):
    """A dict with every attribute, as the libraries for configuration have it."""

    def __getattr__(self, name):
        return self.get(name)


@dataclasses.dataclass
class Order:
    number: int = 1


class Model(pydantic.BaseModel):
    number: int = 1


class Struct(msgspec.Struct):
    number: int = 1


Point = collections.namedtuple("Point", "x y")


def nested(depth: int, inner: Any) -> Any:
    for _ in range(depth):
        inner = [inner]
    return inner


def inside_itself(made: Any, put: Any) -> Any:
    put(made)
    return made


def row_of_sqlite() -> sqlite3.Row:
    connection = sqlite3.connect(":memory:")
    connection.row_factory = sqlite3.Row
    try:
        return connection.execute("select 1 as a").fetchone()
    finally:
        connection.close()


def same(left: Any, right: Any) -> bool:
    """Compare values with the types of all their parts."""
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    return left == right


# By name: the value, and what arrives.
ARRIVES: dict[str, tuple[Any, Any]] = {
    "counter": (collections.Counter("aab"), {"a": 2, "b": 1}),
    "counter of nothing": (collections.Counter(), {}),
    "defaultdict": (collections.defaultdict(list, {"a": [collections.Counter("b")]}), {"a": [{"b": 1}]}),
    "OrderedDict": (collections.OrderedDict([("b", 1), ("a", 2)]), {"b": 1, "a": 2}),
    "MappingProxyType": (types.MappingProxyType({"a": {"b": (1,)}}), {"a": {"b": [1]}}),
    "ChainMap": (collections.ChainMap({"a": 1}, {"a": 2, "b": 3}), {"b": 3, "a": 1}),
    "UserDict": (collections.UserDict({"a": None}), {"a": None}),
    "dict with every attribute": (Anything(a=1), {"a": 1}),
    "key of an enum": ({Color.RED: 1}, {"red": 1}),
    "namedtuple": (Point(1, numpy.int64(2)), [1, 2]),
    "odd list": ([Listed([1, 2])], [["seen"]]),
    "deep": (nested(299, collections.Counter("a")), nested(299, {"a": 1})),
    "str with its own str": (Text("a"), "a"),
    "str enum": (Color.RED, "red"),
    "int enum": ([Level.HIGH, Access.READ, Access(0)], [3, 4, 0]),
    "numpy.bool": (numpy.array([True])[0], True),
    "numpy ints": ([numpy.int8(-1), numpy.uint64(2**64 - 1)], [-1, 2**64 - 1]),
    "numpy floats": ([numpy.float64(0.1), numpy.float32(0.1), numpy.float16(2)], [0.1, 0.10000000149011612, 2.0]),
    "numpy float of 17 digits": (numpy.float64(2.1800466615550124e16), 2.1800466615550124e16),
    "numpy.str_": (numpy.str_("\N{SNOWMAN}"), "\N{SNOWMAN}"),
    "array": (numpy.arange(3), [0, 1, 2]),
    "array of two dimensions": (numpy.array([[1.5, 2.0], [3.0, 4.0]]), [[1.5, 2.0], [3.0, 4.0]]),
    "array of texts": ({"a": numpy.array(["a", "bc"])}, {"a": ["a", "bc"]}),
    "array of nothing": (numpy.array([]), []),
    "array of one number": (numpy.array(3), 3),
    "array of objects": (numpy.array([1, None, numpy.int64(2), {"a": (1,)}], dtype=object), [1, None, 2, {"a": [1]}]),
    "masked array": (numpy.ma.array([1, 2], mask=[False, True]), [1, None]),
    "integer of 5,000 digits": ([10**4999], [10**4999]),
}
BYTES_ARRIVE: dict[str, tuple[Any, Any]] = {
    "numpy.bytes_": (numpy.bytes_(b"\xff"), b"\xff"),
    "array of bytes": (numpy.array([b"a"]), [b"a"]),
    "bytearray": ({"a": bytearray(b"\x00")}, {"a": b"\x00"}),
}

# By name: the value, and words of the error. Each names its field too.
REFUSED: dict[str, tuple[Any, str]] = {
    "enum": (Shape.ROUND, "is Shape; valid: str, int, float, bool, None, list, tuple, dict"),
    "enum's value": (Shape.ROUND, "; send value.value"),
    "dataclass": (Order(), "Order(number=1) is Order; valid"),
    "dataclass's dict": ([Order()], "; send dataclasses.asdict(value)"),
    "pydantic": (Model(), '; send value.model_dump(mode="json")'),
    "msgspec": (Struct(), "; send msgspec.to_builtins(value)"),
    "path": (pathlib.Path("/x"), "; send str(value)"),
    "uuid": ({"a": uuid.UUID(int=1)}, "is UUID; valid"),
    "uuid's str": (uuid.UUID(int=1), "; send str(value)"),
    "address": (ipaddress.ip_address("10.0.0.1"), "; send str(value)"),
    "decimal": (decimal.Decimal("1.5"), "; send str(value) or float(value)"),
    "fraction": (fractions.Fraction(1, 2), "; send str(value) or float(value)"),
    "datetime": (datetime.datetime(2024, 2, 29), "; send value.isoformat() or value.timestamp()"),
    "date": (datetime.date(2024, 2, 29), "; send value.isoformat()"),
    "time": (datetime.time(1), "; send value.isoformat()"),
    "timedelta": (datetime.timedelta(1), "; send value.total_seconds()"),
    "set": ({1}, "; send sorted(value)"),
    "frozenset": (frozenset({1}), "; send sorted(value)"),
    "deque": (collections.deque([1]), "; send list(value)"),
    "range": (range(3), "; send list(value)"),
    "generator": ((one for one in "a"), "; send list(value)"),
    "keys": ({"a": 1}.keys(), "; send list(value)"),
    "array.array": (array.array("i", [1]), "; send value.tolist()"),
    "complex": (1j, "; send [value.real, value.imag]"),
    "memoryview": (memoryview(b"x"), "; send bytes(value)"),
    "exception": (ValueError("x"), "; send str(value)"),
    "row of SQLite": (row_of_sqlite(), "; send dict(value)"),
    "tuple of Storm": (tuple_class(["a"])("1", "c", "default", 1, [1]), "; send its values with emit(*value)"),
    "object": (object(), "; convert it first"),
    "numpy.longdouble": (numpy.array([1], numpy.longdouble), "is longdouble; valid"),
    "numpy.datetime64": (numpy.datetime64("2024-02-29"), "; send str(value)"),
    "array of dates": (numpy.array(["2024-02-29"], "M8[ns]"), "; send value.astype(str).tolist()"),
    "array of records": (numpy.array([(1, 2)], [("a", int), ("b", int)]), "is ndarray; valid"),
    "numpy.complex128": (numpy.complex128(1j), "; send [value.real, value.imag]"),
    "array with nan": (numpy.array([1.0, numpy.nan]), "nan is not a JSON number; send None or text instead"),
    "counter with inf": (collections.Counter(a=float("inf")), "inf is not a JSON number"),
    "array with a surrogate": (numpy.array(["\ud800"]), "a string holds a lone surrogate"),
    "counter of ints": (
        collections.Counter([200]),
        "the dict key 200 is int; JSON keys are str; send {str(key): item for key, item in value.items()}",
    ),
    "key of a plain enum": ({Shape.ROUND: 1}, "; send {key.value: item for key, item in value.items()}"),
    "key of numpy": ({numpy.int64(1): 1}, "is int64; JSON keys are str"),
    "keys that become one": ({ByIdentity("a"): 1, ByIdentity("a"): 2}, "one value would be lost"),
    "several values for a key": (Several(a=1), "value.getlist(key)"),
    "list in itself": (inside_itself([], lambda made: made.append([made, made])), "it contains itself"),
    "dict in itself": (inside_itself({}, lambda made: made.update(a=made)), "it contains itself"),
    "array in itself": (
        inside_itself(numpy.empty(1, object), lambda made: made.__setitem__(0, made)),
        "it contains itself",
    ),
    "too deep": (nested(301, 1), "nested deeper than 300 levels"),
    "too deep for a counter": (nested(300, collections.Counter("a")), "nested deeper than 300 levels"),
    "integer of 100,001 digits": ([10**100_000], "an int has more than 100,000 digits; send hex(value)"),
}


class EmitsAll(Spout):
    """Emits each value by ``emit`` and by ``emit_many``, and the texts of the errors."""

    class Default(Stream):
        fields = "name", "value"

    class Refused(Stream):
        fields = "name", "text"

    def open(self):
        self.left = [*ARRIVES.items(), *BYTES_ARRIVE.items(), *REFUSED.items()]

    def next_tuple(self):
        if not self.left:
            self.finish()
            return
        name, (value, _) = self.left.pop()
        for emit in (lambda: self.emit(name, value), lambda: self.emit_many([(name, value)])):
            try:
                emit()
            except EmitError as error:
                self.emit(name, str(error), stream=self.Refused)


class Compares(AutoAckBolt):
    """Says of each value whether it is what was to arrive."""

    class Default(Stream):
        fields = "name", "is_right", "text"

    def execute(self, tup):
        name, value = tup
        if tup.stream == "refused":
            self.emit(name, REFUSED.get(name, (None, " is "))[1] in value, value)
        else:
            self.emit(name, same(value, {**ARRIVES, **BYTES_ARRIVE}[name][1]), ascii(value)[:200])


class OddValues(Topology):
    """Every value by way of Storm."""

    values = EmitsAll(1)
    compare = Compares(1)
    record = Record(1, directory="")

    compare.inputs += [ShuffleGrouping(values), ShuffleGrouping(values.Refused)]
    record.inputs.append(ShuffleGrouping(compare))
