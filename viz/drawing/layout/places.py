"""Reads what Graphviz says in JSON of where everything is; knows nothing of what it is.

All lengths are points, y upwards. Boxes and arrows go by their ids, which the DOT gives them behind a prefix.
"""

import json
import math
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

Point = tuple[float, float]

INCH = 72.0
HEAD, HEAD_WIDE = 7.0, 5.0  # an arrowhead: its length and its width
_PIECE = 12.0  # points: a curve is followed in steps of about so much


class Rectangle(NamedTuple):
    """A level rectangle around (x, y)."""

    x: float
    y: float
    width: float
    height: float


class Segment(NamedTuple):
    """A piece of a line, from `start` to `end`, of a width."""

    start: Point
    end: Point
    width: float


@dataclass(frozen=True)
class Layout:
    """Where everything of a picture is.

    Parameters
    ----------
    boxes : dict of str to Rectangle
    ways : dict of str to str
        The curve of each arrow as Graphviz writes it, its head included.
    shafts : dict of str to list of Segment
        The same curves as chains of short lines.
    heads : dict of str to Segment
    labels : dict of str to Rectangle
        Of each arrow that has one.
    """

    boxes: dict[str, Rectangle]
    ways: dict[str, str]
    shafts: dict[str, list[Segment]]
    heads: dict[str, Segment]
    labels: dict[str, Rectangle] = field(default_factory=dict)


def read(places: bytes, prefix: str) -> Layout:
    """Read the places of all whose id begins with a prefix.

    Examples
    --------
    >>> edge = b'{"id": "g-e0", "pos": "e,40,0 0,0 10,0 20,0 33,0", "lp": "20,9", "lwidth": "0.5"}'
    >>> layout = read(b'{"objects": [], "edges": [' + edge + b"]}", "g-")
    >>> layout.heads["e0"], layout.labels["e0"].width, len(layout.shafts["e0"])
    (Segment(start=(40.0, 0.0), end=(33.0, 0.0), width=5.0), 36.0, 3)
    """
    found = json.loads(places)
    boxes = {
        _name(thing, prefix): Rectangle(
            *point(thing["pos"]), float(thing["width"]) * INCH, float(thing["height"]) * INCH
        )
        for thing in found.get("objects", ())
        if "pos" in thing
    }
    arrows = {_name(thing, prefix): thing for thing in found.get("edges", ()) if "id" in thing}
    layout = Layout(boxes, {}, {}, {})
    for name, thing in arrows.items():
        layout.ways[name] = thing["pos"]
        wide = float(thing.get("penwidth", 1.0))
        layout.shafts[name] = []
        for way in thing["pos"].split(";"):
            head, start, points = _curve(way)
            layout.shafts[name] += _followed(points, wide)
            if head is not None:
                layout.heads[name] = Segment(head, points[0] if start else points[-1], HEAD_WIDE)
        if "lp" in thing:
            size = float(thing.get("lwidth", 0.0)) * INCH, float(thing.get("lheight", 0.0)) * INCH
            layout.labels[name] = Rectangle(*point(thing["lp"]), *size)
    return layout


def _name(thing: Any, prefix: str) -> str:
    return str(thing["id"]).removeprefix(prefix)


def point(text: str) -> Point:
    """Read a place as Graphviz writes it: ``x,y``, in points."""
    x, y = text.split(",")[:2]
    return float(x), float(y)


def _curve(way: str) -> tuple[Point | None, bool, list[Point]]:
    """Take a curve of Graphviz's apart: the tip of its head, whether that is at its start, its points."""
    head, start, points = None, False, []
    for part in way.split():
        if part[0] in "es":
            head, start = point(part[2:]), part[0] == "s"
        else:
            points.append(point(part))
    return head, start, points


def _followed(points: list[Point], wide: float) -> list[Segment]:
    """Follow a chain of cubic curves in short lines."""
    chain = points[:1]
    for k in range(0, len(points) - 3, 3):
        a, b, c, d = points[k : k + 4]
        pieces = max(2, math.ceil((math.dist(a, b) + math.dist(b, c) + math.dist(c, d)) / _PIECE))
        for step in range(1, pieces + 1):
            t = step / pieces
            parts = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            x, y = (sum(p * at[axis] for p, at in zip(parts, (a, b, c, d), strict=True)) for axis in (0, 1))
            chain.append((x, y))
    return [Segment(one, other, wide) for one, other in pairwise(chain) if one != other]
