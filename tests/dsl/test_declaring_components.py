"""Calling a component class: what it takes, and what it refuses in the user's own line."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, Optional

import pytest

from umbrella import AutoAckBolt, Bolt, JVMSpout, ShuffleGrouping, Spout, Stream
from umbrella.dsl.declaration import Declaration
from umbrella.errors import DeclarationError, OptionError


class Words(Spout):
    class Default(Stream):
        fields = "word"

    def open(self):
        raise AssertionError("nothing of a component runs on the client")


class Count(AutoAckBolt):
    class Default(Stream):
        fields = "word", "count"

    class BadWords(Stream):
        fields = "word"

    window: int
    ratio: float = 0.5
    database: str = "counts.db"
    places: Optional[list[str]] = None
    limits: dict[str, int] = {}
    mode: Literal["fast", "exact"] = "fast"
    made: ClassVar[int] = 0
    _private: int


class TalkStyle(Bolt):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise AssertionError("nothing of a component runs on the client")


class NamedParameters(Bolt):
    def __init__(self, path: str, depth: int = 3) -> None:
        super().__init__()


def test_calling_a_component_declares_it_and_runs_nothing():
    declared = Words(2)
    assert isinstance(declared, Declaration)
    assert (declared.component, declared.executors, declared.tasks) == (Words, 2, None)


def test_executors_is_one_if_not_given():
    assert Words().executors == 1


def test_options_reach_the_declaration_and_can_be_read_there():
    declared = Count(2, window=60, tasks=4, places=["here"])
    assert declared.options == {"window": 60, "places": ["here"]}
    assert (declared.window, declared.tasks) == (60, 4)


def test_a_stream_of_a_declared_component_knows_where_it_is_from():
    stream = Count(window=1).BadWords
    assert stream.stream_name == "bad_words"
    assert stream.declaration.component is Count


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({}, "Count needs option 'window' of type int"),
        ({"window": "60"}, "option 'window' of type int; given: '60'"),
        ({"window": True}, "option 'window' of type int; given: True"),
        ({"window": 1.5}, "option 'window' of type int; given: 1.5"),
        ({"window": 1, "ratio": "x"}, "option 'ratio' of type float"),
        ({"window": 1, "places": [1]}, "option 'places'"),
        ({"window": 1, "limits": {"a": "b"}}, "option 'limits'"),
        ({"window": 1, "mode": "slow"}, "option 'mode'"),
        ({"windw": 1}, "Count has no option 'windw'; valid: executors, tasks, config, inputs"),
        ({"windw": 1}, "Did you mean 'window'?"),
        ({"window": 1, "made": 2}, "no option 'made'"),
        ({"window": 1, "executors": 0}, "executors is a whole number of 1 or more; given: 0"),
        ({"window": 1, "executors": True}, "executors is a whole number of 1 or more; given: True"),
        ({"window": 1, "tasks": "4"}, "tasks is a whole number of 1 or more; given: '4'"),
        ({"window": 1, "config": ["x"]}, "config is a dict of Storm's dotted keys"),
        ({"window": 1, "inputs": "parse"}, "inputs is a list of groupings"),
        ({"window": 1, "tick_seconds": "5"}, "option 'tick_seconds'"),
    ],
)
def test_a_wrong_option_is_an_error_at_the_call(given, text):
    with pytest.raises(OptionError, match=r"^Count") as caught:
        Count(**given)
    assert text in str(caught.value)


def test_a_float_option_takes_an_int_and_none_fits_optional():
    assert Count(window=1, ratio=2, places=None).options == {"window": 1, "ratio": 2, "places": None}


def test_an_option_of_a_few_says_which():
    with pytest.raises(OptionError) as caught:
        Count(1, window=5, mode="fats")
    assert str(caught.value) == (
        "Count: option 'mode' is one of a few; given: 'fats'; valid: fast, exact. Did you mean 'fast'?"
    )


def test_options_are_plain_data():
    class Anything(Bolt):
        value: Any

    with pytest.raises(OptionError, match=r"options are plain data.* is object; valid: str, int"):
        Anything(value=object())
    with pytest.raises(OptionError, match="nan is not a JSON number"):
        Anything(value=[float("nan")])


def test_only_executors_goes_by_position():
    with pytest.raises(OptionError, match=r"valid: Count\(2, window=...\)"):
        Count(1, 60)


def test_a_component_with_its_own_init_takes_the_options_it_names():
    assert NamedParameters(1, path="x").options == {"path": "x"}
    with pytest.raises(OptionError, match="needs option 'path'"):
        NamedParameters(1)
    with pytest.raises(OptionError, match="no option 'dpth'"):
        NamedParameters(1, path="x", dpth=1)


def test_the_talks_form_takes_any_plain_option():
    assert TalkStyle(1, anything=[1]).options == {"anything": [1]}


def test_a_jvm_component_may_be_given_other_arguments_where_it_is_declared():
    class Source(JVMSpout):
        jvm_class = "com.example.Source"
        jvm_args = ("a",)

    assert Source(1, jvm_args=("b", 2)).options == {"jvm_args": ("b", 2)}


def test_an_input_is_a_grouping_around_a_declared_component():
    words = Words()
    with pytest.raises(DeclarationError, match=r"Try ShuffleGrouping\(Words\(...\)\)"):
        Count(window=1, inputs=[words])
    with pytest.raises(DeclarationError, match=r"Words is a class: declare it, as in x = Words\(1\)"):
        ShuffleGrouping(Words)
    with pytest.raises(DeclarationError, match="without quotes"):
        ShuffleGrouping("words")


def test_an_unknown_attribute_of_a_declared_component_is_explained():
    with pytest.raises(AttributeError, match=r"has no 'BadWord'.*Did you mean 'BadWords'\?"):
        _ = Count(window=1).BadWord


@pytest.mark.parametrize("fields", [3, ("a", 1), None])
def test_fields_of_a_stream_are_names(fields):
    with pytest.raises(DeclarationError, match="are names, one or several"):
        type("Default", (Stream,), {"fields": fields})
