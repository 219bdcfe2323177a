"""Pictures of a topology: Mermaid text and SVG. Spouts are round, bolts are square, what is Java says so."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from xml.sax.saxutils import escape

from umbrella.compile.layout import Box, Layout, Link, PlacedBox, PlacedLink, lay_out
from umbrella.spec import DEFAULT_STREAM, ComponentSpec, GroupingSpec, InputSpec, JvmCode, PythonCode, TopologySpec

_NAME_SIZE = 14
_TEXT_SIZE = 12
_LABEL_SIZE = 11
_LINE = 17
_TITLE_SIZE = 16
_TITLE_HEIGHT = 34  # above the layout

_SPOUT = ("#e4f1ff", "#2b6cb0")  # fill, stroke
_BOLT = ("#f5f7f9", "#56616d")
_JAVA = ("#fff4e0", "#b7791f")
_INK = "#1a202c"
_EDGE = "#718096"
_LABEL = "#4a5568"


def to_mermaid(spec: TopologySpec) -> str:
    """Return the topology as a Mermaid flowchart.

    Its nodes are numbered, since a component may bear a word that Mermaid keeps for itself, such as ``end``.
    """
    numbers = {component.name: f"c{number}" for number, component in enumerate(spec.components)}
    lines = ["flowchart LR"]
    for component in spec.components:
        text = "<br/>".join(_mermaid_text(line) for line in _lines(component))
        left, right = ('(["', '"])') if component.kind == "spout" else ('["', '"]')
        lines.append(f"    {numbers[component.name]}{left}{text}{right}")
    for component, entry in _edges(spec):
        label = _mermaid_text(_edge_text(entry))
        lines.append(f'    {numbers[entry.component]} -->|"{label}"| {numbers[component.name]}')
    return "\n".join(lines) + "\n"


def to_svg(spec: TopologySpec) -> str:
    """Return the topology as an SVG picture that needs no other file."""
    edges = list(_edges(spec))
    layout = lay_out(
        [_box(component) for component in spec.components],
        [_link(component, entry) for component, entry in edges],
    )
    lines = [_svg_start(spec, layout)]
    for (component, entry), placed in zip(edges, layout.links):
        lines += _svg_line(f"{entry.component} to {component.name}", placed)
    for component in spec.components:
        lines += _svg_box(component, layout.boxes[component.name])
    for (_, entry), placed in zip(edges, layout.links):
        lines.append(_svg_label(_edge_text(entry), placed))
    return "\n".join([*lines, "</svg>"]) + "\n"


def _edges(spec: TopologySpec) -> Iterator[tuple[ComponentSpec, InputSpec]]:
    """Yield every input whose source is there, with the bolt that reads it."""
    for component in spec.components:
        for entry in component.inputs:
            if spec.component(entry.component):
                yield component, entry


def _lines(component: ComponentSpec) -> list[str]:
    """Return the text inside a component: its name, its Java class, how many run."""
    executors = "1 executor" if component.executors == 1 else f"{component.executors} executors"
    tasks = "" if component.tasks in (None, component.executors) else f", {component.tasks} tasks"
    java = [f"Java: {_short(component.code.class_name)}"] if isinstance(component.code, JvmCode) else []
    return [component.name, *java, executors + tasks]


def _edge_text(entry: InputSpec) -> str:
    stream = "" if entry.stream == DEFAULT_STREAM else f"{entry.stream}: "
    return stream + _grouping_text(entry.grouping)


def _grouping_text(grouping: GroupingSpec) -> str:
    words = [grouping.kind.replace("_", " "), _short(grouping.java_class)]
    words += [f"({', '.join(grouping.fields)})"] if grouping.fields else []
    return " ".join(filter(None, words))


def _short(class_name: str) -> str:
    return class_name.rpartition(".")[2]


def _full_name(component: ComponentSpec) -> str:
    code = component.code
    return f"{code.module}:{code.qualname}" if isinstance(code, PythonCode) else code.class_name


def _mermaid_text(text: str) -> str:
    """Return the text with everything but letters, digits and harmless signs as Mermaid's character codes."""
    return "".join(char if char.isalnum() or char in " ,.:_-()" else f"#{ord(char)};" for char in text)


def _text_width(text: str, size: float) -> float:
    """Return about how wide a text is in a common sans-serif font, a little too wide rather than too narrow."""
    return size * sum(_char_width(char) for char in text)


def _char_width(char: str) -> float:
    if unicodedata.east_asian_width(char) in "WF":
        return 1.05
    if char in "ijlftr.,:;'|!()[]I ":
        return 0.38
    return 0.92 if char in "mwMW@%" else 0.7 if char.isupper() or char == "_" else 0.6


def _box(component: ComponentSpec) -> Box:
    name, *rest = _lines(component)
    text = max([_text_width(name, _NAME_SIZE) * 1.08, *(_text_width(line, _TEXT_SIZE) for line in rest)])
    round_ends = 34 if component.kind == "spout" else 24
    return Box(component.name, text + round_ends, (len(rest) + 1) * _LINE + 16)


def _link(component: ComponentSpec, entry: InputSpec) -> Link:
    return Link(entry.component, component.name, _text_width(_edge_text(entry), _LABEL_SIZE) + 12, _LABEL_SIZE + 6)


def _svg_start(spec: TopologySpec, layout: Layout) -> str:
    title = _text_width(spec.name, _TITLE_SIZE) * 1.08 + 24
    width, height = f"{max(layout.width, title):.0f}", f"{layout.height + _TITLE_HEIGHT:.0f}"
    marker = (
        '<marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" '
        f'orient="auto"><path d="M0 1 L10 5 L0 9 z" fill="{_EDGE}"/></marker>'
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 {-_TITLE_HEIGHT} {width} {height}" role="img" font-family="Helvetica, Arial, sans-serif" '
            f'font-size="{_TEXT_SIZE}" text-anchor="middle" fill="{_INK}">',
            f"<title>{_xml(spec.name)}</title>",
            f"<defs>{marker}</defs>",
            f'<rect y="{-_TITLE_HEIGHT}" width="{width}" height="{height}" fill="#ffffff"/>',
            f'<text x="12" y="{24 - _TITLE_HEIGHT}" font-size="{_TITLE_SIZE}" font-weight="bold" text-anchor="start">'
            f"{_xml(spec.name)}</text>",
        ]
    )


def _svg_line(title: str, placed: PlacedLink) -> Iterator[str]:
    start, *rest = (f"{x:.1f} {y:.1f}" for x, y in placed.curve)
    curves = " ".join(f"C{first} {second} {end}" for first, second, end in zip(*[iter(rest)] * 3))
    dashes = ' stroke-dasharray="5 4"' if placed.backward else ""
    yield (
        f'<path d="M{start} {curves}" fill="none" stroke="{_EDGE}" stroke-width="1.4"{dashes} '
        f'marker-end="url(#arrow)"><title>{_xml(title)}</title></path>'
    )


def _svg_label(text: str, placed: PlacedLink) -> str:
    """Return a label on a white ground, so that the line behind it does not cross its letters."""
    x, y = placed.label
    width = _text_width(text, _LABEL_SIZE) + 4
    return (
        f'<rect x="{x - width / 2:.1f}" y="{y - _LABEL_SIZE * 0.7:.1f}" width="{width:.1f}" '
        f'height="{_LABEL_SIZE * 1.4:.1f}" fill="#ffffff"/>'
        f'<text x="{x:.1f}" y="{y + _LABEL_SIZE * 0.35:.1f}" font-size="{_LABEL_SIZE}" fill="{_LABEL}">'
        f"{_xml(text)}</text>"
    )


def _svg_box(component: ComponentSpec, box: PlacedBox) -> Iterator[str]:
    fill, stroke = _colours(component)
    corner = box.height / 2 if component.kind == "spout" else 5
    yield f"<g><title>{_xml(_full_name(component))}</title>"
    yield (
        f'<rect x="{box.left:.1f}" y="{box.top:.1f}" width="{box.width:.1f}" height="{box.height:.1f}" '
        f'rx="{min(corner, 28):.1f}" fill="{fill}" stroke="{stroke}" stroke-width="1.5"/>'
    )
    lines = _lines(component)
    middle = box.left + box.width / 2
    first = box.top + box.height / 2 - (len(lines) - 1) * _LINE / 2 + _TEXT_SIZE * 0.36
    for number, line in enumerate(lines):
        style = f' font-size="{_NAME_SIZE}" font-weight="bold"' if number == 0 else ""
        yield f'<text x="{middle:.1f}" y="{first + number * _LINE:.1f}"{style}>{_xml(line)}</text>'
    yield "</g>"


def _colours(component: ComponentSpec) -> tuple[str, str]:
    if isinstance(component.code, JvmCode):
        return _JAVA
    return _SPOUT if component.kind == "spout" else _BOLT


def _xml(text: str) -> str:
    """Return the text escaped, with a mark in place of each character that XML 1.0 has no way to say."""
    return escape("".join(char if _is_xml(char) else "\ufffd" for char in text), {'"': "&quot;"})


def _is_xml(char: str) -> bool:
    return char in "\t\n\r" or ("\x20" <= char <= "\ud7ff") or ("\ue000" <= char <= "\ufffd") or char >= "\U00010000"
