from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from tests.compile import specs
from umbrella.compile.graph import to_mermaid, to_svg
from umbrella.spec import ComponentSpec, PythonCode, StreamSpec, TopologySpec

SVG = "{http://www.w3.org/2000/svg}"


def odd() -> TopologySpec:
    """Names that are markup, or keywords of Mermaid, or not fit for XML at all."""
    spout = ComponentSpec("end", "spout", PythonCode("m", "S"), streams=(StreamSpec('a"|]', ("x",)),))
    inputs = (specs.reads("end", "fields", "<x>", stream='a"|]'),)
    return TopologySpec(
        "a<b>&\0", "m:T", (spout, ComponentSpec('<b>&"#\x01\ud800', "bolt", PythonCode("m", "B"), inputs=inputs))
    )


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_mermaid_shows_shapes_executors_and_groupings() -> None:
    assert to_mermaid(specs.wordcount()).splitlines() == [
        "flowchart LR",
        '    c0(["sentences<br/>1 executor"])',
        '    c1["split<br/>2 executors, 4 tasks"]',
        '    c2["count<br/>3 executors"]',
        '    c0 -->|"shuffle"| c1',
        '    c1 -->|"fields (word)"| c2',
    ]


def test_mermaid_names_the_stream_unless_it_is_the_default_one() -> None:
    text = to_mermaid(specs.groupings())
    assert 'c0 -->|"signals: all"| c1' in text
    assert 'c1 -->|"again: local or shuffle"| c1' in text
    assert 'c1 -->|"custom NGrouping"| c2' in text


def test_mermaid_gets_no_sign_that_means_something_to_it() -> None:
    body = re.sub(r'^ +c\d+(\(\[|\[| -->\|)"|"(\]\)|\]|\| c\d+)$', "", to_mermaid(odd()), flags=re.MULTILINE)
    assert set(body.replace("<br/>", "")) <= set("flowchart LR\nend1 executor#;0123456789a: fields (x)b")


@pytest.mark.parametrize("make", [*specs.ALL_SPECS.values(), odd], ids=lambda make: make.__name__)
def test_svg_is_well_formed_and_names_every_component(make: object) -> None:
    spec = make()  # type: ignore[operator]
    shown = texts(to_svg(spec))
    for component in spec.components:
        assert re.sub(r"[\x00-\x1f\ud800]", "\ufffd", component.name) in shown


def test_svg_labels_every_input() -> None:
    shown = texts(to_svg(specs.groupings()))
    assert {
        "partial key (key, value)",
        "signals: all",
        "chosen: direct",
        "feedback: global",
        "custom NGrouping",
    } <= set(shown)


def test_svg_draws_spouts_rounder_than_bolts() -> None:
    drawn = ElementTree.fromstring(to_svg(specs.wordcount())).iter(f"{SVG}g")
    radii = [float(group.find(f"{SVG}rect").get("rx")) for group in drawn]  # type: ignore[union-attr, arg-type]
    assert radii[0] > 20
    assert radii[1:] == [5.0, 5.0]


def test_svg_says_what_is_java_and_where_every_component_comes_from() -> None:
    svg = to_svg(specs.jvm())
    assert "Java: DRPCSpout" in texts(svg)
    titles = [element.text for element in ElementTree.fromstring(svg).iter(f"{SVG}title")]
    assert ElementTree.fromstring(svg).find(f"{SVG}text").text == "jvm"  # type: ignore[union-attr]
    assert {"jvm", "jvm:Shout", "org.apache.storm.drpc.DRPCSpout", "requests to shout"} <= set(titles)


def test_svg_dashes_what_runs_backward() -> None:
    paths = ElementTree.fromstring(to_svg(specs.groupings())).findall(f"{SVG}path")
    dashed = [path.find(f"{SVG}title").text for path in paths if path.get("stroke-dasharray")]  # type: ignore[union-attr]
    assert dashed == ["route to route", "total to route"]


def test_input_from_nowhere_is_left_out_of_pictures() -> None:
    """Validation tells of it; a picture may be wanted to find out why."""
    bolt = ComponentSpec("b", "bolt", PythonCode("m", "B"), inputs=(specs.reads("gone", "shuffle"),))
    spec = TopologySpec("t", "m:T", (bolt,))
    assert "-->" not in to_mermaid(spec)
    assert "marker-end" not in to_svg(spec)


@pytest.mark.parametrize("make", specs.ALL_SPECS.values(), ids=specs.ALL_SPECS)
def test_the_same_spec_gives_the_same_picture(make: object) -> None:
    assert to_svg(make()) == to_svg(make())  # type: ignore[operator]
