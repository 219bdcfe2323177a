from __future__ import annotations

import pytest

from tests.compile import specs
from umbrella.compile.lower import lower
from umbrella.errors import InvalidTopologyError, TooLargeError
from umbrella.spec import PythonCode
from umbrella.storm.nimbus.payload import check_size, checked_name, make_payload


@pytest.mark.parametrize("name", ["wordcount", "word count", "word_count-2", "x" * 200])
def test_names_that_storm_takes(name):
    assert checked_name(name) == name


@pytest.mark.parametrize("name", ["a/b", "a.b", "a:b", "a\\b", "a+b", "a,b", "a\nb", "", " ", "x" * 201, "Wörter"])
def test_names_that_storm_does_not_take(name):
    with pytest.raises(InvalidTopologyError, match="Storm does not take this topology name; given: "):
        checked_name(name)


def test_the_configuration_says_which_submit_it_is_of_and_which_umbrella_is_in_the_jar():
    payload = make_payload(lower(specs.wordcount()), "id-1", "other", "0.0.1")
    assert payload.name == "other"
    assert payload.conf["umbrella.submit.id"] == "id-1"
    assert payload.conf["umbrella.version"] == "0.0.1"


def test_what_is_too_large_names_its_largest_parts():
    spec = specs.wordcount()
    count = spec.components[-1]
    assert isinstance(count.code, PythonCode)
    large = count._replace(code=count.code._replace(options={"table": "x" * 5000}))
    spec = spec._replace(components=(*spec.components[:-1], large))
    payload = make_payload(lower(spec), "id-1")
    check_size(payload, payload.size())
    with pytest.raises(TooLargeError) as caught:
        check_size(payload, payload.size() - 1)
    assert f"given: component {large.name!r} (of that its options and settings: 5," in str(caught.value)
    assert "nimbus.thrift.max_buffer_size" in str(caught.value)
