"""Java objects declared in Python: refused in the user's line, or part of the spec in plain values."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from umbrella import JavaClass, JavaEnum, JavaObject, JVMBolt, JVMSpout, ShuffleGrouping, Stream, Topology
from umbrella.contrib.kafka import KafkaSpout
from umbrella.dsl import spec_of
from umbrella.errors import DeclarationError, OptionError, TopologyError
from umbrella.spec import JavaClassSpec, JavaEnumSpec, JavaObjectSpec, JavaSameSpec, JavaStep, JvmCode

VALID = "valid: str, int, float, bool, None, list, dict, JavaObject, JavaEnum, JavaClass"


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: JavaObject("a b"), "JavaObject takes the full name of a Java class; given: 'a b'"),
        (lambda: JavaObject(None), "JavaObject takes the full name of a Java class; given: None"),
        (lambda: JavaClass(""), "JavaClass takes the full name of a Java class; given: ''"),
        (lambda: JavaEnum("a.B", "c.D"), "JavaEnum takes the name of a constant after its class; given: 'c.D'"),
        (lambda: JavaObject("a.B").call("do it"), "call takes the name of a Java method; given: 'do it'"),
        (lambda: JavaClass("a.B").call("x()"), "call takes the name of a Java method; given: 'x()'"),
        (
            lambda: JavaObject("a.B", 1, {2}),
            f"argument 2 of JavaObject('a.B', ...) has no form in Java; given: {{2}} (set); {VALID}",
        ),
        (
            lambda: JavaObject("a.B").call("add", {"x": [datetime.date(2024, 1, 2)]}),
            "argument 1 of add(...) of a.B['x'][0] has no form in Java; "
            f"given: datetime.date(2024, 1, 2) (date); {VALID}",
        ),
        (
            lambda: JavaObject("a.B").set(limits={(1, 2): 3}),
            "a key of argument 1 of limits(...) of a.B has no form in Java; given: (1, 2); valid: str, int, JavaEnum",
        ),
        (lambda: JavaObject("a.B", float("nan")), "argument 1 of JavaObject('a.B', ...) is not a number; given: nan. "),
        (lambda: JavaObject("a.B", "\ud800"), "argument 1 of JavaObject('a.B', ...) holds a lone surrogate"),
    ],
)
def test_what_has_no_form_in_java_is_refused_where_it_is_written(make, text):
    with pytest.raises(DeclarationError) as caught:
        make()
    assert str(caught.value).startswith(text)


def test_a_list_within_itself_is_refused():
    endless = []
    endless.append(endless)
    with pytest.raises(DeclarationError, match="nested deeper than 300 levels"):
        JavaObject("a.B", endless)


def test_an_object_never_changes():
    builder = JavaClass("a.B").call("builder")
    assert builder.set(x=1).steps != builder.steps == ()


class Store(JVMBolt):
    class Default(Stream):
        fields = "row"

    table: str
    kept: str = "memory"

    def jvm_object(self):
        pool = JavaObject("a.Pool", "localhost").set(port=6379)
        mode = JavaEnum("a.Mode", self.kept)
        made = JavaClass("a.Store").call("builder", pool, {"pool": pool, mode: [JavaClass("a.Row"), 1]})
        return made.also("add", self.table).call("build")


class Words(JVMSpout):
    class Default(Stream):
        fields = "word"

    jvm_class = "a.Words"
    jvm_args = ("x", [1, {"y": None}], JavaEnum("a.Mode", "FAST"))


class Sound(Topology):
    words = Words(1)
    store = Store(1, table="rows", inputs=[ShuffleGrouping(words)])


def test_a_class_and_its_arguments_are_the_spec():
    mode = JavaEnumSpec("a.Mode", "FAST")
    assert spec_of(Sound).component("words").code == JvmCode("a.Words", ("x", (1, {"y": None}), mode))


def test_what_jvm_object_returns_is_the_spec_with_each_object_once():
    pool = JavaObjectSpec("a.Pool", ("localhost",), steps=(JavaStep("set", "port", (6379,)),), number=1)
    mode = JavaEnumSpec("a.Mode", "memory")
    assert spec_of(Sound).component("store").code == JvmCode(
        "a.Store",
        (pool, {"pool": JavaSameSpec(1), mode: (JavaClassSpec("a.Row"), 1)}),
        "builder",
        (JavaStep("also", "add", ("rows",)), JavaStep("call", "build")),
    )


def test_options_of_a_java_component_are_checked_as_others_are():
    with pytest.raises(OptionError, match="Store needs option 'table' of type str"):
        Store(1)
    with pytest.raises(OptionError, match=r"Words: option 'jvm_args'\[0\] has no form in Java; given: \{1\}"):
        Words(1, jvm_args=({1},))
    assert Words(1, jvm_args=(JavaObject("a.B"),)).options


class Fails(Store):
    def jvm_object(self):
        return JavaObject("a.Store", self.tabel)


class Refuses(Store):
    def jvm_object(self):
        return JavaObject("a.Store", {self.table})


class ReturnsNothing(Store):
    def jvm_object(self):
        pass


class BadArguments(JVMBolt):
    jvm_class = "a.B"
    jvm_args = (b"x",)


class NoClass(JVMBolt):
    pass


class Wrong(Topology):
    words = Words(1)
    fails = Fails(1, table="x", inputs=[ShuffleGrouping(words)])
    refuses = Refuses(1, table="x", inputs=[ShuffleGrouping(words)])
    nothing = ReturnsNothing(1, table="x", inputs=[ShuffleGrouping(words)])
    arguments = BadArguments(1, inputs=[ShuffleGrouping(words)])
    none = NoClass(1, inputs=[ShuffleGrouping(words)])


def test_what_is_wrong_with_java_components_is_told_at_once():
    with pytest.raises(TopologyError) as caught:
        spec_of(Wrong)
    texts = [str(problem) for problem in caught.value.problems]
    assert texts[0].startswith(
        "Wrong.fails: Fails.jvm_object() failed: 'Fails' object has no attribute 'tabel'; given: "
    )
    line = Fails.jvm_object.__code__.co_firstlineno + 1
    assert texts[0].endswith(f"; given: {__file__}, line {line}")
    assert texts[1:] == [
        "Wrong.refuses: argument 1 of JavaObject('a.Store', ...) has no form in Java; given: {'x'} (set); " + VALID,
        "Wrong.nothing: ReturnsNothing.jvm_object() returns a JavaObject; given: None; "
        'valid: JavaObject("com.example.Spout", ...)',
        f"Wrong.arguments: jvm_args, argument 1 has no form in Java; given: b'x' (bytes); {VALID}",
        "Wrong.none: jvm_class is the full name of a Java class; given: ''",
    ]


class Reads(JVMBolt):
    jvm_class = "a.B"
    column: str = "word"

    def needed_fields(self):
        return self.column, "word"


class FailsToTell(JVMBolt):
    jvm_class = "a.B"

    def needed_fields(self):
        return self.columns


def test_fields_that_java_reads_by_name_are_looked_for_in_its_inputs():
    class Reading(Topology):
        words = Words(1)
        sound = Reads(1, inputs=[ShuffleGrouping(words)])
        wrong = Reads(1, column="wrod", inputs=[ShuffleGrouping(words)])
        fails = FailsToTell(1, inputs=[ShuffleGrouping(words)])

    with pytest.raises(TopologyError) as caught:
        spec_of(Reading)
    fails, wrong = map(str, caught.value.problems)
    assert "Reading.fails: FailsToTell.needed_fields() failed: 'FailsToTell' object has no attribute 'columns'" in fails
    assert wrong == (
        "Reading.wrong: stream 'default' of 'words' has no field 'wrod', which wrong reads; valid: word. "
        "Did you mean 'word'? Name one that is there, or emit one of that name."
    )


class WrongDefault(KafkaSpout):
    commit_seconds: Any = "soon"


class WithinTheLibrary(Topology):
    events = WrongDefault(1, bootstrap_servers="h:1", group="g", topics="t")


def test_a_fault_without_a_line_of_the_users_names_none():
    with pytest.raises(TopologyError) as caught:
        spec_of(WithinTheLibrary)
    (problem,) = caught.value.problems
    assert problem.text.startswith("WrongDefault.jvm_object() failed: ")
    assert ".py" not in problem.text
