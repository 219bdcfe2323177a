"""What a jar says of its topology, there and back."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from tests.compile import specs
from umbrella.compile.conf import topology_conf
from umbrella.compile.description import ENTRY, from_json, read_jar, to_json
from umbrella.compile.lower import lower
from umbrella.compile.thrift import serialize, to_thrift
from umbrella.errors import BuildError
from umbrella.version import VERSION

ALL = [specs.wordcount, specs.groupings, specs.jvm, specs.processes]


@pytest.mark.parametrize("make", ALL, ids=lambda make: make.__name__)
def test_a_topology_comes_back_equal_and_is_submitted_the_same(make):
    spec = make()
    found = from_json(to_json(spec))
    assert found.version == VERSION
    assert serialize(to_thrift(lower(found.spec))) == serialize(to_thrift(lower(spec)))
    assert topology_conf(found.spec) == topology_conf(spec)
    assert to_json(found.spec) == to_json(spec)


def jar(path: Path, text: str | None) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("resources/x", "x" * 1000)
        if text is not None:
            archive.writestr(ENTRY, text)
    return path


def test_a_jar_of_another_make_is_refused_with_the_way_it_goes(tmp_path):
    with pytest.raises(BuildError, match="was not made by `umbrella jar`.*`storm jar`"):
        read_jar(jar(tmp_path / "x.jar", None))


def test_a_jar_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(BuildError, match="there is no file"):
        read_jar(tmp_path / "x.jar")


def test_a_damaged_jar_is_refused(tmp_path):
    path = jar(tmp_path / "x.jar", to_json(specs.wordcount()))
    data = bytearray(path.read_bytes())
    data[60] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(BuildError, match=r"x.jar is damaged; given: resources/x"):
        read_jar(path)
    path.write_bytes(b"no zip")
    with pytest.raises(BuildError, match="is no jar, or is damaged"):
        read_jar(path)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 2}', '{"format": 2, "topology": {"components": [1]}}'])
def test_a_description_that_is_none_is_refused(tmp_path, text):
    with pytest.raises(BuildError, match="cannot be understood"):
        read_jar(jar(tmp_path / "x.jar", text))


def test_a_description_of_a_later_umbrella_says_so(tmp_path):
    later = json.dumps({**json.loads(to_json(specs.wordcount())), "format": 99, "umbrella": "9.0"})
    with pytest.raises(BuildError, match="format 99, made by Umbrella 9.0; this one is "):
        read_jar(jar(tmp_path / "x.jar", later))
