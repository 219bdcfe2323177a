"""Each rendering of each example against a file that was looked at; ``--update-golden`` writes them anew."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.compile import specs
from umbrella.compile.flux import to_flux, to_flux_yaml
from umbrella.compile.graph import to_mermaid
from umbrella.compile.lower import lower
from umbrella.compile.thrift import to_thrift
from umbrella.spec import PARTIAL_KEY

Golden = Callable[[str, str], None]


def tree(value: Any) -> Any:
    """Return a struct as plain JSON values: its set fields, stream ids as ``component/stream``."""
    if hasattr(value, "thrift_spec"):
        return {name: tree(item) for name, item in vars(value).items() if item is not None}
    if isinstance(value, dict):
        return {_key(key): tree(item) for key, item in value.items()}
    return [tree(item) for item in value] if isinstance(value, list) else value


def _key(key: Any) -> str:
    return key if isinstance(key, str) else f"{key.componentId}/{key.streamId}"


@pytest.mark.parametrize("name", specs.ALL_SPECS)
def test_thrift_is_as_in_the_golden_file(golden: Golden, name: str) -> None:
    golden(f"{name}.thrift.json", json.dumps(tree(to_thrift(lower(specs.ALL_SPECS[name]()))), indent=2) + "\n")


@pytest.mark.parametrize("name", specs.ALL_SPECS)
def test_flux_is_as_in_the_golden_file(golden: Golden, name: str) -> None:
    golden(f"{name}.flux.yaml", to_flux_yaml(lower(specs.ALL_SPECS[name]())))


@pytest.mark.parametrize("fields", [("key",), ("key", "value")])
def test_partial_key_in_flux_is_our_class_with_the_fields_in_one_string(fields: tuple[str, ...]) -> None:
    spec = specs.wordcount()
    bolt = spec.components[-1]._replace(inputs=(specs.reads("split", PARTIAL_KEY, *fields),))
    edge = to_flux(lower(spec._replace(components=(*spec.components[:-1], bolt))))["streams"][-1]
    custom = {"className": "umbrella.storm.PartialKey", "constructorArgs": ["\n".join(fields)]}
    assert edge["grouping"] == {"type": "CUSTOM", "streamId": "default", "customClass": custom}


@pytest.mark.parametrize("name", [name for name in specs.ALL_SPECS if not name.endswith("-stock")])
def test_mermaid_is_as_in_the_golden_file(golden: Golden, name: str) -> None:
    golden(f"{name}.mmd", to_mermaid(specs.ALL_SPECS[name]()))


@pytest.mark.parametrize("name", specs.ALL_SPECS)
def test_rendering_twice_gives_the_same_text(name: str) -> None:
    make = specs.ALL_SPECS[name]
    assert to_flux_yaml(lower(make())) == to_flux_yaml(lower(make()))
    assert to_thrift(lower(make())) == to_thrift(lower(make()))
