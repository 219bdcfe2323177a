from __future__ import annotations

import pytest

from tests.compile import specs
from umbrella.compile.flux import to_flux
from umbrella.compile.groupings import KINDS
from umbrella.compile.lower import lower
from umbrella.compile.thrift import to_thrift
from umbrella.errors import BuildError
from umbrella.process import OURS, SHELL, STOCK
from umbrella.spec import (
    CUSTOM,
    DEFAULT_STREAM,
    ComponentSpec,
    GroupingSpec,
    InputSpec,
    JvmCode,
    PythonCode,
    StreamSpec,
    TopologySpec,
)


def one(component: ComponentSpec, shell: str) -> TopologySpec:
    """Return a topology of that component alone."""
    return TopologySpec("t", "m:T", (component,), {SHELL: shell})


def test_every_fault_is_told_at_once() -> None:
    spec = TopologySpec(
        "t",
        "m:T",
        (
            ComponentSpec("a", "spout", JvmCode("x.A", (1, None, {1}))),
            ComponentSpec(
                "b",
                "bolt",
                PythonCode("m", "B", {"when": {1, 2}}),
                inputs=(
                    specs.reads("a", "shufle"),
                    InputSpec("a", DEFAULT_STREAM, GroupingSpec(CUSTOM, java_class="x.G", java_args=([],))),
                ),
            ),
        ),
        {"my.rate": float("nan")},
    )
    with pytest.raises(BuildError) as caught:
        lower(spec)
    assert str(caught.value).splitlines() == [
        "topology t cannot be built:",
        "  1. t: 'my.rate' is not plain JSON; given: nan; "
        "valid: str, int, finite float, bool, None, lists of these, dicts of these with str keys",
        "  2. a: Java argument 3 has no form in Java; given: {1}; "
        "valid: str, int, finite float, bool, None, tuples, mappings, Java*Spec of these",
        "  3. b: 'when' is not plain JSON; given: {1, 2}; "
        "valid: str, int, finite float, bool, None, lists of these, dicts of these with str keys",
        f"  4. b: grouping 'shufle' is unknown; valid: {', '.join(KINDS)}. Did you mean 'shuffle'?",
        "  5. b: it reads stream 'default' of 'a' twice. Storm has one grouping per stream and bolt; keep one.",
        "  6. b, x.G: Java argument 1 has no Java type; given: []; valid: str, int, float, bool",
    ]


@pytest.mark.parametrize("name", specs.ALL_SPECS)
def test_flux_can_carry_the_common_topologies(name: str) -> None:
    assert lower(specs.ALL_SPECS[name]()).flux_limits() == []


@pytest.mark.parametrize(
    ("component", "text"),
    [
        (
            ComponentSpec("a", "spout", PythonCode("m", "A"), config={"my.key": None}),
            "a: config 'my.key' is None. Flux has no null arguments.",
        ),
        (
            ComponentSpec("a", "spout", PythonCode("m", "A"), config={"my.key": {"ref": "x"}}),
            "a: config 'my.key' looks like a Flux reference; given: {'ref': 'x'}. Add a second key, or rename it.",
        ),
        (
            ComponentSpec("a", "spout", PythonCode("m", "A"), streams=(StreamSpec("empty", ()),)),
            "a: stream 'empty' has no fields. Give it one.",
        ),
    ],
)
def test_flux_refuses_what_it_cannot_say_and_thrift_takes_it(component: ComponentSpec, text: str) -> None:
    spec = one(component, STOCK)
    assert [str(problem) for problem in lower(spec).flux_limits()] == [text]
    with pytest.raises(BuildError, match="cannot be written for Flux, though it can be submitted directly"):
        to_flux(lower(spec))
    assert to_thrift(lower(spec)).spouts.keys() == {"a"}


@pytest.mark.parametrize(
    "component",
    [
        ComponentSpec("a", "spout", PythonCode("m", "A"), config={"my.key": None, "my.map": {"ref": "x"}}),
        ComponentSpec("a", "spout", PythonCode("m", "A"), streams=(StreamSpec("empty", ()),)),
    ],
)
def test_flux_can_carry_it_within_the_one_text_of_our_classes(component: ComponentSpec) -> None:
    spec = one(component, OURS)
    assert lower(spec).flux_limits() == []
    assert [vertex["id"] for vertex in to_flux(lower(spec))["spouts"]] == ["a"]
