"""The optimisers on the course notes' own trajectories: FX-TH2, FX-QUAD, FX-BUMP, FX-LINE."""

from functools import partial
from itertools import pairwise

import numpy as np
import pytest

from autograd import Value, hessian
from nn import minimise
from nn.optim import SGD, Momentum, Nesterov, RMSProp
from nn.optim.schedules import Constant, InverseTime
from tests.data.notes_data import LINE_THETA, LINE_X, LINE_Y, close


def square(t):
    return t * t


def bowl(x, y):
    return (x * x + 10 * y * y) / 2


def steps_to(way, radius=1e-3):
    """How many steps until the points are within `radius` of 0."""
    return int(np.argmax(np.linalg.norm(way.points, axis=1) < radius))


@pytest.mark.row("S003-35", "S003-36", "E-S003-06")
def test_gradient_descent_steps_against_the_sign_of_the_gradient():
    for start, end in [(1.0, 0.8), (-1.0, -0.8)]:
        assert minimise(square, start, partial(SGD, lr=0.1), 1).points[1] == pytest.approx(end)


@pytest.mark.row("S000-35", "S003-34", "E-S003-04", "E-S003-05")
def test_gradient_descent_on_a_parabola_approaches_its_minimum():
    path = minimise(lambda w: (w - 3) ** 2, 0.0, partial(SGD, lr=0.1), 100).points
    assert path[1:4] == pytest.approx([0.6, 1.08, 1.464])
    assert path[-1] == pytest.approx(3.0, abs=1e-9)
    for start, grad in [(1.0, -4.0), (5.0, 4.0)]:
        w = Value(start)
        ((w - 3) ** 2).backward()
        assert w.grad == grad


@pytest.mark.row("S003-13", "S004-46")
@pytest.mark.parametrize(
    ("lr", "end"), [(0.001, 0.9607509570), (0.1, 0.01152921505), (0.5, 0.0), (1.0, 1.0), (1.1, 38.33759992)]
)
def test_the_learning_rate_decides_between_slow_fast_and_divergent(lr, end):
    way = minimise(square, 1.0, partial(SGD, lr=lr), 20)
    assert way.points[-1] == pytest.approx(end, rel=1e-8, abs=1e-15)


@pytest.mark.row("S001-41", "S001-42")
def test_momentum_follows_the_notes_on_theta_squared():
    way = minimise(square, 1.0, partial(Momentum, lr=0.1), 5)
    assert way.points[1:] == pytest.approx([0.8, 0.46, 0.062, -0.3086, -0.58042])
    assert way.state["v"][1:] == pytest.approx([-0.2, -0.34, -0.398, -0.3706, -0.27182])


@pytest.mark.row("S001-43", "E-S001-15")
def test_momentum_under_a_constant_gradient_sums_up_to_ten_steps():
    velocities = minimise(lambda t: t, 0.0, partial(Momentum, lr=0.1), 200).state["v"]
    assert velocities[[1, 2, 10, 200]] == close([-0.1, -0.19, -0.6513215599, -1.0])


@pytest.mark.row("S001-45", "S001-46")
def test_nesterov_follows_the_notes_on_theta_squared():
    way = minimise(square, 1.0, partial(Nesterov, lr=0.1), 5)
    positions, velocities = way.points[1:], way.state["v"][1:]
    optimizer = Nesterov([Value(1.0)], lr=0.1)
    ahead = []
    for position, velocity in zip(positions, velocities, strict=True):
        optimizer.state["v"][:] = velocity
        ahead += optimizer.point(np.array([position])).tolist()
    assert positions == close([0.8, 0.496, 0.17792, -0.0866816, -0.259858432])
    assert velocities == close([-0.2, -0.304, -0.31808, -0.2646016, -0.173176832])
    # what PyTorch's form stores instead of θ
    torch_form = [0.62, 0.2224, -0.108352, -0.32482304, -0.4157175808]
    assert ahead == close(torch_form)
    stored = minimise(square, 1.0, partial(SGD, lr=0.1, momentum=0.9, nesterov=True), 5)
    assert stored.points[1:] == close(torch_form)


@pytest.mark.row("S001-47", "S001-48")
def test_rmsprop_follows_the_notes_on_theta_squared():
    way = minimise(square, 1.0, partial(RMSProp, lr=0.1), 5)
    expected = [0.683772239, 0.4988706135, 0.3691805603, 0.2728248918, 0.1997951603]
    assert way.points[1:] == pytest.approx(expected, rel=1e-8)
    assert way.state["s"][1:] == pytest.approx(
        [0.4, 0.5470177899, 0.5918647665, 0.5871960043, 0.5582497725], rel=1e-8
    )


@pytest.mark.row("S001-48")
def test_rmsprop_eps_outside_or_inside_the_root_differs_by_four_orders_for_a_tiny_gradient():
    ways = (
        minimise(lambda w: 1e-8 * w, 0.0, partial(RMSProp, lr=1.0, eps_inside_sqrt=inside), 1)
        for inside in (False, True)
    )
    steps = [-way.points[1] for way in ways]
    assert steps == pytest.approx([0.7597469266, 9.999999995e-05], rel=1e-8)


@pytest.mark.row("S001-48", "S001-49")
def test_rmsprop_moves_all_coordinates_alike_however_the_bowl_is_scaled():
    for f, start, kind, moved in [
        (bowl, [10.0, 1.0], RMSProp, [0.316227765, 0.316227765]),
        (lambda a, b: 10 * a + 0.01 * b, [0.0, 0.0], RMSProp, [0.316227765, 0.316226766]),
        (lambda a, b: 10 * a + 0.01 * b, [0.0, 0.0], SGD, [1.0, 0.001]),
    ]:
        way = minimise(f, start, partial(kind, lr=0.1), 1)
        assert way.points[0] - way.points[1] == pytest.approx(moved, rel=1e-8)


@pytest.mark.row("S001-40", "S001-55")
def test_one_learning_rate_for_all_directions_zigzags_crawls_or_diverges():
    jumping = minimise(bowl, [10.0, 1.0], partial(SGD, lr=0.18), 200)
    flips = sum(a[1] * b[1] < 0 for a, b in pairwise(jumping.points[1:48]))
    assert (steps_to(jumping), flips) == (47, 46)
    assert steps_to(minimise(bowl, [10.0, 1.0], partial(SGD, lr=0.05), 200)) == 180
    steepest = np.linalg.eigvalsh(hessian(lambda p: bowl(*p))(np.array([10.0, 1.0]))).max()
    assert 2 / steepest == close(0.2)  # the limit
    assert np.linalg.norm(minimise(bowl, [10.0, 1.0], partial(SGD, lr=0.21), 200).points[-1]) > 1e6


@pytest.mark.row("S001-40", "S001-55")
@pytest.mark.parametrize(
    ("kind", "beta", "count"),
    [(Momentum, 0.9, 134), (Nesterov, 0.9, 80), (Momentum, 0.7, 49), (Nesterov, 0.7, 39)],
)
def test_momentum_needs_as_many_steps_on_the_bowl_as_recomputed(kind, beta, count):
    assert steps_to(minimise(bowl, [10.0, 1.0], partial(kind, lr=0.05, beta=beta), 200)) == count


@pytest.mark.row("S001-44", "E-S001-16")
def test_momentum_rolls_over_the_bump_that_stops_gradient_descent():
    def bump(t):
        return t**4 / 4 - t**2 / 2 + 0.1 * t

    def end(kind, start):
        return minimise(bump, start, partial(kind, lr=0.05), 500).points[-1]

    assert end(SGD, 2.0) == pytest.approx(0.94564927, rel=1e-8)
    assert end(Momentum, 2.0) == pytest.approx(-1.0466805, rel=1e-7)
    assert end(Momentum, 1.5) == pytest.approx(0.9456493, rel=1e-6)  # it can, it need not: E-S001-16


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
