"""Networks as neurons and weights, read from what a model has."""

from types import SimpleNamespace

import numpy as np
import pytest

import nn
import viz
from autograd import Value
from tests.figures.figures import holds, words


def kinds(figure: viz.Figure, kind: str) -> list[str]:
    return [box.name for box in figure.drawing.boxes if kind in box.classes]


@pytest.mark.row("S004-01", "S004-02")
def test_the_network_of_the_notes_shows_its_neurons_and_every_weight_in_their_notation():
    figure = viz.network(nn.MLP(4, [3, 2, 1], bias=False))
    assert kinds(figure, "input") == ["x₁", "x₂", "x₃", "x₄"]
    assert kinds(figure, "neuron") == ["O₁₁", "O₁₂", "O₁₃", "O₂₁", "O₂₂", "O₃₁"]
    assert figure.drawing.title == "4-3-2-1: 20 weights"
    labels = {arrow.id: arrow.label for arrow in figure.drawing.arrows}
    assert len(labels) == 20
    assert labels["w1-2-1"] == "w¹₂₁"  # from x₂ into O₁₁
    assert labels["w3-2-1"] == "w³₂₁"
    assert {"x₁", "O₃₁", "w¹₄₃"} <= set(words(figure.svg))


def test_dot_and_text_of_the_network_of_the_notes_are_the_golden_ones():
    figure = viz.network(nn.MLP(4, [3, 2, 1], bias=False))
    assert holds("network.dot", figure.dot)
    assert holds("network.txt", figure.text)


@pytest.mark.row("S000-46")
def test_the_two_layer_network_has_six_units_and_nine_weights():
    drawing = viz.network(nn.MLP(2, [3, 1])).drawing
    assert (len(drawing.boxes), len(drawing.arrows)) == (6, 9)


@pytest.mark.row("S002-10", "S002-13")
def test_the_arrow_from_an_input_to_an_output_carries_the_entry_of_the_matrix():
    W = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    figure = viz.network(nn.Linear(3, 2, bias=False, init=W), weights="values")
    assert (len(figure.drawing.boxes), len(figure.drawing.arrows)) == (5, 6)
    by_id = {arrow.id: arrow.label for arrow in figure.drawing.arrows}
    assert {(i, j): float(by_id[f"w1-{i + 1}-{j + 1}"]) for i in range(3) for j in range(2)} == {
        (i, j): W[j][i] for i in range(3) for j in range(2)
    }


def test_a_negative_weight_is_dashed():
    figure = viz.network(nn.Linear(2, 1, bias=False, init=[[1.0, -2.0]]), weights="values")
    assert [(a.label, a.classes) for a in figure.drawing.arrows] == [("1", ("flow",)), ("-2", ("negative",))]


@pytest.mark.row("S002-14", "S002-16")
def test_biases_are_drawn_as_the_weights_of_a_constant_one():
    without = viz.network(nn.MLP(2, [3, 1])).drawing
    drawing = viz.network(nn.MLP(2, [3, 1]), biases=True).drawing
    assert len(drawing.boxes) == len(without.boxes) + 2
    assert [a.label for a in drawing.arrows if a.source.endswith("bias")] == ["b¹₁", "b¹₂", "b¹₃", "b²₁"]
    assert not [
        b for b in viz.network(nn.MLP(2, [1], bias=False), biases=True).drawing.boxes if b.id.endswith("bias")
    ]


def test_hidden_layers_neurons_and_weights_can_be_highlighted():
    model = nn.MLP(2, [3, 1])
    assert kinds(viz.network(model, highlight="hidden"), "lit") == ["O₁₁", "O₁₂", "O₁₃"]
    assert kinds(viz.network(model, highlight=["O_{12}", "outputs"]), "lit") == ["O₁₂", "O₂₁"]
    lit = [a.label for a in viz.network(model, highlight="w^1_{21}").drawing.arrows if a.classes != ("flow",)]
    assert lit == ["w¹₂₁"]


def test_the_arrows_between_highlighted_neurons_are_highlighted_too():
    arrows = viz.network(
        nn.MLP(4, [3, 2, 1], bias=False), highlight=["O_{11}", "O_{21}", "O_{22}", "O_{31}"]
    ).drawing.arrows
    lit = {arrow.id for arrow in arrows if arrow.classes == ("lit-arrow",)}
    assert lit == {"w2-1-1", "w2-1-2", "w3-1-1", "w3-2-1"}


def test_sizes_alone_are_an_architecture():
    planned, built = viz.network([3, 5, 2], biases=True), viz.network(nn.MLP(3, [5, 2]), biases=True)
    assert planned.text == built.text
    assert planned.dot == built.dot
    assert viz.network((12, 11)).text == viz.network(nn.Layer(12, 11, "tanh")).text


def test_sizes_have_no_numbers():
    with pytest.raises(ValueError, match='weights="values": sizes alone have no numbers'):
        viz.network([3, 2], weights="values")


@pytest.mark.parametrize("sizes", [[3], [3, 0], [2, -1, 1]])
def test_sizes_that_are_no_network_are_refused(sizes):
    with pytest.raises(ValueError, match="an architecture is the number of inputs, then of neurons in each"):
        viz.network(sizes)


@pytest.mark.row("S002-14")
def test_an_input_that_is_a_number_is_drawn_as_a_constant():
    drawing = viz.network(nn.Linear(3, 2, bias=False), inputs=[1, "x_2", "x_3"]).drawing
    assert [(box.name, box.classes[0]) for box in drawing.boxes[:3]] == [
        ("1", "bias"), ("x₂", "input"), ("x₃", "input"),
    ]  # fmt: skip
    with pytest.raises(ValueError, match="inputs names 2 inputs, and this network has 3"):
        viz.network(nn.Linear(3, 2), inputs=["a", "b"])


def test_what_a_model_calls_its_outputs_stands_in_the_circles():
    assert kinds(viz.network(nn.Linear(3, 2)), "neuron") == ["ŷ₁", "ŷ₂"]
    assert kinds(viz.network(nn.Linear(4, 1)), "neuron") == ["ŷ"]
    assert kinds(viz.network(nn.MLP(4, [3, 1])), "neuron") == ["O₁₁", "O₁₂", "O₁₃", "O₂₁"]


def test_what_is_not_in_the_network_cannot_be_highlighted():
    with pytest.raises(ValueError, match=r"highlight='O_99' is nothing in this network"):
        viz.network(nn.MLP(2, [3, 1]), highlight="O_99")


@pytest.mark.row("S004-48")
def test_a_mask_draws_the_dropped_neurons_and_their_weights_as_off():
    drawing = viz.network(nn.MLP(2, [3, 1]), mask={1: [1.25, 0.0, 1.25]}).drawing
    off = [box for box in drawing.boxes if "off" in box.classes]
    assert [(box.name, box.cells) for box in off] == [("O₁₂", ("O₁₂ (dropped out)",))]
    assert [a.id for a in drawing.arrows if a.classes == ("none",)] == ["w1-1-2", "w1-2-2", "w2-2-1"]


@pytest.mark.parametrize(
    ("mask", "message"),
    [
        ({3: [1]}, "mask names layer 3; this network has the layers 0 .inputs. to 2"),
        ({1: [1]}, "mask.1. has 1 numbers, and layer 1 has 3"),
    ],
)
def test_a_mask_that_does_not_fit_is_refused(mask, message):
    with pytest.raises(ValueError, match=message):
        viz.network(nn.MLP(2, [3, 1]), mask=mask)
    with pytest.raises(TypeError, match=r"mask says for a layer .* \{1: \[1, 0, 1\]\}, got 0\.5"):
        viz.network(nn.MLP(2, [3, 1]), mask=0.5)


def test_a_tall_layer_shows_its_ends_and_says_what_it_leaves_out():
    figure = viz.network(nn.MLP(4, [16, 1]))
    assert len(kinds(figure, "neuron")) == 8 + 1
    assert figure.drawing.caption == ("8 of 16 neurons in layer 1 are not shown",)
    assert "⋮" in words(figure.svg)
    assert not [arrow.label for arrow in figure.drawing.arrows if arrow.label]


def test_activations_and_dropout_between_the_layers_are_passed_over():
    model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Dropout(0.2), nn.Linear(3, 1))
    assert viz.network(model).drawing.title == "2-3-1: 9 weights, 4 biases"


def test_any_object_with_neurons_will_do():
    neuron = SimpleNamespace(w=[Value(1.0), Value(2.0)], b=Value(0.0, label="b"))
    figure = viz.network(neuron, biases=True)
    assert figure.drawing.title == "2-1: 2 weights, 1 bias"
    assert kinds(figure, "neuron") == ["y"]
    layers = [SimpleNamespace(neurons=[neuron, neuron]), SimpleNamespace(neurons=[neuron])]
    assert kinds(viz.network(SimpleNamespace(layers=layers)), "neuron") == ["h₁", "h₂", "y"]


@pytest.mark.parametrize("thing", [3.0, [], nn.ReLU()])
def test_what_is_no_network_is_refused(thing):
    with pytest.raises(TypeError, match=r"viz\.network draws models with layers of neurons"):
        viz.network(thing)


def test_an_unknown_kind_of_label_lists_the_known_ones():
    with pytest.raises(ValueError, match="weights='thick' is not known"):
        viz.network(nn.MLP(2, [1]), weights="thick")


def test_one_weight_and_one_bias_are_counted_as_one():
    assert viz.network([1, 1]).drawing.title == "1-1: 1 weight, 1 bias"
