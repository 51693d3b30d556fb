"""`fit` on the course notes' linear regressions: every trajectory with the rows' numbers."""

import itertools

import numpy as np
import pytest

from nn.linear import closed_form
from nn.losses import mse, square, sse
from nn.optim.schedules import InverseTime
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
from tests.training.small_models import descend, line, numbers


@pytest.mark.row("S000-03", "S000-04", "S000-05", "S000-20")
def test_the_loop_on_two_samples_brings_the_cost_down_as_printed():
    model = line(A_W, A_B)
    history = descend(model, mse, (A_X, A_Y), lr=0.01, epochs=1)
    assert numbers(model) == close([0.7875, -0.3525, 0.43])
    history = descend(line(A_W, A_B), mse, (A_X, A_Y), lr=0.01, epochs=6)
    costs = [84.0625, 39.1298125, 18.2373568, 8.52285639, 4.00575574, 1.90528377]
    assert history.loss == pytest.approx(costs, rel=1e-8)


@pytest.mark.row("S000-21")
def test_a_step_along_plus_the_gradient_climbs():
    up = line([0.2125, -1.6475], 0.25 - 0.18)
    assert descend(up, mse, (A_X, A_Y), lr=0.01, epochs=1).loss == [close(145.9923125)]


@pytest.mark.row("S000-34")
def test_one_step_on_three_features():
    model = line(B_W, B_B)
    descend(model, mse, (B_X, B_Y), lr=0.1, epochs=1)
    assert numbers(model) == close([1.345, 0.475, 0.315, 0.77])


@pytest.mark.row("S000-36", "S001-32")
def test_full_batch_descent_visits_the_printed_points():
    model = line([0.0, 0.0])
    points = []
    for _ in range(3):
        descend(model, mse, (LINE_X, LINE_Y), lr=0.1, epochs=1)
        points.append(numbers(model))
    assert np.array(points) == close(np.array([[0.8, 2.35], [0.265, 0.775], [0.6245, 1.83]]))


@pytest.mark.row("S001-06")
def test_descent_needs_330_steps_to_the_closed_form_and_diverges_above_the_limit():
    model = line([0.0, 0.0])
    near = []
    for _ in range(330):
        near.append(np.linalg.norm(np.array(numbers(model)) - LINE_THETA) < 1e-6)
        descend(model, mse, (LINE_X, LINE_Y), lr=0.1, epochs=1)
    assert not any(near)
    assert np.linalg.norm(np.array(numbers(model)) - closed_form(LINE_X, LINE_Y)) < 1e-6
    limit = 2 / np.linalg.eigvalsh(2 / 4 * LINE_X.T @ LINE_X).max()
    assert limit == pytest.approx(0.1197561066, rel=1e-9)
    for lr, falls in [(0.1197, True), (0.12, False)]:
        loss = descend(line([0.0, 0.0]), mse, (LINE_X, LINE_Y), lr=lr, epochs=200).loss
        assert (loss[-1] < loss[-2]) == falls


@pytest.mark.row("S000-22", "S002-33")
def test_the_fitted_line_predicts_a_new_point():
    model = line([0.0, 0.0])
    descend(model, mse, (LINE_X, LINE_Y), lr=0.1, epochs=400)
    assert model([1.0, 5.0])[0].data == pytest.approx(7.5, abs=1e-6)


@pytest.mark.row("S001-31")
def test_single_samples_in_order_visit_the_printed_points():
    model, points = line([0.0, 0.0]), [[0.0, 0.0]]
    for i in range(4):
        descend(model, mse, (LINE_X[i : i + 1], LINE_Y[i : i + 1]), lr=0.02, epochs=1)
        points.append(numbers(model))
    expected = [[0, 0], [0.08, 0.08], [0.1904, 0.3008], [0.346688, 0.769664], [0.44967424, 1.181609]]
    assert np.array(points) == pytest.approx(np.array(expected), rel=1e-6)
    whole = line([0.0, 0.0])
    descend(whole, mse, (LINE_X, LINE_Y), lr=0.02, epochs=1, batch_size=1)
    assert numbers(whole) == points[-1]


@pytest.mark.row("S004-25", "S004-29", "E-S004-11")
def test_sum_mean_and_sequential_updates_end_in_three_places():
    for options, end in [
        ({"reduction": "sum"}, [0.32, 0.94]),
        ({"reduction": "mean"}, [0.08, 0.235]),
        ({"batch_size": 1}, [0.26889664, 0.75165056]),
    ]:
        model = line([0.0, 0.0])
        descend(model, square, (LINE_X, LINE_Y), lr=0.01, epochs=1, **options)
        assert numbers(model) == close(end)


@pytest.mark.row("E-X-01")
def test_the_loss_under_sum_is_four_times_the_mean():
    data = (LINE_X, LINE_Y)
    assert descend(line([0.0, 0.0]), sse, data, lr=0.001, epochs=1).loss == [18.5]
    assert descend(line([0.0, 0.0]), sse, data, lr=0.001, epochs=1, reduction="sum").loss == [74.0]


@pytest.mark.row("S001-35", "S001-38", "E-S001-14")
def test_four_single_sample_steps_beat_one_full_batch_step_of_the_same_cost():
    def cost_after(epochs, **options):
        model = line([0.0, 0.0])
        descend(model, mse, (LINE_X, LINE_Y), lr=0.02, epochs=epochs, **options)
        return float(np.mean((LINE_X @ numbers(model) - LINE_Y) ** 2))

    assert cost_after(1) == close(8.23335)
    assert cost_after(1, batch_size=1) == pytest.approx(0.4651960051, rel=1e-9)
    assert cost_after(4) == pytest.approx(0.7641163169, rel=1e-9)


@pytest.mark.row("S004-30")
def test_single_sample_descent_zigzags_where_the_full_batch_goes_straight():
    def losses_and_path(batch_size, steps):
        model = line([0.0, 0.0])
        costs, points = [], [np.zeros(2)]
        for k in range(steps):
            rows = slice(k % 4, k % 4 + 1) if batch_size == 1 else slice(None)
            costs.append(float(np.mean((LINE_X @ points[-1] - LINE_Y) ** 2)))
            descend(model, mse, (LINE_X[rows], LINE_Y[rows]), lr=0.02, epochs=1)
            points.append(np.array(numbers(model)))
        costs.append(float(np.mean((LINE_X @ points[-1] - LINE_Y) ** 2)))
        rises = sum(b > a for a, b in itertools.pairwise(costs))
        length = sum(float(np.linalg.norm(b - a)) for a, b in itertools.pairwise(points))
        return rises, length / float(np.linalg.norm(points[-1] - points[0]))

    rises, ratio = losses_and_path(1, 40)
    assert (rises, ratio) == (9, pytest.approx(1.584344, rel=1e-6))
    rises, ratio = losses_and_path(4, 40)
    assert (rises, ratio) == (0, pytest.approx(1.00138, rel=1e-5))


@pytest.mark.row("S004-31", "E-S004-12")
def test_a_schedule_inside_fit_counts_updates():
    model, theta = line([0.0, 0.0]), np.zeros(2)
    schedule = InverseTime(0.02, decay=0.01)
    descend(model, mse, (LINE_X, LINE_Y), lr=schedule, epochs=5, batch_size=1)
    for k in range(20):
        x, y = LINE_X[k % 4], LINE_Y[k % 4]
        theta = theta - schedule(k) * 2 * (x @ theta - y) * x
    assert numbers(model) == pytest.approx(theta.tolist(), rel=1e-12)


@pytest.mark.row("S004-05", "S004-12")
def test_one_step_on_four_inputs():
    model = line(F4_W)
    history = descend(model, mse, (F4_X, F4_Y), lr=0.05, epochs=2, reduction="sum")
    assert history.loss == close([3.66, 0.9806])
    model = line(F4_W)
    descend(model, mse, (F4_X, F4_Y), lr=0.05, epochs=1, reduction="sum")
    assert numbers(model) == close([0.45, 0.45, 0.55, 0.86])


@pytest.mark.row("S002-31", "S002-32", "E-S002-02")
def test_minimising_minus_the_loss_diverges():
    model, path = line([1.0]), []
    for _ in range(4):
        descend(model, lambda p, t: -mse(p, t), ([[1.0]], [0.0]), lr=0.1, epochs=1)
        path += numbers(model)
    assert path == close([1.2, 1.44, 1.728, 2.0736])
