from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings, strategies as st

from umbrella.compile.columns import find_backward, find_columns
from umbrella.compile.layout import Box, Layout, Link, PlacedBox, lay_out
from umbrella.compile.spacing import spread


def boxes(names: str) -> list[Box]:
    return [Box(name, 60.0, 40.0) for name in names]


def links(*pairs: str) -> list[Link]:
    """Return links written as "ab": from a to b."""
    return [Link(pair[0], pair[1], 50.0, 16.0) for pair in pairs]


def overlap(one: PlacedBox, other: PlacedBox) -> bool:
    return (
        one.left < other.left + other.width
        and other.left < one.left + one.width
        and one.top < other.top + other.height
        and other.top < one.top + one.height
    )


def assert_readable(layout: Layout) -> None:
    """Nothing lies on anything else or outside the picture."""
    labels = [PlacedBox(link.label[0] - 25, link.label[1] - 8, 50, 16) for link in layout.links]
    for one, other in itertools.combinations([*layout.boxes.values(), *labels], 2):
        assert not overlap(one, other), (one, other)
    for box in [*layout.boxes.values(), *labels]:
        assert box.left >= 0
        assert box.top >= 0
        assert box.left + box.width <= layout.width
        assert box.top + box.height <= layout.height
    for link in layout.links:
        assert all(0 <= x <= layout.width for x, _ in link.curve)
        assert all(0 <= y <= layout.height for _, y in link.curve[::3])  # the points on the curve


def test_a_row_of_boxes_is_one_straight_line() -> None:
    layout = lay_out(boxes("abc"), links("ab", "bc"))
    assert len({box.top for box in layout.boxes.values()}) == 1
    assert [layout.boxes[key].left for key in "abc"] == sorted(layout.boxes[key].left for key in "abc")
    assert {y for link in layout.links for _, y in link.curve} == {layout.boxes["a"].top + 20}


def test_box_stands_in_the_column_of_its_longest_way() -> None:
    assert find_columns("abcd", [("a", "b"), ("b", "c"), ("a", "c"), ("a", "d")]) == {"a": 0, "b": 1, "c": 2, "d": 1}


def test_link_that_closes_a_cycle_runs_backward() -> None:
    assert find_backward("abc", [("a", "b"), ("b", "c"), ("c", "b")]) == {2}


def test_cycle_without_a_start_is_opened_at_its_first_box() -> None:
    assert find_backward("ab", [("a", "b"), ("b", "a")]) == {1}


def test_link_to_itself_is_no_backward_link() -> None:
    assert find_backward("a", [("a", "a")]) == set()


def test_a_long_topology_does_not_exhaust_the_stack() -> None:
    keys = [str(number) for number in range(5000)]
    assert find_backward(keys, list(zip(keys, keys[1:]))) == set()


def test_backward_link_ends_at_the_right_side_of_an_earlier_box() -> None:
    layout = lay_out(boxes("abc"), links("ab", "bc", "cb"))
    back, b, c = layout.links[2], layout.boxes["b"], layout.boxes["c"]
    assert back.backward
    assert back.curve[0][0] == c.left
    assert back.curve[-1][0] == b.left + b.width


def test_link_to_itself_leaves_and_meets_the_top_of_its_box() -> None:
    layout = lay_out(boxes("a"), links("aa"))
    (loop,), box = layout.links, layout.boxes["a"]
    assert {loop.curve[0][1], loop.curve[-1][1]} == {box.top}
    assert loop.label[1] < box.top


def test_box_grows_with_the_number_of_its_links() -> None:
    layout = lay_out(boxes("ab"), links(*["ab"] * 6))
    assert layout.boxes["a"].height > 80
    assert len({link.curve[0] for link in layout.links}) == 6


def test_crossing_that_can_be_avoided_is_avoided() -> None:
    layout = lay_out(boxes("abxy"), links("ay", "bx"))
    assert (layout.boxes["a"].top < layout.boxes["b"].top) == (layout.boxes["y"].top < layout.boxes["x"].top)


@pytest.mark.parametrize("count", [0, 1])
def test_topology_without_links_has_a_picture(count: int) -> None:
    layout = lay_out(boxes("a" * count), [])
    assert len(layout.boxes) == count
    assert layout.width > 0
    assert layout.height > 0


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abcdefg"), st.sampled_from("abcdefg")), max_size=14))
def test_any_topology_is_readable(pairs: list[tuple[str, str]]) -> None:
    assert_readable(lay_out(boxes("abcdefg"), [Link(source, target, 50.0, 16.0) for source, target in pairs]))


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(1, 100)), max_size=8))
def test_spread_keeps_order_and_distance(items: list[tuple[float, float]]) -> None:
    sizes = [size for _, size in items]
    placed = spread([centre for centre, _ in items], sizes)
    for (one, other), (above, below) in zip(zip(placed, placed[1:]), zip(sizes, sizes[1:])):
        assert other - one >= (above + below) / 2 - 1e-6


def test_spread_leaves_what_fits_where_it_is() -> None:
    assert spread([0, 50, 100], [10, 10, 10]) == [0, 50, 100]


def test_spread_pushes_apart_evenly() -> None:
    assert spread([0, 0], [10, 10]) == [-5, 5]
