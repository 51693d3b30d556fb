"""A layer's weights and biases as arrays of Values: read, differentiated, assigned."""

import numpy as np
import pytest

import autograd
import nn
from nn import losses
from tests.layers.networks import B1, V1, W1, X2, X4, fx_4321, network


@pytest.mark.row("S004-02", "S002-13")
def test_rows_are_outputs_or_inputs_as_the_notes_have_it():
    model = fx_4321("linear")
    np.testing.assert_array_equal(autograd.data(model.W(1, rows="inputs")), V1)  # w^k_ij: i before, j here
    np.testing.assert_array_equal(autograd.data(model.W(1)), np.transpose(V1))
    for i, j in np.ndindex(4, 3):
        assert model.W(1, rows="inputs")[i, j] is model.W(1)[j, i] is model.w(1, i + 1, j + 1)
    np.testing.assert_array_equal(autograd.data(model.layers[0].W), autograd.data(model.W(1)))
    with pytest.raises(ValueError, match=r"no layout with rows = 'columns'. Known: outputs, inputs\."):
        model.W(1, rows="columns")


@pytest.mark.row("S002-40", "S002-42")
def test_gradients_of_the_matrices_are_those_of_backward():
    model = network(2, [W1, [[1.0, -1.0, 0.5]]], [B1, [0.25]], activation="sigmoid", output="linear")
    losses.square(model(X2)[0], 1.0).backward()
    v = 1 / (1 + np.exp(-(np.asarray(W1) @ X2 + B1)))
    delta = 2 * (np.array([1.0, -1.0, 0.5]) @ v + 0.25 - 1)
    np.testing.assert_allclose(autograd.grads(model.W(2)), [delta * v], rtol=1e-12)
    inner = delta * np.array([1.0, -1.0, 0.5]) * v * (1 - v)
    np.testing.assert_allclose(autograd.grads(model.W(1)), np.outer(inner, X2), rtol=1e-12)
    np.testing.assert_allclose(autograd.grads(model.b(1)), inner, rtol=1e-12)
    assert autograd.grads(model.b(2)).tolist() == pytest.approx([delta])


def test_numbers_assigned_to_w_and_b_are_the_weights_numbers():
    layer = nn.Layer(3, 2, "linear")
    weights, labels = list(layer.W.ravel()), [w.label for w in layer.W.ravel()]
    layer.W, layer.b = [[1, 2, 3], [4, 5, 6]], [7, 8]
    assert [y.data for y in layer([1.0, 1.0, 1.0])] == [13.0, 23.0]
    assert all(a is b for a, b in zip(weights, layer.W.ravel(), strict=True))
    assert [w.label for w in layer.W.ravel()] == labels
    other = nn.Layer(3, 2, "linear")
    other.W = layer.W  # its numbers
    assert other.neurons[1].w[2].data == 6.0
    assert other.neurons[1].w[2] is not layer.neurons[1].w[2]
    other.W = layer.W * 0.5
    assert other.neurons[1].w[2].data == 3.0


def test_a_matrix_of_another_shape_is_refused_with_both_shapes_and_changes_nothing():
    layer = nn.Layer(3, 2, rng=0)
    before = layer.state_dict()
    with pytest.raises(
        ValueError, match=r"shape \(2, 3\) \(outputs first\), got \(3, 2\). .* pass the transpose"
    ):
        layer.W = np.ones((3, 2))
    with pytest.raises(ValueError, match=r"biases must have shape \(2,\), got \(3,\)"):
        layer.b = [1.0, 2.0, 3.0]
    with pytest.raises(TypeError, match=r"text"):
        layer.W = [["a", "b", "c"], ["d", "e", "f"]]
    bare = nn.Layer(3, 2, bias=False)
    assert bare.b is None
    with pytest.raises(ValueError, match="bias=False"):
        bare.b = [1.0, 2.0]
    assert layer.state_dict() == before


def test_in_place_under_no_grad_assigns_the_weights_and_is_refused_elsewhere():
    model = nn.MLP(2, [2, 1], rng=0)
    losses.square(model([1.0, -1.0])[0], 1.0).backward()
    expected = autograd.data(model.W(1)) - 0.1 * autograd.grads(model.W(1))
    W = model.W(1, rows="inputs")
    with pytest.raises(TypeError, match=r"-= on an array of leaves.*no_grad"):
        W -= 0.1
    with pytest.raises(TypeError, match=r"W\[\.\.\.\] = on an array of leaves.*W = np\.array\(W\)"):
        W[0, 0] = 5.0
    with autograd.no_grad():
        model.layers[0].W -= 0.1 * autograd.grads(model.W(1))
        model.layers[0].b += 1.0
    np.testing.assert_array_equal(autograd.data(model.W(1)), expected)
    assert autograd.data(model.b(1)).tolist() == [1.0, 1.0]
    with autograd.no_grad():
        W[0, 1] = 5.0  # from input 1 to neuron 2
        W[1] = [6.0, 7.0]
        model.W(1)[np.array([True, False]), 0] = -2.0
    assert autograd.data(model.W(1)).tolist() == [[-2.0, 6.0], [5.0, 7.0]]
    assert [w.data for w in model.layers[0].neurons[1].w] == [5.0, 7.0]


def test_an_array_of_results_or_mixed_holds_what_is_put_in():
    w = autograd.array([1.0, 2.0], label="w")
    doubled = np.array(w * 2).view(autograd.Array)
    doubled[0] = 9.0
    assert doubled[0] == 9.0
    assert w[0].data == 1.0
    mixed = w.copy()
    np.asarray(mixed)[1] = 5.0
    with autograd.no_grad():
        mixed[[0, 1]] = [3.0, 4.0]
    assert (w[0].data, mixed[1]) == (3.0, 4.0)


def test_layers_are_numbered_as_the_labels_are_also_between_other_modules():
    model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    assert model.W(2)[0, 1].label == "w^2_{21}"
    assert model.w(2, 2, 1) is model.W(2)[0, 1]
    assert model.b(1)[2].label == "b^1_{3}"
    with pytest.raises(ValueError, match="k"):
        model.W(3)


def test_the_forward_pass_can_be_written_with_the_matrices():
    model = nn.MLP(4, [3, 2, 1], "tanh", rng=1)
    v = np.tanh(model.W(1) @ X4 + model.b(1))
    v = np.tanh(model.W(2) @ v + model.b(2))
    (out,) = model.W(3) @ v + model.b(3)
    assert out.data == pytest.approx(model(X4)[0].data, rel=1e-14)
    out.backward()
    by_hand = autograd.grads(model.W(1))
    model.zero_grad()
    model(X4)[0].backward()
    np.testing.assert_allclose(by_hand, autograd.grads(model.W(1)), rtol=1e-12)
