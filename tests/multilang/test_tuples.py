"""The tuple that a bolt sees."""

from __future__ import annotations

import copy
import pickle

import pytest

from umbrella.multilang.tuples import tuple_class


@pytest.fixture
def tup():
    made = tuple_class(["ip", "path", "id"])
    return made("7", "parse", "default", 3, ["1.2.3.4", "/x", "field called id"])


def test_fields_by_name_by_position_and_by_unpacking(tup):
    ip, path, _ = tup
    assert (ip, path) == (tup.ip, tup.path) == (tup["ip"], tup["path"]) == (tup[0], tup[1]) == ("1.2.3.4", "/x")
    assert (len(tup), tup[1:], tup.fields) == (3, ["/x", "field called id"], ("ip", "path", "id"))


def test_a_field_called_like_an_attribute_takes_its_place(tup):
    assert tup.id == tup["id"] == "field called id"
    assert (tup.stream, tup.component, tup.task) == ("default", "parse", 3)


def test_an_unknown_field_names_the_fields_there_are(tup):
    with pytest.raises(AttributeError, match="has no field 'pth'; valid: ip, path, id. Did you mean 'path'"):
        _ = tup.pth
    with pytest.raises(KeyError, match="has no field 'x'"):
        _ = tup["x"]


def test_a_tuple_can_be_copied_and_shown(tup):
    assert copy.copy(tup).path == pickle.loads(pickle.dumps(tup)).path == "/x"
    assert repr(tup) == "Tuple(parse.default: ip='1.2.3.4', path='/x', id='field called id')"
