"""The network of note 004 (FX-4321) and its paths, and what depth and symmetry do to gradients."""

import numpy as np
import pytest

import nn
from autograd import Graph, Value
from nn import losses
from tests.layers.networks import (
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
    fx_4321,
    network,
    numbers,
    weight_grads,
)


def close(expected):
    return pytest.approx(expected, rel=1e-8)


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
    ("activation", "loss"),
    [("linear", 3.598609), ("sigmoid", 0.29818415920180713), ("tanh", 2.184185829351766)],
)
def test_squared_loss_of_the_fully_connected_network(activation, loss):
    assert losses.sse(fx_4321(activation)(X4), 1.0).data == close(loss)


@pytest.mark.row("S004-16", "S004-17", "S004-19")
@pytest.mark.parametrize(
    ("activation", "w311", "w221", "w111", "w122"),
    [
        ("linear", 2.69374, 1.06232, -0.43631, -0.41734),
        (
            "sigmoid",
            -0.12133320532842448,
            -0.018808071542308936,
            -0.001699685570122294,
            -0.001509707460579251,
        ),
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
    assert weight_grads(layer) == close(
        np.array([[-0.1774469173, -0.3548938347], [0.2925605071, 0.5851210141]])
    )
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
        model = network(
            2, [np.full((2, 2), start), np.full((1, 2), start)], activation="tanh", output="linear"
        )
        losses.sse(model([1.0, 2.0]), 1.0).backward()
        assert weight_grads(model.layers[0]) == close(np.broadcast_to(expected, (2, 2)))
    model = nn.MLP(2, [2, 1], rng=0)
    assert (
        len({weight.data for layer in model.layers for neuron in layer.neurons for weight in neuron.w}) == 6
    )


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
