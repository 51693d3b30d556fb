"""Measures a picture as it is painted: which labels, boxes, lines and heads overlap; asserts nothing.

Reads any SVG of ours: dressed, as Graphviz paints it (PNG and PDF have the same places), or in a player.
Everything is a convex polygon or a chain of short lines, in the picture's own points.
"""

import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from itertools import combinations, pairwise

from autograd.text.labels import width

Point = tuple[float, float]
Polygon = list[Point]

LETTER = 0.6  # of the size of the letters: the width of one, in a font in which all have the same
ABOVE, BELOW = 0.76, 0.22  # of the size: how far letters reach from the line that they stand on
PIECES = 12  # straight pieces that stand for a curve
BARELY = 0.4  # points by which things may touch
ABREAST = 2.5  # and heads of lines that fan into one circle, by half a head
ONE_TIP = 2.0  # points between the tips of heads that are led to one point


class Picture:
    """Labels, lines, heads and boxes of an SVG, by the ids of their arrows and boxes; the words below it."""

    def __init__(self, svg: str) -> None:
        self.labels: dict[str, Polygon] = {}
        self.lines: dict[str, list[Polygon]] = {}
        self.heads: dict[str, list[Polygon]] = {}
        self.boxes: dict[str, Polygon] = {}
        self.caption: Polygon = []
        self.along: set[str] = set()  # arrows whose label lies on the line
        root = ET.fromstring(svg)
        self._read(root)

    def _read(self, group: ET.Element) -> None:
        kinds = group.get("class", "").split()
        name = group.get("id", "").partition("-")[2]
        name = name or ("n" + group.get("data-node", "") if "data-node" in group.attrib else "")
        name = name or ("e" + group.get("data-edge", "") if "data-edge" in group.attrib else "")
        parts = [child for child in group if not child.tag.endswith("}g") and child.tag != "g"]
        if "along" in kinds:
            name = name.removesuffix("-label")
            self.along.add(name)
            self.labels[name] = turned(_shape(parts), group.get("transform"))
        elif "node" in kinds:
            self.boxes[name] = _shape(parts) or _text(parts)
        elif "edge" in kinds:
            self.lines[name] = [_curve(part.get("d", "")) for part in parts if _is(part, "path")]
            self.heads[name] = [points(part.get("points", ""))[:4] for part in parts if _is(part, "polygon")]
            label = _text([part for part in parts if part.get("class") != "full"])
            if label:
                self.labels[name] = label
        elif "graph" in kinds:
            self.caption = _text(parts)
        for child in group:
            if child.tag.endswith("}g") or child.tag == "g":
                self._read(child)


def overlaps(picture: Picture) -> list[str]:
    """Say, one line each, what lies on what it should not lie on."""
    return list(_overlaps(picture))


def _overlaps(picture: Picture) -> Iterator[str]:
    for (one, a), (other, b) in combinations(picture.labels.items(), 2):
        if meet(a, b):
            yield f"the labels of {one} and {other} overlap"
    for (one, a), (other, b) in combinations(picture.boxes.items(), 2):
        if meet(a, b):
            yield f"the boxes {one} and {other} overlap"
    for (one, a), (other, b) in combinations(picture.heads.items(), 2):
        if any(meet(x, y, ABREAST) and math.dist(x[1], y[1]) > ONE_TIP for x in a for y in b):
            yield f"the heads of {one} and {other} overlap"
    for name, label in picture.labels.items():
        for other, box in picture.boxes.items():
            if meet(label, box):
                yield f"the label of {name} is on the box {other}"
        for other, lines in picture.lines.items():
            own = name in picture.along and bundle(other) == bundle(name)
            if not own and crosses(lines, label):
                yield f"the label of {name} is on the line of {other}"
        for other, heads in picture.heads.items():
            if any(meet(label, head) for head in heads if head):
                yield f"the label of {name} is on the head of {other}"
        if picture.caption and meet(label, picture.caption):
            yield f"the label of {name} is on the caption"
    for name, box in picture.boxes.items():
        inner = _smaller(box)
        for other, lines in picture.lines.items():
            if crosses(lines, inner):
                yield f"the line of {other} runs over the box {name}"


def bundle(name: str) -> str:
    """Return what arrows have in common that lead over the same line, one for each path."""
    return name.partition("-p")[0]


def _middle(polygon: Polygon) -> Point:
    return sum(x for x, _ in polygon) / len(polygon), sum(y for _, y in polygon) / len(polygon)


def meet(one: Polygon, other: Polygon, barely: float = BARELY) -> bool:
    """Say whether two convex polygons overlap by more than barely: no side of either parts them."""
    for a, b in (*sides(one), *sides(other)):
        length = math.dist(a, b)
        across = ((b[1] - a[1]) / length, (a[0] - b[0]) / length)
        first, second = ([x * across[0] + y * across[1] for x, y in corners] for corners in (one, other))
        if max(first) <= min(second) + barely or max(second) <= min(first) + barely:
            return False
    return True


def crosses(lines: list[Polygon], polygon: Polygon) -> bool:
    """Say whether a line runs over a polygon by more than barely."""
    inner = _smaller(polygon)
    return any(
        meet(list(piece), inner, 0.0) for line in lines for piece in pairwise(line) if piece[0] != piece[1]
    )


def _smaller(polygon: Polygon) -> Polygon:
    x, y = _middle(polygon)
    return [
        (a - math.copysign(min(BARELY, abs(a - x)), a - x), b - math.copysign(min(BARELY, abs(b - y)), b - y))
        for a, b in polygon
    ]


def sides(polygon: Polygon) -> list[tuple[Point, Point]]:
    return [(a, b) for a, b in zip(polygon, [*polygon[1:], polygon[0]], strict=True) if a != b]


def points(text: str) -> Polygon:
    numbers = list(map(float, re.findall(r"-?[\d.]+", text)))
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def turned(polygon: Polygon, transform: str | None) -> Polygon:
    if not transform:
        return polygon
    angle, x, y = map(float, re.findall(r"-?[\d.]+", transform))
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return [(x + (a - x) * cos - (b - y) * sin, y + (a - x) * sin + (b - y) * cos) for a, b in polygon]


def _is(element: ET.Element, kind: str) -> bool:
    return element.tag.split("}")[-1] == kind


def _shape(parts: list[ET.Element]) -> Polygon:
    """Return the outline of a box: its corners, or those of a circle as a 24-gon."""
    for part in parts:
        if _is(part, "polygon"):
            return points(part.get("points", ""))[:4]
        if _is(part, "path"):
            xs, ys = zip(*points(part.get("d", "")), strict=True)
            return [(min(xs), min(ys)), (max(xs), min(ys)), (max(xs), max(ys)), (min(xs), max(ys))]
        if _is(part, "ellipse"):
            x, y, r = (float(part.get(key, 0)) for key in ("cx", "cy", "rx"))
            return [
                (x + r * math.cos(math.tau * k / 24), y + r * math.sin(math.tau * k / 24)) for k in range(24)
            ]
    return []


def _text(parts: list[ET.Element]) -> Polygon:
    """Return the rectangle around some lines of text."""
    xs, ys = [], []
    for part in parts:
        if _is(part, "text") and (part.text or "").strip():
            x, y, size = (
                float(part.get(key, usual)) for key, usual in (("x", 0), ("y", 0), ("font-size", 12))
            )
            wide = width((part.text or "").strip()) * LETTER * size
            left = x if part.get("text-anchor") == "start" else x - wide / 2
            xs += [left, left + wide]
            ys += [y - ABOVE * size, y + BELOW * size]
    if not xs:
        return []
    return [(min(xs), min(ys)), (max(xs), min(ys)), (max(xs), max(ys)), (min(xs), max(ys))]


def _curve(path: str) -> Polygon:
    """Return a chain of cubic curves as a chain of short lines."""
    corners = points(path)
    drawn = corners[:1]
    for k in range(0, len(corners) - 3, 3):
        a, b, c, d = corners[k : k + 4]
        for step in range(1, PIECES + 1):
            t = step / PIECES
            parts = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            drawn.append(
                tuple(sum(p * at[axis] for p, at in zip(parts, (a, b, c, d), strict=True)) for axis in (0, 1))
            )
    return drawn
