"""The optimisers on the course notes' own trajectories: FX-TH2, FX-QUAD, FX-BUMP, FX-LINE."""

import math
from itertools import pairwise

import numpy as np
import pytest

from autograd import Value
from nn.optim import SGD, Momentum, Nesterov, RMSProp
from nn.optim.schedules import Constant, InverseTime
from tests.data.notes_data import LINE_THETA, LINE_X, LINE_Y, close
from tests.optim.optimizer_runs import bowl, square, steps_to, trajectory


@pytest.mark.row("S003-35", "S003-36", "E-S003-06")
def test_gradient_descent_steps_against_the_sign_of_the_gradient():
    for start, end in [(1.0, 0.8), (-1.0, -0.8)]:
        assert trajectory(SGD([Value(start)], lr=0.1), square, 1) == [[pytest.approx(end)]]


@pytest.mark.row("S000-35", "S003-34", "E-S003-04", "E-S003-05")
def test_gradient_descent_on_a_parabola_approaches_its_minimum():
    path = trajectory(SGD([Value(0.0)], lr=0.1), lambda v: (v[0] - 3) ** 2, 100)
    assert [p for (p,) in path[:3]] == pytest.approx([0.6, 1.08, 1.464])
    assert path[-1][0] == pytest.approx(3.0, abs=1e-9)
    for start, grad in [(1.0, -4.0), (5.0, 4.0)]:
        w = Value(start)
        ((w - 3) ** 2).backward()
        assert w.grad == grad


@pytest.mark.row("S003-13", "S004-46")
@pytest.mark.parametrize(
    ("lr", "end"), [(0.001, 0.9607509570), (0.1, 0.01152921505), (0.5, 0.0), (1.0, 1.0), (1.1, 38.33759992)]
)
def test_the_learning_rate_decides_between_slow_fast_and_divergent(lr, end):
    assert trajectory(SGD([Value(1.0)], lr=lr), square, 20)[-1] == [pytest.approx(end, rel=1e-8, abs=1e-15)]


@pytest.mark.row("S001-41", "S001-42")
def test_momentum_follows_the_notes_on_theta_squared():
    optimizer = Momentum([Value(1.0)], lr=0.1)
    velocities, positions = [], []
    for _ in range(5):
        positions += trajectory(optimizer, square, 1)[0]
        velocities.append(optimizer.state["v"][0])
    assert positions == pytest.approx([0.8, 0.46, 0.062, -0.3086, -0.58042])
    assert velocities == pytest.approx([-0.2, -0.34, -0.398, -0.3706, -0.27182])


@pytest.mark.row("S001-43", "E-S001-15")
def test_momentum_under_a_constant_gradient_sums_up_to_ten_steps():
    optimizer = Momentum([Value(0.0)], lr=0.1)
    velocities = []
    for _ in range(200):
        trajectory(optimizer, lambda v: v[0], 1)
        velocities.append(optimizer.state["v"][0])
    assert [*velocities[:2], velocities[9], velocities[-1]] == close([-0.1, -0.19, -0.6513215599, -1.0])


@pytest.mark.row("S001-45", "S001-46")
def test_nesterov_follows_the_notes_on_theta_squared():
    optimizer = Nesterov([Value(1.0)], lr=0.1)
    velocities, positions, ahead = [], [], []
    for _ in range(5):
        positions += trajectory(optimizer, square, 1)[0]
        velocities.append(optimizer.state["v"][0])
        ahead.append(optimizer.point(np.array(positions[-1:]))[0])
    assert positions == close([0.8, 0.496, 0.17792, -0.0866816, -0.259858432])
    assert velocities == close([-0.2, -0.304, -0.31808, -0.2646016, -0.173176832])
    # what PyTorch's form stores instead of θ
    torch_form = [0.62, 0.2224, -0.108352, -0.32482304, -0.4157175808]
    assert ahead == close(torch_form)
    path = trajectory(SGD([Value(1.0)], lr=0.1, momentum=0.9, nesterov=True), square, 5)
    assert [p for (p,) in path] == close(torch_form)


@pytest.mark.row("S001-47", "S001-48")
def test_rmsprop_follows_the_notes_on_theta_squared():
    optimizer = RMSProp([Value(1.0)], lr=0.1)
    averages, positions = [], []
    for _ in range(5):
        positions += trajectory(optimizer, square, 1)[0]
        averages.append(optimizer.state["s"][0])
    expected = [0.683772239, 0.4988706135, 0.3691805603, 0.2728248918, 0.1997951603]
    assert positions == pytest.approx(expected, rel=1e-8)
    assert averages == pytest.approx([0.4, 0.5470177899, 0.5918647665, 0.5871960043, 0.5582497725], rel=1e-8)


@pytest.mark.row("S001-48")
def test_rmsprop_eps_outside_or_inside_the_root_differs_by_four_orders_for_a_tiny_gradient():
    steps = []
    for inside in (False, True):
        w = Value(0.0)
        optimizer = RMSProp([w], lr=1.0, eps_inside_sqrt=inside)
        (1e-8 * w).backward()
        optimizer.step()
        steps.append(-w.data)
    assert steps == pytest.approx([0.7597469266, 9.999999995e-05], rel=1e-8)


@pytest.mark.row("S001-48", "S001-49")
def test_rmsprop_moves_all_coordinates_alike_however_the_bowl_is_scaled():
    (end,) = trajectory(RMSProp([Value(10.0), Value(1.0)], lr=0.1), bowl, 1)
    assert [10 - end[0], 1 - end[1]] == pytest.approx([0.316227765, 0.316227765], rel=1e-8)
    (end,) = trajectory(RMSProp([Value(0.0), Value(0.0)], lr=0.1), lambda v: 10 * v[0] + 0.01 * v[1], 1)
    assert [-end[0], -end[1]] == pytest.approx([0.316227765, 0.316226766], rel=1e-8)
    (end,) = trajectory(SGD([Value(0.0), Value(0.0)], lr=0.1), lambda v: 10 * v[0] + 0.01 * v[1], 1)
    assert [-end[0], -end[1]] == pytest.approx([1.0, 0.001])


@pytest.mark.row("S001-40")
def test_one_learning_rate_for_all_directions_zigzags_crawls_or_diverges():
    def start():
        return [Value(10.0), Value(1.0)]

    count, path = steps_to(SGD(start(), lr=0.18), bowl, 1e-3)
    flips = sum(a[1] * b[1] < 0 for a, b in pairwise(path[1:]))
    assert (count, flips) == (47, 46)
    assert steps_to(SGD(start(), lr=0.05), bowl, 1e-3)[0] == 180
    assert math.hypot(*steps_to(SGD(start(), lr=0.21), bowl, 1e-3)[1][-1]) > 1e6


@pytest.mark.row("S001-40")
@pytest.mark.parametrize(
    ("kind", "beta", "count"),
    [(Momentum, 0.9, 134), (Nesterov, 0.9, 80), (Momentum, 0.7, 49), (Nesterov, 0.7, 39)],
)
def test_momentum_needs_as_many_steps_on_the_bowl_as_recomputed(kind, beta, count):
    assert steps_to(kind([Value(10.0), Value(1.0)], lr=0.05, beta=beta), bowl, 1e-3)[0] == count


@pytest.mark.row("S001-44", "E-S001-16")
def test_momentum_rolls_over_the_bump_that_stops_gradient_descent():
    def bump(v):
        return v[0] ** 4 / 4 - v[0] ** 2 / 2 + 0.1 * v[0]

    assert trajectory(SGD([Value(2.0)], lr=0.05), bump, 500)[-1] == [pytest.approx(0.94564927, rel=1e-8)]
    assert trajectory(Momentum([Value(2.0)], lr=0.05), bump, 500)[-1] == [pytest.approx(-1.0466805, rel=1e-7)]
    # it can, it need not: E-S001-16
    assert trajectory(Momentum([Value(1.5)], lr=0.05), bump, 500)[-1] == [pytest.approx(0.9456493, rel=1e-6)]


@pytest.mark.row("S004-31")
@pytest.mark.parametrize(
    ("lr", "distance"), [(Constant(0.02), 0.056407439), (InverseTime(0.02, 0.01), 0.00219295)]
)
def test_single_sample_descent_converges_only_with_shrinking_steps(lr, distance):
    # 40 000 cyclic steps on FX-LINE, on the flat arrays that `fit` uses
    theta = np.zeros(2)
    optimizer = SGD([Value(0.0), Value(0.0)], lr=lr)
    for k in range(40_000):
        x, y = LINE_X[k % 4], LINE_Y[k % 4]
        theta = optimizer.advance(theta, 2 * (x @ theta - y) * x)
    assert np.linalg.norm(theta - LINE_THETA) == pytest.approx(distance, rel=1e-5)
