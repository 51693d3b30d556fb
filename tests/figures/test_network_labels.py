"""Where labels of a network stand, measured in the picture itself: on their lines, and on nothing else.

Reads the SVG as a browser does: every label's box turned as its group says, every line, every arrowhead.
"""

import math
import re
import xml.etree.ElementTree as ET
from itertools import combinations

import pytest

import nn
import viz
from tests.figures.figures import SVG

Polygon = list[tuple[float, float]]


def meet(one: Polygon, other: Polygon) -> bool:
    """Say whether two convex polygons overlap: no side of either parts them."""
    for a, b in (*sides(one), *sides(other)):
        across = (b[1] - a[1], a[0] - b[0])
        first, second = ([x * across[0] + y * across[1] for x, y in corners] for corners in (one, other))
        if max(first) <= min(second) or max(second) <= min(first):
            return False
    return True


def sides(polygon: Polygon) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    return [(a, b) for a, b in zip(polygon, [*polygon[1:], polygon[0]], strict=True) if a != b]


def points(text: str) -> Polygon:
    numbers = list(map(float, re.findall(r"-?[\d.]+", text)))
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def turned(polygon: Polygon, transform: str) -> Polygon:
    angle, x, y = map(float, re.findall(r"-?[\d.]+", transform))
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return [(x + (a - x) * cos - (b - y) * sin, y + (a - x) * sin + (b - y) * cos) for a, b in polygon]


class Picture:
    """Labels, lines, heads and circles of a network's SVG, each by the id of its arrow or box."""

    def __init__(self, svg: str) -> None:
        self.labels: dict[str, Polygon] = {}
        self.level: dict[str, Polygon] = {}  # as a PNG shows them
        self.lines: dict[str, Polygon] = {}
        self.heads: dict[str, Polygon] = {}
        self.circles: list[Polygon] = []
        for group in ET.fromstring(svg).iter(f"{SVG}g"):
            kinds, name = group.get("class", "").split(), group.get("id", "").partition("-")[2]
            if "along" in kinds:
                shape = group.find(f"{SVG}polygon")
                assert shape is not None
                self.level[name.removesuffix("-label")] = points(shape.get("points", ""))[:4]
                self.labels[name.removesuffix("-label")] = turned(
                    points(shape.get("points", ""))[:4], group.get("transform", "")
                )
            elif "edge" in kinds:
                path, head = group.find(f"{SVG}path"), group.find(f"{SVG}polygon")
                assert path is not None
                assert head is not None
                drawn = points(path.get("d", ""))
                self.lines[name], self.heads[name] = [drawn[0], drawn[-1]], points(head.get("points", ""))[:3]
            elif "node" in kinds:
                for round in group.iter(f"{SVG}ellipse"):
                    x, y, r = (float(round.get(key, 0)) for key in ("cx", "cy", "rx"))
                    corners = [math.tau * k / 24 for k in range(24)]
                    self.circles.append([(x + r * math.cos(a), y + r * math.sin(a)) for a in corners])


def fair(picture: Picture) -> None:
    """Fail where a label is off its line, or on something else."""
    for (one, a), (other, b) in combinations(picture.labels.items(), 2):
        assert not meet(a, b), f"the labels of {one} and {other} overlap"
        assert not meet(picture.level[one], picture.level[other]), f"level, those of {one} and {other} do"
    for name, label in picture.labels.items():
        assert meet(label, picture.lines[name]), f"the label of {name} is not on its line"
        middle = [sum(axis) / 4 for axis in zip(*label, strict=True)]
        (x, y), (to_x, to_y) = picture.lines[name]
        along, across = (to_x - x, to_y - y), (middle[0] - x, middle[1] - y)
        off = abs(along[0] * across[1] - along[1] * across[0]) / math.hypot(*along)
        assert off < 1, f"the label of {name} is {off:.1f} points beside its line"
        slope = math.atan2(label[1][1] - label[0][1], label[1][0] - label[0][0])
        assert math.isclose(abs(math.sin(slope - math.atan2(along[1], along[0]))), 0, abs_tol=0.01), name
        for other, line in picture.lines.items():
            assert other == name or not meet(label, line), f"the label of {name} is on the line {other}"
        for other, head in picture.heads.items():
            assert not meet(label, head), f"the label of {name} is on the head of {other}"
        for circle in picture.circles:
            assert not meet(label, circle), f"the label of {name} is on a circle"


@pytest.mark.parametrize(("biases", "weights"), [(False, "labels"), (True, "values")])
@pytest.mark.parametrize("sizes", [(4, 3, 2, 1), (3, 5, 2), (4, 1), (1, 4, 1), (1, 1), (5, 6, 4)])
def test_labels_lie_along_their_lines_and_on_nothing_else(sizes, biases, weights):
    model = nn.MLP(sizes[0], list(sizes[1:]), rng=3)
    figure = viz.network(model, biases=biases, weights=weights)
    picture = Picture(figure.svg)
    assert len(picture.labels) == len(picture.lines) == len(figure.drawing.arrows)
    fair(picture)


def test_the_measure_finds_labels_on_lines_and_on_each_other():
    svg = viz.network(nn.MLP(3, [2], rng=0)).svg
    level = re.sub(r'<g transform="rotate\([^ ]*', '<g transform="rotate(80', svg)
    with pytest.raises(AssertionError, match=r"overlap|is on the line|w1-"):
        fair(Picture(level))
    moved = re.sub(
        r'class="node along flow">\s*<polygon([^>]*)points="[^"]*"',
        r'class="node along flow"><polygon\1points="40,-40 80,-40 80,-52 40,-52"',
        svg,
    )
    with pytest.raises(AssertionError, match="overlap"):
        fair(Picture(moved))


def test_a_full_layer_finds_room_for_every_number():
    fair(Picture(viz.network(nn.MLP(8, [8], rng=1), weights="values").svg))


def test_a_longer_name_gets_a_longer_line():
    model = nn.MLP(2, [2])
    for weight in model.parameters():
        weight.label = "a_rather_long_name_of_a_weight"
    fair(Picture(viz.network(model).svg))
