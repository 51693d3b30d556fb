"""Where labels of a network stand: on their own lines, turned as these are, and on nothing else."""

import math
import re

import pytest

import nn
import viz
from tests.figures.overlaps import Picture, bundle, overlaps


def fair(picture: Picture) -> None:
    """Fail where a label is off its line or askew, or on something else."""
    assert [told for told in overlaps(picture) if "label" in told] == []
    for name, label in picture.labels.items():
        middle = [sum(axis) / 4 for axis in zip(*label, strict=True)]
        abreast = [line for other, (line,) in picture.lines.items() if bundle(other) == bundle(name)]
        (x, y), (to_x, to_y) = (
            [sum(axis) / len(abreast) for axis in zip(*(line[k] for line in abreast), strict=True)]
            for k in (0, -1)
        )
        along, across = (to_x - x, to_y - y), (middle[0] - x, middle[1] - y)
        off = abs(along[0] * across[1] - along[1] * across[0]) / math.hypot(*along)
        assert off < 1, f"the label of {name} is {off:.1f} points beside its line"
        slope = math.atan2(label[1][1] - label[0][1], label[1][0] - label[0][0])
        assert math.isclose(abs(math.sin(slope - math.atan2(along[1], along[0]))), 0, abs_tol=0.02), name


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
    askew = re.sub(r'<g transform="rotate\([^ ]*', '<g transform="rotate(80', svg)
    with pytest.raises(AssertionError, match=r"overlap|is on the line|w1-"):
        fair(Picture(askew))
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
