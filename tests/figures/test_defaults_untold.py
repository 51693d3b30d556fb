"""Operands left at their default are in the graph and in no drawing, no player and no formula."""

import pytest

import viz
from autograd import Graph, Value, dot, leaky_relu, values
from tests.figures.figures import words
from tests.player.player_examples import data_of


def neuron(bias: float) -> Value:
    w, x = values(w=2.0, x=-3.0)
    z = dot([w], [x], bias)
    z.label = "z"
    out = leaky_relu(z)
    out.label = "out"
    return out


def test_a_graph_draws_no_box_and_no_arrow_for_them_and_counts_what_it_draws():
    figure = viz.graph(neuron(0.0))
    assert [box.name for box in figure.drawing.boxes] == ["w", "x", "z", "out"]
    assert len(figure.drawing.arrows) == 3
    assert figure.drawing.title == "out: 4 nodes, 3 edges"
    assert len(Graph(neuron(0.0))) == 6, "the data keep them"


def test_any_other_bias_is_drawn():
    assert [box.name for box in viz.graph(neuron(1.0)).drawing.boxes] == ["w", "x", "1", "z", "out"]


def test_paths_do_not_draw_them_and_do_not_count_them_as_left_out():
    root = neuron(0.0)
    figure = viz.paths(root, Graph(root).nodes[0].value)
    assert {box.name for box in figure.drawing.boxes} == {"w", "x", "z", "out", "product"}
    assert not any("not shown" in line for line in figure.drawing.caption)


@pytest.mark.parametrize(("bias", "formula", "boxes"), [(0.0, "·", 4), (1.0, "·+", 5)])
def test_the_player_writes_its_formula_and_its_picture_without_them(bias, formula, boxes):
    figure = viz.walkthrough(neuron(bias))
    html = figure.html
    forms = data_of(html)["forms"]
    assert "".join(c for piece in forms[0] if isinstance(piece, str) for c in piece if c in "·+") == formula
    assert html.count("data-node=") == boxes
    assert "0" not in words(figure.svg)
