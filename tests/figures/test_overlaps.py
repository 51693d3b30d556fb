"""Nothing overlaps in a picture: measured in the SVG, and in what Graphviz paints as PNG and PDF.

Looked at are typed expressions, networks, networks collapsed to their neurons, and paths, in both directions.
"""

import re

import pytest

import viz
from autograd import Graph
from tests.figures.hard_figures import EXPRESSIONS, NETWORKS, computed, trained
from tests.figures.overlaps import Picture, overlaps
from viz.drawing.figure import laid_out
from viz.drawing.render import render


def level(figure: viz.Figure) -> str:
    """Return what Graphviz paints as PNG and PDF, as an SVG."""
    return render(laid_out(figure.drawing), "svg").decode("utf-8")


def played(figure: viz.Walkthrough) -> str:
    """Return the picture in a player."""
    return re.search(r'<div class="cr-graph"[^>]*>(<svg.*?</svg>)</div>', figure.html, re.DOTALL)[1]


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_nothing_overlaps_in_the_pictures_of_an_expression(text):
    root = computed(text)
    graph = Graph(root)
    for direction in ("right", "down"):
        assert overlaps(Picture(viz.graph(root, direction=direction).svg)) == []
    assert overlaps(Picture(viz.paths(root, graph.nodes[graph.leaves[0]]).svg)) == []
    assert overlaps(Picture(played(viz.walkthrough(root)))) == []


@pytest.mark.parametrize("sizes", NETWORKS)
def test_nothing_overlaps_in_the_pictures_of_a_network(sizes):
    net, _ = trained(sizes)
    for options in ({}, {"biases": True, "weights": "values"}):
        figure = viz.network(net, **options)
        for picture in (Picture(figure.svg), Picture(level(figure))):
            assert len(picture.labels) == sum(bool(arrow.label) for arrow in figure.drawing.arrows)
            assert overlaps(picture) == []


@pytest.mark.parametrize("sizes", [(2, 4, 1), (3, 5, 2), (4, 3, 2, 1)])
def test_nothing_overlaps_where_a_network_is_walked_through_or_collapsed(sizes):
    net, loss = trained(sizes)
    graph = Graph(loss).collapse()
    first = net.layers[0].neurons[0].w[0]
    for svg in (viz.graph(graph).svg, viz.paths(graph, first).svg, played(viz.walkthrough(loss))):
        crowded = overlaps(Picture(svg))
        assert [told for told in crowded if "heads" not in told] == []  # a dozen arrows enter one box


@pytest.mark.parametrize("sizes", [(2, 4, 1), (3, 5, 2), (4, 3, 2, 1), (8, 8, 8, 1)])
def test_nothing_overlaps_where_paths_lead_through_a_network(sizes):
    net, loss = trained(sizes)
    figure = viz.network(net, paths=(loss, net.layers[0].neurons[0].w[0]))
    for picture in (Picture(figure.svg), Picture(level(figure))):
        assert overlaps(picture) == []


def test_the_same_graph_is_laid_out_the_same_every_time():
    made = [laid_out(viz.graph(computed("where(x > 0, log(x), -x)*y")).drawing) for _ in range(2)]
    assert made[0] == made[1]
    assert "layout=nop2" in made[0]


TEXT = '<text text-anchor="middle" x="{}" y="{}" font-size="11.00">{}</text>'
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><g id="g" class="graph">{}</g></svg>'
BOX = '<g id="g-n0" class="node op"><polygon points="0,0 60,0 60,-30 0,-30 0,0"/></g>'
LINE = '<g id="g-e0" class="edge flow"><path d="M60,-15C80,-15 120,-15 140,-15"/>{}</g>'
HEAD = '<polygon points="{0},-18 {1},-15 {0},-12 {0},-18"/>'
AT_END = HEAD.format(140, 147)
OTHER = '<g id="g-e1" class="edge flow"><path d="{}"/>{}</g>'


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ((BOX, LINE.format(AT_END + TEXT.format(100, -20, "∂v/∂x = 2"))), []),
        ((LINE.format(TEXT.format(100, -12, "2")),), ["the label of e0 is on the line of e0"]),
        (
            (LINE.format(TEXT.format(100, -20, "2")), OTHER.format("M100,-60C100,-50 100,-10 100,0", "")),
            ["the label of e0 is on the line of e1"],
        ),
        (
            (
                LINE.format(TEXT.format(100, -20, "0.25")),
                OTHER.format("M0,-99C9,-99 9,-99 20,-99", TEXT.format(90, -25, "-7")),
            ),
            ["the labels of e0 and e1 overlap"],
        ),
        ((BOX, OTHER.format("M0,-99C9,-99 9,-99 20,-99", TEXT.format(65, -25, "7.25"))), ["on the box n0"]),
        (
            (LINE.format(AT_END), OTHER.format("M0,-99C9,-99 9,-99 20,-99", TEXT.format(146, -12, "7"))),
            ["on the head of e0"],
        ),
        ((BOX, OTHER.format("M-20,-15C0,-15 20,-15 80,-15", "")), ["the line of e1 runs over the box n0"]),
        (
            (LINE.format(AT_END), OTHER.format("M0,-99C9,-99 9,-99 20,-99", HEAD.format(143, 150))),
            ["the heads of e0 and e1"],
        ),
        ((BOX, BOX.replace("n0", "n1")), ["the boxes n0 and n1 overlap"]),
        ((TEXT.format(100, -20, "in words"), LINE.format(TEXT.format(100, -20, "2"))), ["on the caption"]),
    ],
)
def test_the_measure_finds_what_overlaps(parts, found):
    said = overlaps(Picture(SVG.format("".join(parts))))
    assert len(said) == len(found)
    assert all(expected in line for line, expected in zip(said, found, strict=True)), said


def test_the_measure_finds_a_label_that_was_moved_in_a_real_picture():
    svg = viz.graph(computed("x*exp(x)")).svg
    (x, y) = re.search(r'<text [^>]*x="([\d.]+)" y="(-[\d.]+)"[^>]*>[^<]*∂v₁/∂x', svg).groups()
    assert overlaps(Picture(svg.replace(f'x="{x}" y="{y}"', f'x="{x}" y="{float(y) + 8}"'))) != []
