"""Places boxes in columns from left to right and leads links between them: Sugiyama's method, small.

Boxes get the column of their longest way from a start. Every link becomes a chain of nodes, one in each column between:
its label is the first of them. So labels and lines are kept apart from boxes, and from each other, by the same rule.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass, field

from umbrella.compile.columns import find_backward, find_columns
from umbrella.compile.spacing import spread

Point = tuple[float, float]

MARGIN = 16.0
_COLUMN_GAP = 30.0
_ROW_GAP = 18.0
_LABEL_GAP = 6.0
_PORT_GAP = 16.0
_LOOP_HEIGHT = 40.0
_ORDER_SWEEPS = 12
_PLACE_SWEEPS = 60
_LOOP_LABEL = 10.0  # from a loop's highest point up to the middle of its label
_STRAIGHT = 8  # how much more a bend follows the next bend of its line than a box


@dataclass(frozen=True)
class Box:
    """Something to place: its size."""

    key: str
    width: float
    height: float


@dataclass(frozen=True)
class Link:
    """A line from one box to another, or to itself, with the size of its label."""

    source: str
    target: str
    width: float
    height: float


@dataclass(frozen=True)
class PlacedBox:
    """A box: its left upper corner and its size, which may have grown to hold its links."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class PlacedLink:
    """A link: cubic curves as start, then (control, control, end) of each; its label's centre; whether it runs back."""

    curve: tuple[Point, ...]
    label: Point
    backward: bool


@dataclass(frozen=True)
class Layout:
    """A whole picture."""

    width: float
    height: float
    boxes: dict[str, PlacedBox]
    links: tuple[PlacedLink, ...]


def lay_out(boxes: Sequence[Box], links: Sequence[Link]) -> Layout:
    """Place boxes and links; the same input gives the same picture.

    Args:
        boxes: in the order in which they should come from top to bottom where nothing else decides.
        links: between those boxes; cycles and several links between two boxes are fine.
    """
    drawing = _Drawing(boxes, links)
    drawing.order()
    drawing.place()
    return drawing.layout()


@dataclass(eq=False)
class _Node:
    """A box, a label or a bend: what takes room in one rank. ``loops`` is the room above a box for links to itself."""

    rank: int
    width: float
    height: float
    gap: float
    loops: float = 0.0
    y: float = 0.0
    place: int = 0
    before: list[_Node] = field(default_factory=list)
    after: list[_Node] = field(default_factory=list)

    @property
    def is_box(self) -> bool:
        return self.rank % 2 == 0 and self.height > 0

    @property
    def room(self) -> float:
        return self.height + self.loops + self.gap

    @property
    def middle(self) -> float:
        """Where lines meet it: the room for loops lies above."""
        return self.y + self.loops / 2


class _Drawing:
    """One run of the method. Boxes stand in even ranks, labels in odd ones."""

    def __init__(self, boxes: Sequence[Box], links: Sequence[Link]) -> None:
        keys = [box.key for box in boxes]
        self._links = links
        self._backward = find_backward(keys, [(link.source, link.target) for link in links])
        ways = {number: self._way(number) for number, link in enumerate(links) if link.source != link.target}
        columns = find_columns(keys, ways.values())
        self._boxes = {box.key: self._box_node(box, columns[box.key]) for box in boxes}
        self._chains = {number: self._chain(links[number], *way) for number, way in ways.items()}
        nodes = [*self._boxes.values(), *(node for chain in self._chains.values() for node in chain[1:-1])]
        last = max((node.rank for node in nodes), default=0)
        self._ranks = [[node for node in nodes if node.rank == rank] for rank in range(last + 1)]
        self._lefts: list[float] = []
        self._widths: list[float] = []

    def order(self) -> None:
        """Order each rank by the mean place of its neighbours; keep the order with the fewest crossings."""
        for rank in self._ranks:
            _number(rank)
        best, fewest = [list(rank) for rank in self._ranks], self._crossings()
        for sweep in range(_ORDER_SWEEPS):
            downward = sweep % 2 == 0
            for rank in self._ranks if downward else self._ranks[::-1]:
                rank.sort(key=_place_after if downward else _place_before)
                _number(rank)
            crossings = self._crossings()
            if crossings < fewest:
                best, fewest = [list(rank) for rank in self._ranks], crossings
        self._ranks = best

    def place(self) -> None:
        """Give each rank its x and each node its y, near the nodes it is linked to."""
        left = MARGIN
        for rank in self._ranks:
            width = max((node.width for node in rank), default=0.0)
            self._lefts.append(left)
            self._widths.append(width)
            left += width + _COLUMN_GAP
        for rank in self._ranks:
            _set_centres(rank, [0.0] * len(rank))
        for sweep in range(_PLACE_SWEEPS):
            for rank in self._ranks if sweep % 2 == 0 else self._ranks[::-1]:
                _set_centres(rank, [_wanted_centre(node) for node in rank])
        top = min((node.y - node.room / 2 for rank in self._ranks for node in rank), default=0.0)
        for rank in self._ranks:
            for node in rank:
                node.y += MARGIN - top

    def layout(self) -> Layout:
        """Return what was placed."""
        nodes = [node for rank in self._ranks for node in rank]
        right = max((self._lefts[node.rank] + self._widths[node.rank] for node in nodes), default=0.0)
        bottom = max((node.y + node.room / 2 for node in nodes), default=0.0)
        links = self._placed_links()
        boxes = {key: self._placed_box(node) for key, node in self._boxes.items()}
        return Layout(right + MARGIN, bottom + MARGIN, boxes, links)

    def _way(self, number: int) -> tuple[str, str]:
        link = self._links[number]
        return (link.target, link.source) if number in self._backward else (link.source, link.target)

    def _box_node(self, box: Box, column: int) -> _Node:
        loops = [link for link in self._links if link.source == link.target == box.key]
        ways = [self._way(number) for number, link in enumerate(self._links) if link.source != link.target]
        ports = max(sum(start == box.key for start, _ in ways), sum(end == box.key for _, end in ways))
        width = max([box.width, *(link.width for link in loops)])
        height = max(box.height, (ports + 1) * _PORT_GAP)
        return _Node(2 * column, width, height, _ROW_GAP, loops=len(loops) * _LOOP_HEIGHT)

    def _chain(self, link: Link, start: str, end: str) -> list[_Node]:
        """Return the nodes a link goes through: a box, its label, a bend for every further rank, a box."""
        first, last = self._boxes[start], self._boxes[end]
        label = _Node(first.rank + 1, link.width, link.height, _LABEL_GAP)
        bends = [_Node(rank, 0.0, 0.0, _ROW_GAP) for rank in range(first.rank + 2, last.rank)]
        chain = [first, label, *bends, last]
        for left, right in zip(chain, chain[1:]):
            left.after.append(right)
            right.before.append(left)
        return chain

    def _crossings(self) -> int:
        """Return how many pairs of lines cross: those whose ends are in the other order than their starts."""
        count = 0
        for rank in self._ranks:
            ends: list[int] = []
            for _, end in sorted((node.place, after.place) for node in rank for after in node.after):
                count += len(ends) - bisect_right(ends, end)
                insort(ends, end)
        return count

    def _placed_box(self, node: _Node) -> PlacedBox:
        left = self._lefts[node.rank] + (self._widths[node.rank] - node.width) / 2
        return PlacedBox(left, node.middle - node.height / 2, node.width, node.height)

    def _placed_links(self) -> tuple[PlacedLink, ...]:
        starts = self._ports(0)
        ends = self._ports(-1)
        loops: dict[str, int] = {}
        placed = []
        for number, link in enumerate(self._links):
            if number in self._chains:
                placed.append(self._placed_chain(number, starts[number], ends[number]))
            else:
                loops[link.source] = loops.get(link.source, 0) + 1
                placed.append(self._placed_loop(link.source, loops[link.source]))
        return tuple(placed)

    def _ports(self, side: int) -> dict[int, float]:
        """Return the y at which each chain leaves its first box (side 0) or meets its last (side -1)."""
        neighbour = 1 if side == 0 else -2
        ports = {}
        for box in self._boxes.values():
            chains = [(number, chain) for number, chain in self._chains.items() if chain[side] is box]
            chains.sort(key=lambda item: item[1][neighbour].y)
            top = box.middle - (len(chains) - 1) * _PORT_GAP / 2
            ports.update({number: top + place * _PORT_GAP for place, (number, _) in enumerate(chains)})
        return ports

    def _placed_chain(self, number: int, start: float, end: float) -> PlacedLink:
        chain = self._chains[number]
        first, last = self._placed_box(chain[0]), self._placed_box(chain[-1])
        points = [(first.left + first.width, start)]
        for node in chain[1:-1]:
            left, right = self._lefts[node.rank], self._lefts[node.rank] + self._widths[node.rank]
            points += [(left, node.y), (right, node.y)]
        points.append((last.left, end))
        label = chain[1]
        centre = (self._lefts[label.rank] + self._widths[label.rank] / 2, label.y)
        backward = number in self._backward
        return PlacedLink(_smooth(points[::-1] if backward else points), centre, backward)

    def _placed_loop(self, key: str, number: int) -> PlacedLink:
        """Return a link to its own box: an arc on top of it, each higher than the one before."""
        box = self._placed_box(self._boxes[key])
        middle, reach = box.left + box.width / 2, 0.3 * box.width * number / (number + 1)
        rise = number * _LOOP_HEIGHT - 2 * _LOOP_LABEL
        control = box.top - rise * 4 / 3  # a cubic rises to 3/4 of its controls
        start, end = (middle + reach, box.top), (middle - reach, box.top)
        curve = (start, (middle + 1.6 * reach, control), (middle - 1.6 * reach, control), end)
        return PlacedLink(curve, (middle, box.top - rise - _LOOP_LABEL), True)


def _number(rank: list[_Node]) -> None:
    for place, node in enumerate(rank):
        node.place = place


def _place_after(node: _Node) -> float:
    return _mean_place(node, node.before)


def _place_before(node: _Node) -> float:
    return _mean_place(node, node.after)


def _mean_place(node: _Node, neighbours: list[_Node]) -> float:
    return sum(other.place for other in neighbours) / len(neighbours) if neighbours else node.place


def _wanted_centre(node: _Node) -> float:
    """Return the mean of the neighbours, those of a long line counting more so that it stays straight."""
    weights = [(other, 1 if node.is_box or other.is_box else _STRAIGHT) for other in (*node.before, *node.after)]
    if not weights:
        return node.y
    return sum(other.middle * weight for other, weight in weights) / sum(w for _, w in weights) - node.loops / 2


def _set_centres(rank: list[_Node], wanted: list[float]) -> None:
    for node, centre in zip(rank, spread(wanted, [node.room for node in rank])):
        node.y = centre


def _smooth(points: Sequence[Point]) -> tuple[Point, ...]:
    """Return cubic curves through the points, level at each of them."""
    curve = [points[0]]
    for (x1, y1), (x2, y2) in zip(points, points[1:]):
        middle = (x1 + x2) / 2
        curve += [(middle, y1), (middle, y2), (x2, y2)]
    return tuple(curve)
