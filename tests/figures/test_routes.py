"""Paths on the drawing of a network: which line each takes, what stands on it, and what cannot be drawn."""

import math

import pytest

import nn
import viz
from autograd import Graph, Value, values
from tests.figures.overlaps import Picture, bundle
from tests.figures.test_network_labels import fair
from viz.drawing.placement import placed

NUMBERS = (
    [[0.1, 0.4, -0.7, 1.0], [0.2, -0.5, 0.8, -1.1], [0.3, 0.6, 0.9, 0.2]],
    [[0.1, 0.3, -0.5], [-0.2, 0.4, 0.6]],
    [[0.7, -0.8]],
)


def recorded(activation: str = "linear", bias: bool = False) -> tuple[nn.MLP, list[Value], Value]:
    """Return the 4-3-2-1 network of the notes, its inputs and L = (1 - O_31)²."""
    net = nn.MLP(4, [3, 2, 1], activation, bias=bias)
    for layer, matrix in zip(net.layers, NUMBERS, strict=True):
        layer.assign(matrix)
    inputs = values(x_1=0.5, x_2=-1.0, x_3=1.5, x_4=2.0)
    loss = (1 - net(inputs)[0]) ** 2
    loss.label = "L"
    return net, inputs, loss


def routes(figure: viz.Figure) -> dict[str, str]:
    """Give the label of every line that a path takes, by the line's id."""
    return {
        arrow.id.rpartition("-p")[0]: arrow.label
        for arrow in figure.drawing.arrows
        if arrow.backward and arrow.label
    }


@pytest.mark.row("S004-18")
def test_the_figure_of_the_notes_for_the_first_weight_is_one_call():
    net, _, loss = recorded()
    figure = viz.network(net, paths=(loss, net.w(1, 1, 1)))
    residual = 1 - (0.7 * (0.1 * 0.6 + 0.3 * -0.4 - 0.5 * 1.3) - 0.8 * (-0.2 * 0.6 + 0.4 * -0.4 + 0.6 * 1.3))
    assert routes(figure) == {
        "w1-1-1": "①② ∂O₁₁/∂w¹₁₁ = 0.5",
        "w2-1-1": "② ∂O₂₁/∂O₁₁ = 0.1",
        "w2-1-2": "① ∂O₂₂/∂O₁₁ = -0.2",
        "w3-1-1": "② ∂O₃₁/∂O₂₁ = 0.7",
        "w3-2-1": "① ∂O₃₁/∂O₂₂ = -0.8",
        "loss-1": f"①② ∂L/∂O₃₁ = {-2 * residual:.4g}",
    }
    products = [-2 * residual * -0.8 * -0.2 * 0.5, -2 * residual * 0.7 * 0.1 * 0.5]
    (total,) = [box.lines[0] for box in figure.drawing.boxes if box.id == "sum"]
    assert total == f"dL/dw¹₁₁ = {products[0]:.4g} - {-products[1]:.4g} = {sum(products):.4g}"
    loss.backward()
    assert math.isclose(net.w(1, 1, 1).grad, sum(products), rel_tol=1e-12)


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid"])
def test_an_activation_is_part_of_the_line_between_two_neurons(activation):
    net, inputs, loss = recorded(activation, bias=True)
    figure = viz.network(net, paths=(loss, inputs[1]))
    assert len(routes(figure)) == 1 + 2 + 6 + 3
    assert "←" in figure.text and "z" not in figure.text.partition("grey:")[0]
    loss.backward()
    assert figure.drawing.listing[-1].endswith(f"= {inputs[1].grad:.4g}")


def test_every_number_on_a_line_is_the_slope_between_its_neurons():
    """Nudge the neuron at one end, by its bias, and see how the other end moves."""
    net, inputs, loss = recorded("tanh", bias=True)
    label = routes(viz.network(net, paths=(loss, inputs[0])))["w2-3-1"]

    def outputs(nudge: float) -> tuple[float, float]:
        net.layers[0].neurons[2].b.data = nudge
        first, second, _ = (layer.outputs for layer in net.trace([v.data for v in inputs]))
        return first[2].data, second[0].data

    (x, y), (to_x, to_y) = outputs(-1e-6), outputs(1e-6)
    assert float(label.split(" = ")[1]) == pytest.approx((to_y - y) / (to_x - x), rel=1e-3)


def test_paths_may_end_at_a_bias_or_at_a_neuron():
    net, _, loss = recorded("tanh", bias=True)
    figure = viz.network(net, paths=(loss, net.layers[1].neurons[0].b))
    assert "1" in [box.name for box in figure.drawing.boxes]
    assert set(routes(figure)) == {"loss-1", "w3-1-1", "b2-1"}
    assert set(routes(viz.network(net, paths=(loss, "O_{21}")))) == {"loss-1", "w3-1-1"}


def test_paths_may_begin_at_an_output():
    net, inputs, _ = recorded()
    output = net(inputs)[0]
    figure = viz.network(net, paths=(output, net.w(2, 3, 2)))
    assert set(routes(figure)) == {"w3-2-1", "w2-3-2"}
    assert "loss" not in [box.id for box in figure.drawing.boxes]


def test_two_outputs_lead_to_one_loss():
    net = nn.MLP(2, [3, 2], "tanh", rng=1)
    loss = nn.losses.sse(net([1.0, -2.0]), [0.5, 0.5])
    loss.label = "L"
    figure = viz.network(net, paths=(loss, net.w(1, 2, 3)))
    assert set(routes(figure)) == {"loss-1", "loss-2", "w2-3-1", "w2-3-2", "w1-2-3"}


def test_labels_beside_several_paths_lie_on_their_lines_alone():
    net, inputs, loss = recorded("tanh")
    for end in (inputs[0], net.w(1, 1, 1)):
        picture = Picture(viz.network(net, paths=(loss, end)).svg)
        assert len({bundle(name) for name in picture.labels}) == len(picture.labels)
        fair(picture)


def test_of_a_large_network_only_the_lines_that_a_path_takes_are_drawn():
    net = nn.MLP(8, [8, 8, 1], rng=0)
    loss = net(values(**{f"x_{i}": 0.1 * i for i in range(1, 9)}))[0] ** 2
    drawing = viz.network(net, paths=(loss, net.w(1, 1, 1))).drawing
    assert all(arrow.backward for arrow in drawing.arrows)
    assert "only the lines that a path takes are shown" in drawing.caption
    assert not any("grey" in line for line in drawing.caption)
    places = placed(drawing, turned=True)
    assert len(places.labels) == sum(bool(arrow.label) for arrow in drawing.arrows)
    across = [place.x for place in places.boxes.values()]
    assert max(across) - min(across) < 1400  # points; with all 136 lines it were 7000


def test_many_paths_are_counted_and_the_largest_drawn():
    net = nn.MLP(2, [6, 6, 1], rng=0)
    inputs = values(x_1=1.0, x_2=-1.0)
    loss = net(inputs)[0] ** 2
    figure = viz.network(net, paths=(loss, inputs[0]))
    assert figure.drawing.title.endswith("36 paths through 2-6-6-1")
    assert any("29 more paths: together" in line for line in figure.drawing.listing)


def test_a_neuron_that_a_path_needs_is_shown_in_a_tall_layer():
    net = nn.MLP(2, [30, 1], rng=0)
    inputs = values(x_1=1.0, x_2=-1.0)
    loss = net(inputs)[0] ** 2
    figure = viz.network(net, paths=(loss, net.w(1, 1, 15)))
    assert "O₁,₁₅" in [box.name for box in figure.drawing.boxes]
    assert set(routes(figure)) == {"loss-1", "w2-15-1", "w1-1-15"}


def test_a_penalty_is_a_path_beside_the_network_and_said_so():
    net, _, loss = recorded()
    total = loss + 0.1 * nn.reg.l2([net.w(3, 1, 1)])
    total.label = "J"
    figure = viz.network(net, paths=(total, net.w(3, 1, 1)))
    assert set(routes(figure)) == {"loss-1", "w3-1-1"}
    assert any("partly off the drawing" in line for line in figure.drawing.caption)
    total.backward()
    assert figure.drawing.listing[-1].endswith(f"= {net.w(3, 1, 1).grad:.4g}")


def test_the_caption_says_how_the_colours_run_and_why_the_notes_write_one_symbol():
    net, _, loss = recorded()
    caption = " ".join(viz.network(net, paths=(loss, net.w(1, 1, 1))).drawing.caption)
    assert "grey: values flow forward; coloured: the gradient flows back" in caption
    assert "∂L/∂w = dL/dw, and the notes write ∂ for both" in caption


@pytest.mark.parametrize(
    ("paths", "error", "message"),
    [
        (lambda net, loss: loss, TypeError, r"paths takes a pair, such as paths=\(L, net.w\(1, 1, 1\)\)"),
        (lambda net, loss: (loss, Value(1.0)), KeyError, "no node"),
        (lambda net, loss: (Value(1.0, label="f") * 2, "f"), ValueError, "has no node called O₁₁"),
        (lambda net, loss: (loss + net([1.0] * 4)[0], net.w(1, 1, 1)), ValueError, "2 nodes called O₁₁"),
        (lambda net, loss: (loss, "1 - O_31"), KeyError, "1 - O_31"),
    ],
)
def test_what_is_no_path_of_this_network_is_refused(paths, error, message):
    net, _, loss = recorded()
    with pytest.raises(error, match=message):
        viz.network(net, paths=paths(net, loss))


def test_an_end_that_is_no_part_of_the_drawing_is_refused():
    net, inputs, loss = recorded()
    between = next(node for node in Graph(loss).nodes if node.op is not None and not node.label)
    with pytest.raises(
        ValueError, match="paths end at a weight, a bias, a neuron or an input of this network"
    ):
        viz.network(net, paths=(loss, between))
    for value in inputs:
        value.label = ""
    with pytest.raises(ValueError, match=r"Its inputs are called x₁, x₂, x₃, x₄: label yours so"):
        viz.network(net, paths=(loss, inputs[0]))
