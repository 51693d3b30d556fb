"""Losses for numbers: the rows of the notes."""

import pytest

from nn import losses
from nn.losses import l1, mse, square, sse
from tests.data.notes_data import (
    A_B,
    A_W,
    A_X,
    A_Y,
    B_B,
    B_W,
    B_X,
    B_Y,
    F4_W,
    F4_X,
    F4_Y,
    LINE_THETA,
    LINE_X,
    LINE_Y,
    close,
)
from tests.layers.networks import linear


@pytest.mark.row("S000-03", "S000-08", "S000-10", "S000-11", "S000-13", "E-S000-01")
def test_square_error_and_cost_of_two_samples():
    prediction = A_X @ A_W + A_B
    assert square(prediction, A_Y, reduction="none") == [52.5625, 115.5625]
    assert (sse(prediction, A_Y), mse(prediction, A_Y)) == (168.125, 84.0625)
    assert mse(A_X @ A_W - A_B, A_Y) == 93.3125
    assert mse(A_X @ [0, 0], A_Y) == 44.5


@pytest.mark.row("S000-25", "S000-26", "S000-27")
def test_square_error_and_cost_of_four_samples():
    prediction = B_X @ B_W + B_B
    assert square(prediction, B_Y, reduction="none") == close([0.01, 2.25, 4, 16])
    assert mse(prediction, B_Y) == close(5.565)
    assert sse(prediction, B_Y) == close(22.26)
    assert mse(B_X @ B_W - B_B, B_Y) == close(9.165)


@pytest.mark.row("S000-14", "S000-15", "S000-18", "S000-19")
def test_the_gradient_of_a_sum_of_losses_is_the_sum_of_gradients():
    per_sample = []
    for i in range(2):
        prediction, parameters = linear(A_X[i : i + 1], A_W, A_B)
        (0.5 * square(prediction, A_Y[i : i + 1])).backward()
        per_sample.append([p.grad for p in parameters])
    assert per_sample == [[-7.25, -21.75, -7.25], [-21.5, -43, -10.75]]
    prediction, parameters = linear(A_X, A_W, A_B)
    mse(prediction, A_Y).backward()
    assert [p.grad for p in parameters] == [-28.75, -64.75, -18]
    assert [p.grad for p in prediction] == [-7.25, -10.75]


@pytest.mark.row("S000-17", "S000-29", "S000-33", "E-S000-09")
def test_the_mean_divides_by_the_number_of_samples():
    prediction, parameters = linear(B_X, B_W, B_B)
    mse(prediction, B_Y).backward()
    assert [p.grad for p in parameters] == close([-12.45, -2.75, -0.15, -3.7])


@pytest.mark.row("S001-02", "S001-03", "S001-04", "S001-33", "S004-29", "E-S001-01")
def test_mean_and_sum_of_squares_on_the_line():
    for theta, mean, total in [(LINE_THETA, 0.05, 0.2), ([0.0, 0.0], 18.5, 74.0)]:
        prediction = LINE_X @ theta
        assert (mse(prediction, LINE_Y), sse(prediction, LINE_Y)) == close((mean, total))
    for loss, theta, expected in [
        (sse, [0.0, 0.0], [-32, -94]),
        (mse, [0.0, 0.0], [-8, -23.5]),
        (sse, LINE_THETA, [0, 0]),
    ]:
        prediction, parameters = linear(LINE_X, theta)
        loss(prediction, LINE_Y).backward()
        assert [p.grad for p in parameters] == pytest.approx(expected, abs=1e-13)


@pytest.mark.row("S004-03", "S004-05", "S004-07", "S004-08", "S004-09", "S004-10", "S004-11")
def test_sum_of_squares_with_four_inputs():
    prediction, parameters = linear(F4_X, F4_W)
    loss = sse(prediction, F4_Y)
    loss.backward()
    assert loss.data == close(3.66)
    assert [p.grad for p in prediction] == close([-1.4, -2.2, -2.8])
    assert [p.grad for p in parameters] == close([-7, -5, -5, -9.2])


@pytest.mark.row("S001-12", "S001-13")
def test_absolute_and_squared_error_of_three_numbers():
    assert l1([1.5, 1, 5], [1, 2, 3]) == close(1.166666667)
    assert mse([1.5, 1, 5], [1, 2, 3]) == 1.75


@pytest.mark.row("S001-14")
def test_the_median_minimises_the_l1_loss_and_the_mean_the_squared_one():
    data = [1, 2, 3, 4, 100]
    assert [l1([c] * 5, data) for c in (3, 22)] == close([20.2, 31.2])
    assert [mse([c] * 5, data) for c in (3, 22)] == [1883, 1522]


@pytest.mark.row("S002-31", "E-S002-02")
def test_the_training_loss_is_the_mean_of_the_losses_without_a_minus():
    assert losses.l1([1.0, 3.0], [0.0, 0.0]) == 2.0
