"""Rows whose numbers the lessons work out by hand: here the engine says them."""

import numpy as np
import pytest

import nn
from autograd import Value, data, grad, grads, hessian, jvp
from nn import losses
from nn.linear import closed_form
from tests.data.notes_data import A_B, A_W, A_X, A_Y, B_B, B_W, B_X, B_Y, LINE_X, LINE_Y, close
from tests.layers.networks import fx_4321


@pytest.mark.row("S002-13", "S002-15", "S002-16")
def test_a_matrix_entry_is_the_weight_from_input_j_to_output_i():
    layer = nn.Linear(3, 2, bias=False).assign([[1, 2, 3], [4, 5, 6]])
    assert layer.W.shape == (2, 3)
    second = layer([1.0, 2.0, 3.0])[1]
    assert second.data == 32
    assert grad(lambda x: layer(x)[1])(np.array([1.0, 2.0, 3.0])).tolist() == [4, 5, 6]
    assert data(layer.W).tolist() == [[1, 2, 3], [4, 5, 6]]


@pytest.mark.row("S004-02", "E-S004-01", "E-X-03")
def test_the_first_matrix_of_notes_004_is_the_transpose_of_ours():
    net = fx_4321("linear")
    notes = data(net.W(1, rows="inputs"))
    assert notes.shape == (4, 3)
    assert notes[1, 0] == net.w(1, 2, 1).data == 0.4
    x = np.array([0.5, -1.0, 1.5, 2.0])
    assert data(net.layers[0](x)) == close([0.6, -0.4, 1.3])
    assert notes.T @ x == close([0.6, -0.4, 1.3])
    with pytest.raises(ValueError, match="mismatch"):
        notes @ x


@pytest.mark.row("E-S000-03", "S000-07")
def test_two_columns_of_x_are_two_samples():
    model = nn.Linear(2, 1).assign([A_W], [A_B])
    assert [one.data for one in model.forward_columns(A_X.T)[0]] == [-2.25, -2.75]
    same = np.array([A_X[0], A_X[0]]).T  # as printed: both columns are x1, x2
    assert [one.data for one in model.forward_columns(same)[0]] == [-2.25, -2.25]


@pytest.mark.row("S000-25", "E-S000-10", "E-S000-11")
def test_the_sum_stands_over_all_terms_and_over_scalars():
    model = nn.Linear(3, 1).assign([B_W], [B_B])
    errors = np.array([y - model(x)[0].data for x, y in zip(B_X, B_Y, strict=True)])
    assert errors == close(np.array([-0.1, 1.5, 2, 4]))

    def cost(b, samples=slice(None)):
        return losses.mse(B_X[samples] @ np.array(B_W) + b, B_Y[samples])

    assert grad(cost)(B_B) == close(-3.7)
    assert grad(lambda b: cost(b, slice(1)))(B_B) == close(0.2)  # the first term alone, as printed
    assert cost(B_B) == close(5.565)
    assert sum(4 * cost(B_B) for _ in B_Y) / 4 == close(22.26) == close(4 * cost(B_B))


@pytest.mark.row("S001-14")
def test_the_l1_loss_is_least_at_the_median_and_the_squared_loss_at_the_mean():
    values = np.array([1.0, 2.0, 3.0, 4.0, 100.0])
    assert closed_form(np.ones((5, 1)), values) == close([22])
    low, high = 0.0, 100.0
    for _ in range(60):  # halve the interval in which the slope changes its sign
        middle = (low + high) / 2
        slope = grad(lambda t: losses.l1([t] * 5, values))(middle)
        low, high = (middle, high) if slope < 0 else (low, middle)
    assert high == close(3)


@pytest.mark.row("S000-16")
def test_one_number_for_da_is_the_derivative_along_all_parameters():
    def residuals(w, b):
        return A_Y - A_X @ w - b

    assert jvp(residuals, (np.array(A_W), A_B), (np.ones(2), 1.0))[1].tolist() == [-5, -7]


@pytest.mark.row("S001-05")
def test_the_normal_equations_hold_the_curvature_and_the_slope_of_the_cost():
    def half(theta):
        return losses.sse(LINE_X @ theta, LINE_Y) / 2

    assert hessian(half)(np.zeros(2)).tolist() == [[4, 10], [10, 30]]
    assert (-grad(half)(np.zeros(2))).tolist() == [16, 47]


@pytest.mark.row("E-S003-15")
def test_targets_are_paired_with_samples_where_numpy_would_make_a_table():
    outputs, targets = [[Value(z)] for z in (0.1, 1.0, -1.0, 2.0)], np.array([1.0, 0.0, 1.0, 0.0])
    assert (targets.reshape(1, 4).shape, data(outputs).shape) == ((1, 4), (4, 1))
    assert (targets - data(outputs)).shape == (4, 4)
    flat = losses.mse([z for (z,) in outputs], targets)
    assert losses.mse(outputs, targets).data == flat.data
    with pytest.raises(ValueError, match="4 predictions and 1 target"):
        losses.mse(outputs, targets.reshape(1, 4))


@pytest.mark.row("S004-14", "E-S000-15")
def test_equal_weights_make_twins_of_the_hidden_neurons():
    net = nn.MLP(2, [2, 1], bias=False, init=lambda shape: np.full(shape, 0.5))
    losses.mse(net([1.0, 2.0]), [1.0]).backward()
    first, second = grads(net.W(1))
    assert first == close(np.array([-0.01714034028, -0.03428068056]))
    assert first.tolist() == second.tolist()
