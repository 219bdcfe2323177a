"""Java objects made as declared in Python: which constructor or method is taken, and what values arrive as."""

from __future__ import annotations

import json
from typing import Any

import pytest
from py4j.protocol import Py4JJavaError

from umbrella import JavaClass, JavaEnum, JavaObject, JVMSpout
from umbrella.compile.java_json import code_json
from umbrella.dsl.java_to_spec import jvm_code

pytestmark = pytest.mark.storm

SHOWS = "parts.Shows"
LONGS = "parts.Limits.Longs"
FAST = JavaEnum("parts.Mode", "FAST")


class Making(JVMSpout):
    """Carries a Java object to its description."""

    made: Any

    def jvm_object(self) -> JavaObject:
        return self.made


def description(made: JavaObject) -> str:
    return json.dumps(code_json(jvm_code(Making(1, made=made))))


def parsed(jvm: Any, made: JavaObject) -> Any:
    """Return what a component's text gives the Java side."""
    return jvm.org.apache.storm.utils.Utils.parseJson(description(made))


def built(jvm: Any, made: JavaObject) -> str:
    found = jvm.umbrella.storm.jvm.Assembly.build(parsed(jvm, made))
    text = str(found.toString() if hasattr(found, "toString") else found)  # numbers come as those of Python
    # What is checked without being built has to come to the same class.
    assert jvm.umbrella.storm.jvm.Assembly.check(parsed(jvm, made)).getName()
    return text


def refusal(jvm: Any, made: JavaObject) -> str:
    """Return why an object cannot be made; a check that builds nothing says the same."""
    texts = []
    for way in (jvm.umbrella.storm.jvm.Assembly.check, jvm.umbrella.storm.jvm.Assembly.build):
        with pytest.raises(Py4JJavaError) as caught:
            way(parsed(jvm, made))
        texts.append(str(caught.value.java_exception.getMessage()))
    assert texts[0] == texts[1]
    return texts[0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((5,), "int[Integer 5]"),
        ((2**40,), "long[Long 1099511627776]"),
        ((2**70,), "double[Double 1.1805916207174113E21]"),
        ((0.5,), "double[Double 0.5]"),
        ((True,), "boolean[Boolean true]"),
        (("FAST",), "String[String FAST]"),
        ((FAST,), "Mode[Mode FAST]"),
        ((JavaObject("java.lang.Long", 5),), "long[Long 5]"),
        (([1, "a", None, [2.5]],), "List[ArrayList[Integer 1, String a, null, ArrayList[Double 2.5]]]"),
        (({"a": 1, "b": {"c": [2**40]}},), "Map[LinkedHashMap{String a=Integer 1, String b=LinkedHashMap{String c="
         "ArrayList[Long 1099511627776]}}]"),
        ((JavaObject(SHOWS, 1),), "Shows[StringBuilder int[Integer 1]]"),
        (("a", 5), "String, long[String a, Long 5]"),
        (("a",  "b"), "String, Object...[String a, Object[][String b]]"),
        (("a", 1, True), "String, Object...[String a, Object[][Integer 1, Boolean true]]"),
    ],
    ids=repr,
)  # fmt: skip
def test_the_constructor_is_the_one_that_fits_best(jvm, arguments, said):
    assert built(jvm, JavaObject(SHOWS, *arguments)) == said


@pytest.mark.parametrize(
    ("method", "arguments", "said"),
    [
        ("longs", ([1, 2],), "longs[ArrayList[Long 1, Long 2]]"),
        ("set", (["FAST", "SLOW"],), "set[LinkedHashSet[Mode FAST, Mode SLOW]]"),
        ("bytes", ([1, -1],), "bytes[byte[][1, -1]]"),
        ("words", (), "words[String[][]]"),
        ("words", ("a", "b"), "words[String[][String a, String b]]"),
        ("words", (["a", "b"],), "words[String[][String a, String b]]"),
        ("names", ({"FAST": 1, "SLOW": 2},), "names[LinkedHashMap{Mode FAST=Integer 1, Mode SLOW=Integer 2}]"),
        ("names", ({FAST: 1},), "names[LinkedHashMap{Mode FAST=Integer 1}]"),
        ("properties", ({"a": 1, "b": True, "c": "x"},),
         "properties[Properties{String a=String 1, String b=String true, String c=String x}]"),
        ("small", (1, 2, 3, "x", "java.lang.String"),
         "small[Short 1, Byte 2, Float 3.0, Character x, Class class java.lang.String]"),
        ("small", (1, 2, 0.5, "x", JavaClass("parts.Mode")),
         "small[Short 1, Byte 2, Float 0.5, Character x, Class class parts.Mode]"),
        ("any", (5,), "any[Integer 5]"),
        ("any", (None,), "any[null]"),
        ("any", ({1: [JavaEnum("parts.Mode", "LIMIT")]},), "any[LinkedHashMap{Integer 1=ArrayList[Integer 7]}]"),
        ("mode", (None,), "mode[null]"),
    ],
    ids=repr,
)  # fmt: skip
def test_a_method_gets_values_of_its_parameters_types(jvm, method, arguments, said):
    assert built(jvm, JavaClass(SHOWS).call("nothing").call(method, *arguments)) == said


def test_call_goes_on_with_what_is_returned_and_also_stays(jvm):
    made = JavaObject(SHOWS, 1).call("quiet", 2).also("add", 3).call("toString").call("length")
    assert built(jvm, made) == str(len("int[Integer 1] quiet[Integer 2] add[Integer 3]"))


def test_properties_are_set_by_whatever_the_class_has_for_them(jvm):
    made = JavaObject(SHOWS, 1).set(speed=2, depth=3, field="x", mode="SLOW")
    assert built(jvm, made) == "int[Integer 1] setSpeed[Integer 2] withDepth[Long 3] mode[Mode SLOW] field=x"


@pytest.mark.parametrize(
    ("topics", "text"),
    [
        (("a", "b"), "h of a+b"),
        ((["a", "b"],), "h with a+b"),
        ((JavaClass("java.util.regex.Pattern").call("compile", "a.*"),), "h like a.*"),
    ],
    ids=repr,
)
def test_a_builder_as_kafkas_is_followed_through_its_generic_types(jvm, topics, text):
    builder = JavaClass("parts.Settings").call("builder", "h", *topics)
    made = builder.set(limit=2**40, mode="FAST").call("setProp", "a.b", 5).call("build")
    assert built(jvm, made) == f"{text} limit {2**40} mode FAST a.b=5"
    assert jvm.umbrella.storm.jvm.Assembly.check(parsed(jvm, made)).getName() == "parts.Settings"


def test_a_type_that_a_subclass_fixes_is_that_of_its_arguments(jvm):
    made = JavaObject(LONGS).set(limit=1, steps=[2], named={"a": [3]}, first=4).also("setAll", 5, 6)
    assert built(jvm, made) == "Long List of Long Map of Long Long[][5, 6] Long"


def test_a_nested_class_is_named_as_in_java_or_as_in_the_jvm(jvm):
    for name in ("parts.Settings.Builder", "parts.Settings$Builder"):
        assert built(jvm, JavaObject(name, "x").call("setLimit", 1).call("build")) == "x limit 1"


def test_one_object_of_python_is_one_object_of_java(jvm):
    pool = JavaObject("parts.Pool").set(host="h", port=1)
    settings = JavaClass("parts.Settings").call("builder", "s", "t").call("build")
    for other, word in ((pool, "shared"), (JavaObject("parts.Pool").set(host="h", port=1), "twice")):
        code = code_json(jvm_code(Making(1, made=JavaObject("java.util.ArrayList", [pool, other, settings]))))
        items = jvm.umbrella.storm.jvm.Assembly.build(jvm.org.apache.storm.utils.Utils.parseJson(json.dumps(code)))
        assert (items.get(0) is items.get(1) or items.get(0).equals(items.get(1))) == (word == "shared")


def test_what_is_public_of_a_class_that_is_not_can_be_called(jvm):
    unmodifiable = JavaClass("java.util.Collections").call("unmodifiableList", [1, 2])
    assert built(jvm, unmodifiable.call("size")) == "2"


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (JavaObject("parts.Nowhere"), "there is no class parts.Nowhere. Is its jar among --jars or --artifacts?"),
        (
            JavaObject("parts.Settings", "x"),
            "parts.Settings has no public constructor; valid: builder(String, Pattern), builder(String, Set<String>), "
            "builder(String, String...). Has it a factory: JavaClass(...).call(...)?",
        ),
        (
            JavaObject("java.util.List"),
            "java.util.List is an interface, and no object can be made of it. Name a class that implements it.",
        ),
        (
            JavaObject("parts.Pool", "secret", 5),
            "parts.Pool has no constructor for these arguments; given: (str, int); valid: Pool()",
        ),
        (
            JavaObject("java.util.ArrayList", [JavaObject("parts.Pool", [True])]),
            "java.util.ArrayList, argument 1: parts.Pool has no constructor for these arguments; "
            "given: (list of bool); valid: Pool()",
        ),
        (
            JavaObject("parts.Pool").set(prt=1),
            "parts.Pool has no property prt; valid: host, port",
        ),
        (
            JavaObject("parts.Upper").set(url=1),
            "parts.Upper has no property url; valid: URL",
        ),
        (
            JavaObject("parts.Pool").set(label=1),
            "parts.Pool: the field label takes another type; given: int; valid: String",
        ),
        (
            JavaObject("parts.Pool").set(port="many"),
            "parts.Pool has no setPort for these arguments; given: (str); valid: setPort(int)",
        ),
        (
            JavaClass("parts.Shows").call("nothing").call("mode", "MEDIUM"),
            "parts.Shows has no method mode for these arguments; given: (str that is none of FAST, SLOW); valid: "
            "mode(Mode)",
        ),
        (
            JavaObject(SHOWS, JavaEnum("parts.Mode", "MEDIUM")),
            "parts.Shows, argument 1: parts.Mode has no constant MEDIUM; valid: FAST, SLOW",
        ),
        (JavaClass(SHOWS).call("something"), "parts.Shows has no static method something; valid: main, nothing"),
        (
            JavaClass(SHOWS).call("main", []),
            "parts.Shows.main returns nothing (void), and so makes no object",
        ),
        (
            JavaObject(SHOWS, 1).call("unsure", [], []),
            "parts.Shows has no method unsure that fits better than another one; given: (empty list, empty list); "
            'valid: unsure(List<?>, Object), unsure(Object, List<?>). Say which is meant by a type, as in '
            'JavaObject("java.lang.Long", 5).',
        ),
    ],
    ids=lambda one: "" if isinstance(one, str) else repr(one),
)  # fmt: skip
def test_what_cannot_be_made_says_what_was_given_and_what_is_valid(jvm, made, text):
    assert refusal(jvm, made) == text


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (JavaClass("java.lang.Math").call("sqrt", 10**400), "int that Java's double does not hold); valid: sqrt("),
        (JavaClass("java.lang.Math").call("sqrt", 2**53 + 1), "int that Java's double does not hold); "),
        (JavaClass("java.lang.Float").call("floatToIntBits", 2**24 + 1), "int that Java's float does not hold); "),
        (JavaClass("java.lang.Float").call("floatToIntBits", 1e300), "float that Java's float does not hold); "),
        (JavaClass("java.lang.Float").call("floatToIntBits", -1e-300), "float that Java's float does not hold); "),
        (JavaObject("parts.Pool").set(port=2**31), "int that Java's int does not hold); valid: setPort(int)"),
        (JavaClass(SHOWS).call("nothing").call("bytes", [1, 128]), "int and int that Java's byte does not hold)"),
        (JavaClass(SHOWS).call("nothing").call("names", {"FAST": 2**31, "LOW": 1}),
         "dict with int that Java's int does not hold and str that is none of FAST, SLOW); valid: names(Map<"),
        (JavaObject(LONGS).set(limit=2**63), "int that Java's long does not hold); valid: setLimit(Long)"),
        (JavaObject(LONGS).set(first=2**63), "given: int that Java's long does not hold; valid: Long"),
        (JavaObject(LONGS).set(steps=["x"]), "given: (list of str); valid: setSteps(List<Long>)"),
        (JavaObject(LONGS).set(steps=[1, "x"]), "given: (list of int and str); valid: setSteps(List<Long>)"),
    ],
    ids=lambda one: "" if isinstance(one, str) else repr(one),
)  # fmt: skip
def test_what_keeps_a_value_from_its_type_is_said(jvm, made, text):
    assert text in refusal(jvm, made)


@pytest.mark.parametrize("number", [2**53, -(2**1000), 2**24])
def test_a_large_number_that_a_double_holds_is_taken(jvm, number):
    made = JavaClass("java.lang.Double").call("toString", number)
    assert float(built(jvm, made)) == number


def test_values_are_in_no_error_for_they_may_be_passwords(jvm):
    assert "secret" not in refusal(jvm, JavaObject("parts.Pool", "secret", {"secret": "secret"}, 1.5))


def test_what_a_method_throws_is_told_with_the_method(jvm):
    with pytest.raises(Py4JJavaError) as caught:
        jvm.umbrella.storm.jvm.Assembly.build(parsed(jvm, JavaObject(SHOWS, 1).call("fails", "no luck")))
    text = caught.value.java_exception.getMessage()
    assert text == "parts.Shows: fails(String) failed: java.lang.IllegalStateException: no luck"


def test_a_fault_where_a_class_is_initialized_is_told_itself(jvm):
    with pytest.raises(Py4JJavaError) as caught:
        jvm.umbrella.storm.jvm.Assembly.build(parsed(jvm, JavaObject("parts.Unruly", "initialize")))
    text = caught.value.java_exception.getMessage()
    assert text == "parts.Unruly: Unruly(String) failed: java.lang.IllegalStateException: no licence"


def test_what_was_null_is_named_by_what_returned_it(jvm):
    made = JavaClass("parts.Unruly").call("none").call("failing", "x")
    with pytest.raises(Py4JJavaError) as caught:
        jvm.umbrella.storm.jvm.Assembly.build(parsed(jvm, made))
    text = caught.value.java_exception.getMessage()
    assert text == "parts.Unruly.none returned null, and failing cannot be called on it"


def test_a_class_that_needs_another_one_names_it(jvm):
    text = refusal(jvm, JavaObject("parts.Lacking", None))
    assert text == (
        "parts.Lacking cannot be used without a class that is not there; given: parts.Absent. "
        "Is the jar with it among --jars or --artifacts?"
    )
