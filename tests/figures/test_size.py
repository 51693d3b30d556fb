"""Large graphs: what is drawn of them, what is said about the rest, and when nothing is drawn."""

import threading

import pytest

import nn
import viz
from autograd import Graph, Value
from autograd.text.numbers import number
from viz.figures.size import NODES, fitted


def net(width: int, label: bool = True) -> tuple[Value, list[Value]]:
    """Return a loss over `width` neurons of two unlabelled products each, and its labelled weights."""
    x = Value(0.5, label="x")
    weights = [Value(0.1 * i, label=f"w_{i}" if label else "") for i in range(width)]
    neurons = []
    for i, w in enumerate(weights):
        neuron = (w * x + 1.0 * w).tanh()
        neuron.label = f"h_{i}" if label else ""
        neurons.append(neuron)
    total = neurons[0]
    for neuron in neurons[1:]:
        total = total + neuron
    total.label = "L"
    return total, weights


def test_a_small_graph_is_drawn_whole():
    loss, _ = net(3)
    graph = Graph(loss)
    assert fitted(graph, NODES) is graph
    assert viz.graph(loss).drawing.caption == ()


def test_a_large_graph_collapses_to_its_labelled_nodes_and_says_what_it_hides():
    loss, weights = net(100)
    loss.backward()
    everything = len(Graph(loss))
    figure = viz.graph(loss)
    assert everything > NODES
    assert len(figure.drawing.boxes) == 1 + 100 + 100 + 1
    assert figure.drawing.caption[0] == f"{everything} nodes, {everything - 202} of them hidden:"
    assert "accumulated" not in figure.text
    derivative = dict(zip((a.source for a in figure.drawing.arrows), figure.drawing.arrows, strict=True))
    assert derivative  # every arrow carries a total derivative
    assert f"dL/dw₇ = {weights[7].grad:.4g}" in figure.text


def test_unlabelled_leaves_go_before_labelled_nodes_do():
    loss, _ = net(150, label=False)
    figure = viz.graph(loss, limit=20)
    assert {box.name for box in figure.drawing.boxes} == {"x", "L"}


def test_labelled_leaves_go_last():
    loss, _ = net(30)
    figure = viz.graph(loss, limit=40)
    assert {box.name[0] for box in figure.drawing.boxes} == {"h", "L"}


def test_a_graph_that_cannot_be_made_small_is_refused_with_the_ways_out():
    loss, _ = net(30)
    with pytest.raises(
        viz.TooLargeError, match=r"has \d+ nodes, and 62 of them have a label.*viz\.paths.*collapse"
    ):
        viz.graph(loss, limit=10)


def test_a_graph_without_any_label_is_refused_too():
    x = [Value(1.0) for _ in range(20)]
    y = x[0]
    for other in x[1:]:
        y = y * other
    with pytest.raises(viz.TooLargeError, match=r"0 of them have a label"):
        viz.graph(y, limit=10)


def test_a_dense_picture_is_refused_although_it_has_few_nodes():
    left = [Value(1.0) * 2.0 for _ in range(40)]
    right = [sum(left[1:], left[0]) for _ in range(40)]
    for i, (one, other) in enumerate(zip(left, right, strict=True)):
        one.label, other.label = f"a{i}", f"b{i}"
    top = sum(right[1:], right[0])
    with pytest.raises(viz.TooLargeError, match="81 of them have too many arrows between them"):
        viz.graph(top, limit=100)


def test_the_limit_can_be_raised():
    loss, _ = net(100)
    assert len(viz.graph(loss, limit=2000).drawing.boxes) == len(Graph(loss))


def test_a_path_through_too_many_nodes_collapses_too():
    x = Value(1.0, label="x")
    y = x
    for _ in range(NODES + 10):
        y = y * 1.001
    y.label = "y"
    figure = viz.paths(y, x)
    assert {box.name for box in figure.drawing.boxes} == {"x", "y", "product"}
    assert "hidden" in figure.drawing.caption[0]


def test_paths_through_a_wide_network_collapse_to_its_labelled_neurons():
    model = nn.MLP(3, [40, 40, 1], expand=True)
    loss = model([1.0, 2.0, 3.0])[0] ** 2
    loss.label = "L"
    loss.backward()
    weight = model.w(1, 1, 1)
    figure = viz.paths(loss, weight)
    assert figure.drawing.title == "dL/dw¹₁,₁: 40 paths"  # one for each neuron of the second layer
    assert sum("leaf" in box.classes for box in figure.drawing.boxes) == 1
    assert len(figure.drawing.boxes) < 40
    (total,) = [box.lines[0] for box in figure.drawing.boxes if box.id == "sum"]
    assert total == f"dL/dw¹₁,₁ = {number(weight.grad)}"


def test_paths_through_too_many_labelled_nodes_are_refused():
    x = Value(1.0, label="x")
    y = x
    for i in range(100):
        y = y * 1.001
        y.label = f"y_{i}"
    with pytest.raises(
        viz.TooLargeError, match=r"The largest paths lead through 101 labelled nodes; a drawing holds 60"
    ):
        viz.paths(y, x)
    assert len(viz.paths(y, x, limit=200).drawing.boxes) == 102


def test_twenty_thousand_nodes_in_a_thread_with_a_small_stack_become_a_small_drawing():
    results: list[viz.Figure | BaseException] = []

    def draw() -> None:
        try:
            x = Value(1.0, label="x")
            y = x
            for _ in range(10_000):
                y = y + 1.0
            y.label = "y"
            figure = viz.graph(y)
            assert "<svg" in figure.svg
            results.append(figure)
        except BaseException as error:  # noqa: BLE001 - handed to the test below
            results.append(error)

    size = threading.stack_size(256 * 1024)
    try:
        thread = threading.Thread(target=draw)
        thread.start()
    finally:
        threading.stack_size(size)
    thread.join()
    figure = results[0]
    assert isinstance(figure, viz.Figure), figure
    assert figure.drawing.caption[0] == "20001 nodes, 19999 of them hidden:"
