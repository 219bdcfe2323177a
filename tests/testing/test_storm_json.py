"""What is fed has the bytes that Storm's own serializer would write."""

from __future__ import annotations

import json

import pytest

from umbrella.testing.storm_json import frame_of, text_of

# Left as Python has it, right as json-smart 2.5 in Storm 2.8.3 writes it.
WRITTEN = [
    ('a/b \b\f\n\r\t " \\ \x01', r'"a\/b \b\f\n\r\t \" \\ \u0001"'),
    ("\u2028 \u20ff \u2100 \x7f \x9f", r'"\u2028 \u20FF ' + "\u2100" + r' \u007F \u009F"'),
    ("é \N{DROPLET} <&>'", '"é \N{DROPLET} <&>\'"'),
    (1e10, "1.0E10"),
    (-1e-5, "-1.0E-5"),
    (0.1, "0.1"),
    (-0.0, "-0.0"),
    (123456789.5, "1.234567895E8"),
    (1e7, "1.0E7"),
    (9999999.0, "9999999.0"),
    (0.001, "0.001"),
    (1.5e-4, "1.5E-4"),
    (1e300, "1.0E300"),
    (99999999999999999999, "99999999999999999999"),
    ([None, True, False, [], {}], "[null,true,false,[],{}]"),
    ({"a": (1, 2)}, '{"a":[1,2]}'),
]


@pytest.mark.parametrize(("value", "text"), WRITTEN)
def test_text_is_that_of_json_smart(value, text):
    assert text_of(value) == text
    assert json.loads(text) == json.loads(json.dumps(value))


def test_what_no_json_has_is_refused():
    with pytest.raises(TypeError, match="JSON has no bytes"):
        text_of([b"x"])


def test_java_has_nan_and_turns_infinity_into_null_and_lone_surrogates_into_question_marks():
    assert frame_of([float("nan"), float("inf"), "\ud800"]) == b'[NaN,null,"?"]\nend\n'


@pytest.mark.storm
def test_storm_writes_the_same(storm_cluster):
    json_smart = storm_cluster.jvm.classes.org.apache.storm.shade.net.minidev.json.JSONValue
    for value, text in WRITTEN:
        # In a list, which stays in the JVM: Py4J would change a number on its way here and back.
        assert json_smart.toJSONString(json_smart.parse(json.dumps([value]))) == f"[{text}]"
