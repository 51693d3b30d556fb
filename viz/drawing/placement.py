"""Places a drawing in columns: its boxes, straight arrows between them, and labels that lie along these.

Everything is a convex polygon here, and a place is free if no two of them meet. A label lies on its own line,
turned as this is or level, and keeps off all other lines, arrowheads, boxes and labels; where there is no
such place, the columns move apart until there is. It refuses to know who paints the picture.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain, groupby

from autograd.text.labels import width
from viz.drawing.drawing import Arrow, Box, Drawing
from viz.drawing.layout.places import HEAD, Point
from viz.drawing.looks.style import CIRCLE, STYLES

LETTER, LINE = 7.5, 15.0  # points: a letter and a line of text in a box, in the widest font of this kind
SMALL_LETTER, SMALL_LINE = 6.8, 13.5  # and in a label
BESIDE, ABREAST = 8.0, 36.0  # between arrows that join the same two boxes, and between the outer two at most
_MARGIN = (24.0, 12.0)  # what a box adds to its text
_GAP = 12.0  # between boxes
_CLEAR = 1.5  # what a label keeps off everything else
_THICK = 4.0  # so much larger is the head of a thick line
_TRIES = 24  # places along a line
_ACROSS = 110.0  # between columns, at least
_GROWTH = 60  # times that the columns move apart, before labels are left out


@dataclass(frozen=True, slots=True)
class Place:
    """A rectangle around (x, y), in points, y upwards, turned by an angle in degrees."""

    x: float
    y: float
    width: float
    height: float
    angle: float = 0.0

    def corners(self, margin: float = 0.0) -> list[Point]:
        """Return its corners, a margin further out."""
        across, up = self.width / 2 + margin, self.height / 2 + margin
        cos, sin = math.cos(math.radians(self.angle)), math.sin(math.radians(self.angle))
        return [
            (self.x + a * across * cos - b * up * sin, self.y + a * across * sin + b * up * cos)
            for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))
        ]

    def meets(self, other: "Place", margin: float = 0.0) -> bool:
        """Say whether the two have a point in common: no line parts them along a side of either."""
        reach = (math.hypot(self.width, self.height) + math.hypot(other.width, other.height)) / 2 + margin
        if math.hypot(self.x - other.x, self.y - other.y) > reach:
            return False
        mine, yours = self.corners(margin), other.corners()
        for angle in (self.angle, self.angle + 90, other.angle, other.angle + 90):
            cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
            a, b = ([x * cos + y * sin for x, y in corners] for corners in (mine, yours))
            if max(a) < min(b) or max(b) < min(a):
                return False
        return True


@dataclass(frozen=True, slots=True)
class Placement:
    """Where everything is: boxes and labels by the id of their box or arrow, lines from border to border."""

    boxes: dict[str, Place]
    lines: dict[str, tuple[Point, Point]]
    labels: dict[str, Place] = field(default_factory=dict)


@lru_cache(maxsize=16)
def placed(drawing: Drawing, *, turned: bool) -> Placement:
    """Place a drawing in columns: those without a column stand below, one under the other.

    Labels are turned as their lines are, or level, for painters that cannot turn them.
    """
    apart = CIRCLE + _GAP
    across = {box.column: _ACROSS for box in drawing.boxes}  # before a column so much room
    for _ in range(_GROWTH):
        placement = _spread(drawing, apart, across)
        labels, crowded = _labels(drawing, placement, turned)
        if not crowded:
            return replace(placement, labels=labels)
        apart *= 1.04
        for column in crowded:
            across[column] *= 1.08
    return placement


def labelled(drawing: Drawing, *, turned: bool) -> Iterator[tuple[Arrow, Place]]:
    """Yield the arrows that have a label, and where it is."""
    labels = placed(drawing, turned=turned).labels
    return ((arrow, labels[arrow.id]) for arrow in drawing.arrows if arrow.id in labels)


def _spread(drawing: Drawing, apart: float, across: dict[str, float]) -> Placement:
    """Return the boxes at these distances, and the lines between them."""
    columns: dict[str, list[Box]] = {}
    for box in drawing.boxes:
        columns.setdefault(box.column, []).append(box)
    below = columns.pop("", [])
    sizes = {box.id: _size(box) for box in drawing.boxes}
    apart = max([apart, *(sizes[box.id][1] + _GAP for box in chain.from_iterable(columns.values()))])
    boxes: dict[str, Place] = {}
    right = 0.0
    for column, members in columns.items():
        wide = max(sizes[box.id][0] for box in members)
        x = right + across[column] + wide / 2 if boxes else wide / 2
        for i, box in enumerate(members):
            if not _round(box):
                sizes[box.id] = (wide, sizes[box.id][1])
            boxes[box.id] = Place(x, apart * ((len(members) - 1) / 2 - i), *sizes[box.id])
        right = x + wide / 2
    y = min((place.y - place.height / 2 for place in boxes.values()), default=0.0)
    for box in below:
        wide, high = sizes[box.id]
        y -= _GAP + high
        boxes[box.id] = Place(wide / 2, y + high / 2, wide, high)
    lines: dict[str, tuple[Point, Point]] = {}
    by_ends = sorted(drawing.arrows, key=_ends)
    for _, group in groupby(by_ends, key=_ends):
        side_by_side = list(group)
        last = len(side_by_side) - 1
        apart = min(BESIDE, ABREAST / max(1, last))
        for k, arrow in enumerate(side_by_side):
            lines[arrow.id] = _line(arrow, boxes, apart * (last / 2 - k), sizes)
    return Placement(boxes, lines)


def _ends(arrow: Arrow) -> tuple[str, str]:
    return arrow.source, arrow.target


def _size(box: Box) -> tuple[float, float]:
    if _round(box):
        return CIRCLE, CIRCLE
    wide = max(map(width, box.lines)) * LETTER + _MARGIN[0]
    return wide, len(box.lines) * LINE + _MARGIN[1]


def _round(box: Box) -> bool:
    return any(STYLES[row].dot.get("shape") == "circle" for row in box.classes)


def _line(
    arrow: Arrow, boxes: dict[str, Place], beside: float, sizes: dict[str, tuple[float, float]]
) -> tuple[Point, Point]:
    """Return the ends of an arrow at the borders of its boxes, moved sideways by so much."""
    source, target = boxes[arrow.source], boxes[arrow.target]
    dx, dy = target.x - source.x, target.y - source.y
    length = math.hypot(dx, dy)
    dx, dy = dx / length, dy / length
    x, y = -dy * beside, dx * beside
    start, end = (
        _reach(sizes[arrow.source], (dx, dy), (x, y)),
        _reach(sizes[arrow.target], (-dx, -dy), (x, y)),
    )
    return (
        (source.x + x + start * dx, source.y + y + start * dy),
        (target.x + x - end * dx, target.y + y - end * dy),
    )


def _reach(size: tuple[float, float], way: Point, start: Point) -> float:
    """Return how far it is in a direction to the border of a circle or rectangle, from beside its middle."""
    if size == (CIRCLE, CIRCLE):
        return math.sqrt((CIRCLE / 2) ** 2 - math.hypot(*start) ** 2)
    sides = zip(size, way, start, strict=True)
    return min((side / 2 - math.copysign(at, at * d)) / abs(d) for side, d, at in sides if d)


def _labels(drawing: Drawing, placement: Placement, turned: bool) -> tuple[dict[str, Place], set[str]]:
    """Return a free place for every label, and the columns before which there is none for one of them."""
    columns = {box.id: box.column for box in drawing.boxes}
    solid = list(placement.boxes.values())
    shafts = {arrow.id: _strip(*placement.lines[arrow.id], 2 * _CLEAR) for arrow in drawing.arrows}
    heads = {arrow.id: _head(arrow, placement) for arrow in drawing.arrows}
    fan = Counter(arrow.source for arrow in drawing.arrows)
    labels: dict[str, Place] = {}
    crowded: set[str] = set()
    for arrow in drawing.arrows:
        if not arrow.label or columns[arrow.target] in crowded:
            continue
        others = [shafts[other.id] for other in drawing.arrows if _ends(other) != _ends(arrow)]
        taken = [*solid, *heads.values(), *labels.values(), *others]
        source, target = (placement.boxes[id] for id in _ends(arrow))
        for place in _along(arrow, source, target, 1 / (fan[arrow.source] + 1)):
            place = place if turned else replace(place, angle=0.0)
            if _free(place, taken):
                labels[arrow.id] = place
                break
        else:
            crowded.add(columns[arrow.target])
    return labels, crowded


def _free(place: Place, taken: Iterable[Place]) -> bool:
    return not any(place.meets(other, _CLEAR) for other in taken)


def _along(arrow: Arrow, source: Place, target: Place, share: float) -> list[Place]:
    """Return the places that a label may take on the line between two boxes, the best first.

    In a full fan the lines are evenly apart after this share of their way, just before they meet those of
    their neighbours.
    """
    dx, dy = target.x - source.x, target.y - source.y
    angle = math.degrees(math.atan2(dy, dx))
    shares = sorted((i / _TRIES for i in range(1, _TRIES)), key=lambda tried: abs(tried - share))
    circled = sum("①" <= c <= "⑳" for c in arrow.label)  # as wide as two letters
    wide = (width(arrow.label) + circled + 1) * SMALL_LETTER
    return [Place(source.x + t * dx, source.y + t * dy, wide, SMALL_LINE, angle) for t in (share, *shares)]


def _strip(start: Point, end: Point, wide: float) -> Place:
    """Return a line as the thin rectangle that it covers."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    return Place(
        (start[0] + end[0]) / 2, (start[1] + end[1]) / 2, math.hypot(dx, dy), wide,
        math.degrees(math.atan2(dy, dx)),
    )  # fmt: skip


def _head(arrow: Arrow, placement: Placement) -> Place:
    """Return where the head of an arrow is."""
    line = placement.lines[arrow.id]
    tip, other = line if arrow.backward else line[::-1]
    length = math.dist(tip, other)
    share = min(1.0, (HEAD + _THICK) / length)
    back = (tip[0] + share * (other[0] - tip[0]), tip[1] + share * (other[1] - tip[1]))
    return _strip(back, tip, HEAD + _THICK)
