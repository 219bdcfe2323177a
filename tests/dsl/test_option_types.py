"""Options of types that JSON does not have: each arrives as it was declared, or is refused with what to write."""

from __future__ import annotations

import collections
import datetime as dt
import decimal
import enum
import uuid
from collections.abc import Iterator
from dataclasses import InitVar, dataclass, field
from pathlib import Path
from typing import Any, Callable, ClassVar, Final, NamedTuple, NewType, Optional, TypedDict, Union

import pydantic
import pytest

from umbrella import AutoAckBolt, Bolt, Spout, testing
from umbrella.dsl import option_types
from umbrella.errors import DeclarationError, OptionError


class Colour(enum.Enum):
    RED = "r"
    BLUE = "b"


class Access(enum.Flag):
    READ = 1
    WRITE = 2


class Row(TypedDict):
    key: str
    file: Path


@dataclass
class Place:
    file: Path
    colour: Colour = Colour.RED


class Point(NamedTuple):
    x: int
    colour: Colour


class Model(pydantic.BaseModel):
    file: Path
    since: dt.date = pydantic.Field(alias="from")


Key = NewType("Key", int)
FinalState = int


class Everything(AutoAckBolt):
    path: Path = Path("/default")
    text_as_path: Path = "/text"
    maybe: Optional[Path] = None
    either: Union[int, Path] = 1
    bar: Path | None = None
    colour: Colour = Colour.RED
    access: Access = Access.READ
    pause: dt.timedelta = dt.timedelta(0)
    day: dt.date = dt.date(2020, 1, 1)
    moment: dt.datetime = dt.datetime(2020, 1, 1)
    id: uuid.UUID = uuid.UUID(int=0)
    price: decimal.Decimal = decimal.Decimal(1)
    raw: bytes = b""
    row: Row = {"key": "a", "file": "/row"}
    key: Key = 1
    place: Place = Place("/default")
    point: Point = Point(1, Colour.RED)
    model: Model = None
    pair: tuple[int, Path] = (1, "/pair")
    several: tuple = ()
    names: set[str] = frozenset()
    counts: collections.Counter[str] = collections.Counter()
    ordered: collections.OrderedDict = collections.OrderedDict()
    places: dict[str, list[Place]] = {}

    def execute(self, tup):
        pass


@pytest.mark.parametrize(
    ("name", "value", "arrives"),
    [
        ("path", "/x", Path("/x")),
        ("path", Path("/x"), Path("/x")),
        ("maybe", None, None),
        ("maybe", Path("x"), Path("x")),
        ("either", Path("x"), Path("x")),
        ("either", 3, 3),
        ("bar", "x", Path("x")),
        ("colour", Colour.BLUE, Colour.BLUE),
        ("access", Access.READ | Access.WRITE, Access.READ | Access.WRITE),
        ("pause", dt.timedelta(days=-3, microseconds=1), dt.timedelta(days=-3, microseconds=1)),
        ("day", dt.date(2024, 2, 29), dt.date(2024, 2, 29)),
        (
            "moment",
            dt.datetime(2024, 2, 29, 1, tzinfo=dt.timezone.utc),
            dt.datetime(2024, 2, 29, 1, tzinfo=dt.timezone.utc),
        ),
        ("id", uuid.UUID(int=7), uuid.UUID(int=7)),
        ("price", decimal.Decimal("1.10"), decimal.Decimal("1.10")),
        ("raw", bytes(range(256)), bytes(range(256))),
        ("row", {"key": "b", "file": "/y"}, {"key": "b", "file": Path("/y")}),
        ("key", Key(2), 2),
        ("place", Place(Path("/p"), Colour.BLUE), Place(Path("/p"), Colour.BLUE)),
        ("point", Point(2, Colour.BLUE), Point(2, Colour.BLUE)),
        ("model", Model(file="/m", **{"from": "2024-02-29"}), Model(file="/m", **{"from": "2024-02-29"})),
        ("pair", [2, "/q"], (2, Path("/q"))),
        ("several", (1, "a"), (1, "a")),
        ("names", {"b", "a"}, {"a", "b"}),
        ("counts", collections.Counter("aab"), collections.Counter("aab")),
        ("counts", {"a": 1}, collections.Counter("a")),
        ("ordered", collections.OrderedDict(b=1, a=2), collections.OrderedDict(b=1, a=2)),
        ("places", {"a": [Place(Path("/p"))]}, {"a": [Place(Path("/p"))]}),
    ],
)
def test_an_option_arrives_as_the_type_it_is_declared_with(name, value, arrives):
    declared = Everything(1, **{name: value})
    assert getattr(declared, name) == arrives
    with testing.open(declared) as bolt:
        there = getattr(bolt.component, name)
    assert there == arrives
    assert type(there) is type(arrives)
    again = declared.replace(executors=2)
    assert again.plain_options() == declared.plain_options()


def test_a_default_arrives_as_the_type_it_is_declared_with():
    with testing.open(Everything) as bolt:
        component = bolt.component
    assert (component.path, component.text_as_path) == (Path("/default"), Path("/text"))
    assert component.row == {"key": "a", "file": Path("/row")}
    assert component.pair == (1, Path("/pair"))


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("path", 3, "option 'path' of type Path; given: 3; valid: Path(...)"),
        ("colour", "r", "option 'colour' of type Colour; given: 'r'; valid: Colour.RED or Colour.BLUE"),
        ("pause", 5, "option 'pause' of type timedelta; given: 5; valid: timedelta(seconds=5)"),
        ("id", "0", "given: '0'; valid: UUID('0')"),
        ("day", "2024-02-29", "valid: date.fromisoformat('2024-02-29')"),
        ("raw", "a", "valid: 'a'.encode()"),
        ("row", {"key": "a"}, "valid: a dict of key: str, file: Path"),
        ("row", {"key": "a", "file": "x", "more": 1}, "option 'row' of type Row"),
        ("place", {"file": "/p"}, "valid: Place(**{'file': '/p'})"),
        ("maybe", 3, "valid: Path(...)"),
        ("pair", (1, "/a", 3), "option 'pair'"),
    ],
)
def test_a_value_of_another_type_is_refused_with_the_expression_that_converts(name, value, text):
    with pytest.raises(OptionError) as caught:
        Everything(1, **{name: value})
    assert text in str(caught.value)


def test_a_value_that_would_arrive_as_another_is_refused():
    class Ambiguous(AutoAckBolt):
        source: Union[str, Path] = ""

    assert Ambiguous(source="a").options == {"source": "a"}
    with pytest.raises(OptionError, match="would arrive on the worker as '/x'; given: PosixPath"):
        Ambiguous(source=Path("/x"))


def test_constants_of_a_class_are_no_options():
    class Fixed(Bolt):
        limit: Final[int] = 3
        other: ClassVar[int] = 4
        state: FinalState = 5

    assert Fixed(state=6).options == {"state": 6}
    with pytest.raises(
        OptionError, match="Fixed has no option 'limit'; valid: executors, tasks, config, inputs, tick_s"
    ):
        Fixed(limit=4)


def test_an_option_is_not_set_by_assignment():
    declared = Counting(1)
    with pytest.raises(DeclarationError, match=r"takes no 'window' by assignment; .* Counting\(1, window=...\)"):
        declared.window = 3
    with pytest.raises(DeclarationError, match="Did you mean 'executors'?"):
        declared.execuors = 3
    with pytest.raises(OptionError, match="executors is a whole number of 1 or more; given: 0"):
        declared.executors = 0
    declared.executors, declared.tasks = 3, None
    assert (declared.executors, declared.tasks) == (3, None)


def test_bars_are_understood_on_python_3_9():
    assert option_types._without_bars("Path | None") == "__Union__[Path, None]"
    assert option_types._without_bars("dict[str, int | float]") == "dict[str, __Union__[int, float]]"


class Lines(Spout):
    lines: Iterator[str]


class Keyed(Bolt):
    key: Callable[[str], str]


@pytest.mark.parametrize(("component", "what"), [(Lines, "Iterator[str]"), (Keyed, "Callable[[str], str]")])
def test_an_attribute_that_can_be_no_option_is_to_be_annotated_in_open(component, what):
    with pytest.raises(OptionError) as caught:
        component(1)
    assert f"{what} is no type of options" in str(caught.value)
    assert "annotate it where it is set, in open(self): self." in str(caught.value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *((name, "is self.") for name in ("log", "emit", "conf", "context", "ack", "fail", "open", "report_error")),
        *((name, "every component is declared with") for name in ("executors", "tasks", "config", "inputs")),
        *((name, "a declaration has for itself") for name in ("name", "replace", "component", "label")),
    ],
)
def test_an_option_named_like_something_of_ours_is_refused(name, text):
    taken = type("Taken", (Bolt,), {"__annotations__": {name: int}, name: 1})
    with pytest.raises(OptionError) as caught:
        taken(1)
    assert f"Taken: an option cannot be called {name!r}" in str(caught.value)
    assert text in str(caught.value)


def test_names_of_ours_that_are_options_may_be_annotated_again():
    class Quick(Bolt):
        tick_seconds: int = 5

    assert Quick(1).options == {}


@dataclass
class Counting(AutoAckBolt):
    window: int = 5
    names: list[str] = field(default_factory=list)
    seed: InitVar[int] = 3
    made: int = field(init=False, default=0)

    def __post_init__(self, seed):
        self.made = seed + self.window

    def execute(self, tup):
        self.names.append("x")


def test_a_component_may_be_a_dataclass():
    with testing.open(Counting, window=7, seed=1) as first, testing.open(Counting) as second:
        assert (first.component.window, first.component.made, first.component.names) == (7, 8, [])
        assert second.component.made == 8
        assert first.component.names is not second.component.names
    with pytest.raises(OptionError, match="no option 'made'"):
        Counting(made=1)


class MoreCounting(Counting):  # no dataclass itself, so its __init__ is that of Counting
    limit: int = 1
    folder: Path = Path("/")


def test_options_that_an_own_init_does_not_take_are_set_all_the_same():
    with testing.open(MoreCounting, window=7, limit=2, folder="/x") as bolt:
        assert (bolt.component.window, bolt.component.limit, bolt.component.folder) == (7, 2, Path("/x"))

    class Own(Bolt):
        limit: int

        def __init__(self, depth):
            super().__init__()
            self.sum = self.limit + depth

    with testing.open(Own, depth=1, limit=2) as bolt:
        assert bolt.component.sum == 3


def test_an_init_that_takes_anything_takes_no_name_of_ours():
    class Open(Bolt):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)

    assert Open(depth=1).options == {"depth": 1}
    with pytest.raises(OptionError, match="an option cannot be called 'log', which is self.log of every component"):
        Open(log="x")


def test_what_a_dataclass_cannot_be_is_refused():
    @dataclass(frozen=True)
    class Frozen(AutoAckBolt):
        window: int = 5

    class Undecorated(AutoAckBolt):
        names: list[str] = field(default_factory=list)

    with pytest.raises(OptionError, match=r"a frozen dataclass.*valid: @dataclass"):
        Frozen(1)
    with pytest.raises(OptionError, match="Write @dataclass above class Undecorated"):
        Undecorated(1)


def test_a_mutable_default_is_each_objects_own():
    class Seen(AutoAckBolt):
        seen: dict[str, list[int]] = {"a": []}
        kept: Any = []

        def execute(self, tup):
            self.seen["a"].append(tup[0])
            self.kept.append(tup[0])

    for _ in range(2):
        with testing.open(Seen, inputs={"numbers": "n"}) as bolt:
            bolt.feed(1)
            assert (bolt.component.seen, bolt.component.kept) == ({"a": [1]}, [1])
    assert (Seen.seen, Seen.kept) == ({"a": []}, [])
