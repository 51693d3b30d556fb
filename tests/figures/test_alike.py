"""One graph is drawn alike as graph, as paths and as player: its direction, and what nodes are made of."""

import pytest
from hypothesis import given, settings

import viz
from autograd import Graph, Value, backward_steps, forward_steps, sin, tanh, values
from tests.figures.test_symbols import expressions


def chain(arrows: int, label: str) -> tuple[Value, Value]:
    """Return the root and the leaf of a chain of labelled results."""
    x = node = Value(0.5, label="x")
    for k in range(arrows):
        node = tanh(node)
        node.label = f"{label}{k + 1}"
    return node, x


@pytest.mark.parametrize("label", ["u", "hidden_", "a_rather_long_name_for_it_"])
@pytest.mark.parametrize("arrows", [1, 4, 5, 6])
def test_a_chain_has_one_direction_in_every_picture(arrows, label):
    root, leaf = chain(arrows, label)
    figures = viz.graph(root), viz.paths(root, leaf), viz.walkthrough(root)
    assert len({figure.drawing.direction for figure in figures}) == 1
    if arrows == 5 and label == "u":
        assert figures[0].drawing.direction == "LR"
    if arrows == 6:
        assert figures[0].drawing.direction == "TB"


@settings(max_examples=30)
@given(made=expressions())
def test_a_graph_has_one_direction_in_every_picture(made):
    root, leaf = made
    pictures = [viz.graph(root).drawing, viz.walkthrough(root).drawing]
    paths = viz.paths(root, leaf).drawing
    if not any("are not shown" in line for line in paths.caption):
        pictures.append(paths)
    assert len({picture.direction for picture in pictures}) == 1


def collapsed() -> tuple[Graph, Value, Value, Value]:
    a, b, c = values(a=0.5, b=3.0, c=2.0)
    small = a * b + c
    large = sin(small) * small + tanh(small * c) * sin(small + a * b * c) * sin(small * b)
    root = large * small + large
    root.label = "f"
    return Graph(root).collapse([a, b, c, small, large]), a, small, large


def test_what_an_unlabelled_node_of_a_collapsed_graph_is_made_of_is_said():
    graph, leaf, small, large = collapsed()
    names = graph.names
    few, many = (names[graph.index(node)] for node in (small, large))
    for figure in (viz.graph(graph), viz.paths(graph, leaf), viz.walkthrough(graph)):
        lines = [line for box in figure.drawing.boxes for line in box.lines]
        assert f"{few} = a * b + c" in lines
        told = [line for line in (*figure.drawing.caption, *figure.drawing.listing) if f"{many} = " in line]
        assert told, "no box has room for it: the lines below say it, step by step"
    steps = {step.node: step.text for step in (*forward_steps(graph), *backward_steps(graph))[: len(graph)]}
    assert steps[graph.index(small)].startswith(f"{few} = a * b + c = 3.5; kept: ")
    assert steps[graph.index(large)].startswith(f"{many} = sin({few}) * {few} + tanh({few} * c) * ")


def test_of_labelled_nodes_a_collapsed_drawing_says_no_more_than_it_has_room_for():
    graph, _, small, large = collapsed()
    small.label, large.label = "p", "q"
    again = graph.whole.collapse("labelled")
    assert not [line for line in viz.graph(again).drawing.caption if line.startswith("v")]
