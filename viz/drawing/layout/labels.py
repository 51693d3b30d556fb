"""Finds free places for the labels of arrows: each beside its own line, and on nothing else.

Graphviz keeps lines off boxes, but not off all labels. A label that lies on something is moved along its own
line, as little as is needed. Everything is a level rectangle or a piece of a line here.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations

from viz.drawing.layout.places import HEAD_WIDE, Layout, Point, Rectangle, Segment

Thing = Rectangle | Segment

_LETTER, _HIGH = (
    6.8,
    11.5,
)  # points: a letter of a label in the widest font of its kind, and how high its ink is
_LOWER = 0.6  # the ink's middle is below that of the line of text
_CLEAR = (3.0, 1.2)  # what labels keep off everything else: as much as there is room for
_OWN = 0.8  # and off their own line, so that they stand closer to it than to any other
_BESIDE = 2.0  # between a label that is moved and its line
_SAME = 1.0  # points between tips that are one
_OUTLINE = 1.5  # what lines add to the width of a head
_CELL = 48.0  # of the net in which neighbours are found


def settled(layout: Layout, widths: Mapping[str, int]) -> tuple[Layout, list[str]]:
    """Return the layout with its labels in free places, and the arrows whose label has found none.

    Parameters
    ----------
    layout : Layout
    widths : mapping of str to int
        How many letters each label has.

    Examples
    --------
    >>> way = [Segment((x, 0.0), (x + 10.0, 0.0), 1.0) for x in range(0, 100, 10)]
    >>> across = [Segment((50.0, -40.0), (50.0, 40.0), 1.0)]
    >>> crossed = Layout({}, {}, {"e0": way, "e1": across}, {}, {"e0": Rectangle(50.0, 9.0, 40.0, 13.0)})
    >>> found, left = settled(crossed, {"e0": 5})
    >>> found.labels["e0"].x, left
    (25.0, [])
    """
    ground = _Net()
    for box in layout.boxes.values():
        ground.add("", box)
    for head in layout.heads.values():
        ground.add("", head)
    for name, pieces in layout.shafts.items():
        for piece in pieces:
            ground.add(name, piece)
    labels, taken = dict(layout.labels), _Net()
    inks = {name: _ink(label, widths[name]) for name, label in labels.items()}
    crowded = []
    for name, ink in inks.items():  # those that are well where they are stay there
        if ground.free(name, ink, _CLEAR[-1]) and taken.free(name, ink, _CLEAR[-1]):
            taken.add(name, ink)
        else:
            crowded.append(name)
    left = []
    for name in crowded:
        places = sorted(_beside(layout.shafts[name], inks[name]), key=lambda at: _moved(inks[name], at))
        tries = (
            place
            for clear in _CLEAR
            for place in places
            if ground.free(name, place, clear) and taken.free(name, place, clear)
        )
        place = next(tries, None)
        if place is None:
            left.append(name)
        else:
            taken.add(name, place)
            labels[name] = labels[name]._replace(x=place.x, y=place.y + _LOWER)
    return replace(layout, labels=labels), left


def _ink(label: Rectangle, letters: int) -> Rectangle:
    """Return the rectangle that the letters of a label cover."""
    return Rectangle(label.x, label.y - _LOWER, letters * _LETTER, _HIGH)


def touching(layout: Layout) -> int:
    """Count the pairs of arrowheads that lie on each other, at their ends, where they are widest.

    Heads that share their tip are meant to meet there.
    """
    return sum(
        math.dist(one.end, other.end) < HEAD_WIDE + _OUTLINE and math.dist(one.start, other.start) > _SAME
        for one, other in combinations(layout.heads.values(), 2)
    )


def _moved(ink: Rectangle, place: Rectangle) -> float:
    return math.hypot(place.x - ink.x, place.y - ink.y)


def _beside(pieces: list[Segment], ink: Rectangle) -> Iterator[Rectangle]:
    """Yield the places on either side of a line."""
    for start, end, wide in pieces:
        length = math.dist(start, end)
        across = (start[1] - end[1]) / length, (end[0] - start[0]) / length
        off = _BESIDE + wide / 2 + abs(across[0]) * ink.width / 2 + abs(across[1]) * ink.height / 2
        x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
        for side in (off, -off):
            yield ink._replace(x=x + side * across[0], y=y + side * across[1])


class _Net:
    """Things by the cells that they touch, so that only neighbours are compared."""

    def __init__(self) -> None:
        self.cells: defaultdict[tuple[int, int], list[tuple[str, Thing]]] = defaultdict(list)

    def add(self, owner: str, thing: Thing) -> None:
        for cell in _cells(thing, 0.0):
            self.cells[cell].append((owner, thing))

    def free(self, owner: str, place: Rectangle, clear: float) -> bool:
        """Say whether a place keeps clear of everything, and clear enough of what belongs to its owner."""
        return not any(
            _meets(place, thing, _OWN if owner == whose else clear)
            for cell in _cells(place, clear)
            for whose, thing in self.cells.get(cell, ())
        )


def _cells(thing: Thing, margin: float) -> Iterator[tuple[int, int]]:
    left, low, right, top = (int(side // _CELL) for side in _sides(thing, margin))
    return ((i, j) for i in range(left, right + 1) for j in range(low, top + 1))


def _sides(thing: Thing, margin: float) -> tuple[float, float, float, float]:
    if isinstance(thing, Rectangle):
        across, up = thing.width / 2 + margin, thing.height / 2 + margin
        return thing.x - across, thing.y - up, thing.x + across, thing.y + up
    (x, y), (to_x, to_y), wide = thing
    margin += wide / 2
    return min(x, to_x) - margin, min(y, to_y) - margin, max(x, to_x) + margin, max(y, to_y) + margin


def _meets(place: Rectangle, thing: Thing, clear: float) -> bool:
    """Say whether a rectangle comes closer to another, or to a piece of a line, than is clear."""
    if isinstance(thing, Rectangle):
        across, up = ((a + b) / 2 + clear for a, b in zip(place[2:], thing[2:], strict=True))
        return abs(place.x - thing.x) < across and abs(place.y - thing.y) < up
    return _runs_through(thing.start, thing.end, _sides(place, clear + thing.width / 2))


def _runs_through(start: Point, end: Point, sides: tuple[float, float, float, float]) -> bool:
    """Say whether a line comes inside a rectangle, by what is left of it between each two sides."""
    first, last = 0.0, 1.0
    for axis in (0, 1):
        way, low, high = end[axis] - start[axis], sides[axis] - start[axis], sides[axis + 2] - start[axis]
        if way == 0:
            if low >= 0 or high <= 0:
                return False
            continue
        enters, leaves = sorted((low / way, high / way))
        first, last = max(first, enters), min(last, leaves)
    return first < last
