"""The networks of notes 001, 002 and 004, number by number: outputs, every gradient, every path."""

import numpy as np
import pytest

import nn
from autograd import Graph, Value
from nn import losses
from tests.nn.networks import (
    B1,
    B2,
    B3,
    V1,
    V2,
    V3,
    W1,
    W2,
    W3,
    X2,
    X4,
    Y1,
    Y2,
    bias_grads,
    fx_232,
    fx_2321,
    fx_4321,
    network,
    numbers,
    weight_grads,
)


def close(expected):
    return pytest.approx(expected, rel=1e-8)


def test_matrices_close_to_the_notes_are_not_taken_for_theirs():
    assert [0.6456563062 * (1 + 1e-7)] != close([0.6456563062])


@pytest.mark.row("S002-26", "S002-36", "S002-37")
def test_trace_shows_z_and_outputs_of_all_three_layers():
    first, second, third = fx_2321().trace(X2)
    assert numbers(first.z) == close([0.6, -0.1, -1.75])
    assert numbers(first.outputs) == close([0.6456563062, 0.4750208125, 0.148047198])
    assert numbers(second.z) == close([0.05518524257, 0.1661119904])
    assert numbers(second.outputs) == close([0.5137928104, 0.5414327695])
    assert numbers(third.z) == close([0.164073487])
    assert numbers(third.outputs) == close([0.5409266005]) == numbers(fx_2321()(X2))


@pytest.mark.row("S002-38")
def test_binary_loss_of_the_three_layer_network_for_both_labels():
    assert losses.bce(fx_2321()(X2), 1.0, reduction="sum").data == close(0.614471683)
    assert losses.bce(fx_2321()(X2), 0.0, reduction="sum").data == close(0.77854517)


@pytest.mark.row("S002-40", "S002-41", "S002-42", "S002-46")
def test_gradients_of_the_three_layer_network_agree_with_the_corrected_formulas():
    model = fx_2321()
    losses.bce(model(X2), Y1).backward()
    first, second, third = model.layers
    assert weight_grads(third) == close(np.array([[-0.2358686121, -0.2485573821]]))
    assert bias_grads(third) == close([-0.4590733995])
    assert weight_grads(second) == close(
        np.array([[-0.07404452054, -0.05447586893, -0.01697820294], [0.08831049638, 0.06497160074, 0.02024935158]])
    )
    assert bias_grads(second) == close([-0.114681015, 0.1367763244])
    assert weight_grads(first) == close(
        np.array([[-0.04163058973, 0.05550745297], [0.04455105834, -0.05940141112], [-0.01693952344, 0.02258603125]])
    )


@pytest.mark.row("S002-43", "S002-44", "S002-45", "S002-48")
def test_the_factors_of_the_chain_stand_on_the_edges():
    model = fx_2321()
    third = model.trace(X2)[2]
    for label, slope in [(1.0, -1.848679653), (0.0, 2.178300902)]:
        assert losses.bce(third.outputs, label).partials[0] == close(slope)
    assert third.outputs[0].partials == close((0.2483250134,))
    assert third.z[0].partials[:2] == close((0.5137928104, 0.5414327695))
    loss = losses.bce(third.outputs, Y1)
    loss.backward()
    assert third.z[0].grad == close(-0.4590733994650428)


@pytest.mark.row("S002-39", "S002-47")
def test_one_step_downhill_on_the_three_layer_network():
    model = fx_2321()
    losses.bce(model(X2), Y1).backward()
    for parameter in model.parameters():
        parameter.data -= 0.5 * parameter.grad
    assert losses.bce(model(X2), Y1).data == close(0.4398075375)
    last = fx_2321()
    losses.bce(last(X2), Y1).backward()
    for weight in last.layers[2].neurons[0].w:
        weight.data -= 0.5 * weight.grad
    assert numbers(last.layers[2].neurons[0].w) == close([1.117934306, -1.075721309])
    assert losses.bce(last(X2), Y1).data == close(0.5577864087)


@pytest.mark.row("S002-25")
def test_without_biases_the_three_layer_network_has_14_weights_instead_of_20_parameters():
    bare = network(2, [W1, W2, W3])
    first, second, third = bare.trace(X2)
    assert numbers(first.outputs) == close([0.634135591, 0.5, 0.1245533582])
    assert numbers(second.outputs) == close([0.5389193447, 0.4805634638])
    assert numbers(third.outputs) == close([0.4905619182])
    assert len(bare.parameters()) == 14
    assert len(fx_2321().parameters()) == 20


@pytest.mark.row("S002-23", "S002-55", "S002-56", "S002-57")
def test_squared_loss_of_the_two_layer_network_and_both_gradients():
    model = fx_232()
    hidden, out = model.trace(X2)
    assert numbers(hidden.outputs) == close([0.634135591, 0.5, 0.1245533582])
    assert numbers(out.outputs) == close([0.5389193447, 0.4805634638])
    loss = losses.sse(out.outputs, Y2)
    assert loss.data == close(0.4435366134)
    loss.backward()
    assert weight_grads(model.layers[0]) == close(
        np.array([[-0.08086953043, 0.1078260406], [0.08673695259, -0.1156492701], [-0.0298066834, 0.03974224453]])
    )
    assert weight_grads(model.layers[1]) == close(
        np.array([[-0.1453080588, -0.1145717579, -0.02854059439], [0.1521409475, 0.1199593192, 0.0298826721]])
    )


@pytest.mark.row("S002-28", "S002-29", "S002-30")
def test_two_layer_network_with_linear_output_and_one_step():
    model = fx_232(output="linear")
    out = model(X2)
    assert numbers(out) == close([0.1559929361, -0.07778534148])
    loss = losses.sse(out, Y2)
    assert loss.data == close(0.7183984833)
    loss.backward()
    assert weight_grads(model.layers[0]) == close(
        np.array([[-0.3949716741, 0.5266288988], [0.4947364371, -0.6596485828], [-0.2510265294, 0.3347020392]])
    )
    assert weight_grads(model.layers[1]) == close(
        np.array([[-1.070429837, -0.8440070639, -0.2102478283], [-0.09865290699, -0.07778534148, -0.019376851]])
    )
    for parameter in model.parameters():
        parameter.data -= 0.1 * parameter.grad
    assert losses.sse(model(X2), Y2).data == pytest.approx(0.43481986, rel=1e-7)


@pytest.mark.row("E-S002-07")
def test_the_right_grouping_of_the_matrix_formula_on_the_square_network():
    model = network(2, [[[0.1, -0.2], [0.4, 0.3]], [[3.0, 1.0], [-0.5, 0.2]]])
    losses.sse(model(X2), Y2).backward()
    right = np.array([[-0.051532583, 0.068710111], [0.01179074, -0.015720987]])
    assert weight_grads(model.layers[0]) == pytest.approx(right, rel=1e-7)


@pytest.mark.row("S004-02")
def test_w_k_i_j_is_the_weight_from_neuron_i_to_neuron_j_of_layer_k():
    model = fx_4321("linear")
    matrices = [V1, V2, V3]
    for k, matrix in enumerate(matrices, start=1):
        for i, row in enumerate(matrix, start=1):
            for j, number in enumerate(row, start=1):
                assert (model.w(k, i, j).data, model.w(k, i, j).label) == (number, f"w^{k}_{{{i}{j}}}")
    assert numbers(model.trace(X4)[0].outputs) == close([0.6, -0.4, 1.3])


@pytest.mark.row("S004-04")
@pytest.mark.parametrize(
    ("activation", "loss"), [("linear", 3.598609), ("sigmoid", 0.29818415920180713), ("tanh", 2.184185829351766)]
)
def test_squared_loss_of_the_fully_connected_network(activation, loss):
    assert losses.sse(fx_4321(activation)(X4), 1.0).data == close(loss)


@pytest.mark.row("S004-16", "S004-17", "S004-19")
@pytest.mark.parametrize(
    ("activation", "w311", "w221", "w111", "w122"),
    [
        ("linear", 2.69374, 1.06232, -0.43631, -0.41734),
        ("sigmoid", -0.12133320532842448, -0.018808071542308936, -0.001699685570122294, -0.001509707460579251),
        ("tanh", 1.0380102593297271, 0.4809457362355953, -0.166618836984351, -0.2598643278460535),
        ("relu", 0.0, 0.0, 0.0, 0.0),
    ],
)
def test_gradients_of_the_fully_connected_network_one_per_layer(activation, w311, w221, w111, w122):
    model = fx_4321(activation)
    losses.sse(model(X4), 1.0).backward()
    got = [model.w(*index).grad for index in [(3, 1, 1), (2, 2, 1), (1, 1, 1), (1, 2, 2)]]
    assert got == close([w311, w221, w111, w122])


@pytest.mark.row("S004-18", "S004-19", "S001-28")
@pytest.mark.parametrize(
    ("activation", "products"),
    [
        ("linear", (-0.13279, -0.30352)),
        ("sigmoid", (-0.0005361148829197932, -0.0011635706872025007)),
        ("tanh", (-0.04503635026202566, -0.12158248672232536)),
    ],
)
def test_exactly_two_paths_lead_to_the_first_weight_and_add_up_to_its_gradient(activation, products):
    model = fx_4321(activation)
    x = [Value(number, label=f"x_{i}") for i, number in enumerate(X4, start=1)]
    loss = losses.sse(model(x), 1.0)
    loss.backward()
    weight = model.w(1, 1, 1)
    paths = Graph(loss).paths(weight)
    assert paths.count == 2
    assert sorted(path.product for path in paths) == close(sorted(products))
    assert sum(products) == close(weight.grad)


@pytest.mark.row("S004-15")
def test_one_step_on_the_fully_connected_network():
    model = fx_4321()
    losses.sse(model(X4), 1.0).backward()
    for parameter in model.parameters():
        parameter.data -= 0.5 * parameter.grad
    assert (model.w(3, 1, 1).data, model.w(1, 1, 1).data) == close((0.7606666026642122, 0.10084984278506115))
    assert losses.sse(model(X4), 1.0).data == close(0.27386280823105713)


@pytest.mark.row("S004-01", "S004-41", "S003-02")
def test_a_4_3_2_1_network_has_6_neurons_20_weights_and_6_biases():
    model = nn.MLP(4, [3, 2, 1])
    assert len(model.parameters()) == 26
    assert len(nn.MLP(4, [3, 2, 1], bias=False).parameters()) == 20
    assert [layer.outputs for layer in model.layers] == [3, 2, 1]
    assert all(len(neuron.w) == 4 for neuron in model.layers[0].neurons)
    assert len(nn.MLP(4, [16, 16, 16, 1]).parameters()) == 641
    assert len(nn.MLP(4, [16, 16, 16, 1], bias=False).parameters()) == 592


@pytest.mark.row("S001-27")
def test_last_layer_gradient_is_the_product_of_three_factors():
    layer = nn.Layer(2, 2, "sigmoid", bias=False).assign([[0.1, 0.2], [-0.3, 0.4]])
    z, outputs = layer.trace([1.0, 2.0])
    loss = losses.sse(outputs, [1.0, 0.0])
    loss.backward()
    assert (numbers(z), numbers(outputs)) == (close([0.5, 0.5]), close([0.6224593312, 0.6224593312]))
    assert loss.data == close(0.5299925756)
    assert weight_grads(layer) == close(np.array([[-0.1774469173, -0.3548938347], [0.2925605071, 0.5851210141]]))
    weight = layer.neurons[0].w[1]
    (path,) = Graph(loss).paths(weight)
    assert path.product == close(2 * (0.6224593312018546 - 1) * 0.2350037122 * 2.0)


@pytest.mark.row("S000-01", "S002-24", "S004-27")
def test_two_relu_neurons_solve_xor_which_no_linear_model_can():
    model = nn.MLP(2, [2, 1], "relu")
    model.layers[0].assign([[1, 1], [1, 1]], [0, -1])
    model.layers[1].assign([[1, -2]], [0])
    X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
    assert [numbers(model.trace(x)[0].outputs) for x in X] == [[0, 0], [1, 0], [1, 0], [2, 1]]
    assert losses.mse([model(x) for x in X], y).data == 0.0
    design = np.c_[np.ones(4), X]
    best = nn.Linear(3, 1, bias=False, init=[np.linalg.lstsq(design, y, rcond=None)[0]])
    assert losses.mse([best(row) for row in design], y).data == pytest.approx(0.25)


@pytest.mark.row("S004-14", "E-S000-15")
def test_equal_weights_stay_equal_and_zero_weights_learn_nothing():
    for start, expected in [(0.0, 0.0), (0.5, [[-0.01714034028, -0.03428068056]] * 2)]:
        model = network(2, [np.full((2, 2), start), np.full((1, 2), start)], activation="tanh", output="linear")
        losses.sse(model([1.0, 2.0]), 1.0).backward()
        assert weight_grads(model.layers[0]) == close(np.broadcast_to(expected, (2, 2)))
    model = nn.MLP(2, [2, 1], rng=0)
    assert len({weight.data for layer in model.layers for neuron in layer.neurons for weight in neuron.w}) == 6


@pytest.mark.row("S002-34")
def test_swapping_hidden_neurons_leaves_the_loss_but_the_midpoint_has_a_larger_one():
    def loss(u1, w1, u2, w2):
        model = network(1, [[[w1], [w2]], [[u1, u2]]], activation="tanh", output="linear")
        X = [-2.0, -1.0, 0.0, 1.0, 2.0]
        target = [1 * np.tanh(2 * x) - np.tanh(0.5 * x) for x in X]
        return losses.mse([model([x]) for x in X], target).data

    assert loss(1, 2, -1, 0.5) == pytest.approx(0, abs=1e-30) == loss(-1, 0.5, 1, 2)
    assert loss(0, 1.25, 0, 1.25) == close(0.1233728284)


@pytest.mark.row("S003-12", "S004-36", "S004-38", "S004-39", "S004-40")
@pytest.mark.parametrize(
    ("activation", "weight", "slopes"),
    [
        ("sigmoid", 1.0, {1: 0.2350037122, 5: 0.0006079862743, 10: 3.483115610e-07, 20: 1.143095887e-13}),
        ("tanh", 1.0, {1: 0.786447733, 5: 0.3930039249, 10: 0.2227595303, 20: 0.1072740126}),
        ("relu", 1.0, {1: 1.0, 10: 1.0, 20: 1.0}),
        ("relu", 2.0, {10: 1024.0}),
    ],
)
def test_gradients_vanish_or_explode_with_depth(activation, weight, slopes):
    for depth, slope in slopes.items():
        x = Value(0.5)
        network(1, [[[weight]]] * depth, activation=activation, output=activation)([x])[0].backward()
        assert x.grad == close(slope)


@pytest.mark.row("S004-27")
def test_nothing_can_be_learned_through_a_step():
    model = network(2, [W1, W2, W3], [B1, B2, B3], activation="heaviside", output="linear")
    losses.sse(model(X2), 1.0).backward()
    assert not weight_grads(model.layers[0]).any()
    assert not weight_grads(model.layers[1]).any()
