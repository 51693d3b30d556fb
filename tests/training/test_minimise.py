"""minimise: the points that an optimiser visits on a function of a few numbers."""

import dataclasses
from functools import partial

import numpy as np
import pytest

import nn
import viz
from autograd import DomainError, Value, values
from nn.optim import ROWS, SGD, Adam, Momentum, Nesterov, RMSProp
from nn.optim.schedules import InverseTime


def bowl(x, y):
    return (x * x + 10 * y * y) / 2


def test_points_and_values_begin_with_the_start():
    way = nn.minimise(bowl, [10.0, 1.0], lambda params: SGD(params, lr=0.1), steps=2)
    np.testing.assert_allclose(way.points, [[10, 1], [9, 0], [8.1, 0]], rtol=1e-15, atol=1e-15)
    np.testing.assert_allclose(way.values, [55, 40.5, 32.805], rtol=1e-14)
    assert (way.name, way.state["v"].shape) == ("SGD", (3, 2))
    only = nn.minimise(bowl, [10.0, 1.0], lambda params: SGD(params, lr=0.1), steps=0)
    assert (only.points.tolist(), only.values.tolist()) == ([[10.0, 1.0]], [55.0])


@pytest.mark.row("S001-45", "S001-46")
def test_nesterov_gets_the_gradient_at_its_look_ahead_and_the_points_are_theta():
    way = nn.minimise(lambda t: t * t, 1.0, partial(Nesterov, lr=0.1), 5)
    assert way.points[1:] == pytest.approx([0.8, 0.496, 0.17792, -0.0866816, -0.259858432], rel=1e-12)
    assert way.state["v"][1:] == pytest.approx([-0.2, -0.304, -0.31808, -0.2646016, -0.173176832], rel=1e-12)
    assert way.values == pytest.approx(way.points**2, rel=1e-15)


@pytest.mark.parametrize("kind", ROWS.values())
def test_every_optimiser_goes_the_way_of_its_own_steps(kind):
    theta = [Value(1.5), Value(-0.5)]
    optimizer = kind(theta, lr=0.05)
    expected = [[1.5, -0.5]]

    def closure():
        optimizer.zero_grad()
        loss = bowl(*theta)
        loss.backward()
        return loss

    for _ in range(4):
        optimizer.step(closure)
        expected.append([value.data for value in theta])
    assert nn.minimise(bowl, [1.5, -0.5], partial(kind, lr=0.05), 4).points.tolist() == expected


def test_a_schedule_and_a_start_of_values_do_as_numbers_do_and_the_values_stay():
    start = list(values(x=10.0, y=1.0))
    way = nn.minimise(bowl, start, partial(SGD, lr=InverseTime(0.1, decay=1.0)), 2)
    np.testing.assert_allclose(way.points[:, 0], [10, 9, 9 * 0.95], rtol=1e-15)
    assert (start[0].data, start[0].grad) == (10.0, None)


def test_a_function_without_a_gradient_in_one_argument_leaves_it():
    way = nn.minimise(lambda x, y: x * x, [1.0, 5.0], partial(Adam, lr=0.1), 3)
    assert way.points[:, 1].tolist() == [5.0] * 4


def test_a_run_that_leaves_the_floats_is_told_with_step_point_and_rate():
    with pytest.raises(nn.TrainingDivergedError) as caught:
        nn.minimise(lambda x: x**2, 1.0, partial(SGD, lr=5), 1000)
    message = str(caught.value)  # θ is multiplied by -9 in each step, and the square of 9^162 is no float
    for part in ("diverged at step 162", "f is inf", "3.866e+154", "smaller learning rate (now 5)"):
        assert part in message
    assert caught.value.history.points[:3].tolist() == [1.0, -9.0, 81.0]
    assert (caught.value.update, len(caught.value.history.values)) == (162, 162)
    with pytest.raises(nn.TrainingDivergedError, match="a start where f and its gradient are finite"):
        nn.minimise(lambda x: x * float("inf"), 1.0, partial(SGD, lr=0.1), 1)
    with pytest.raises(DomainError, match=r"log\(x\) needs x > 0"):
        nn.minimise(lambda x: x.log(), 1.0, partial(SGD, lr=5), 10)


def test_a_run_that_only_grows_says_so():
    assert repr(nn.minimise(bowl, [10, 1], partial(SGD, lr=0.21), 200)).endswith(
        "200 steps of SGD, f from 55 to 1.803e17; it rose: the steps are too long>"
    )
    assert "rose" not in repr(nn.minimise(bowl, [10, 1], partial(SGD, lr=0.05), 200))


def test_the_result_is_frozen_and_trajectory_draws_it():
    way = nn.minimise(bowl, [10.0, 1.0], partial(RMSProp, lr=0.3), 5)
    with pytest.raises(dataclasses.FrozenInstanceError):
        way.name = "other"
    for plot in (viz.trajectory(bowl, way), viz.trajectory(bowl, {"RMSProp": way})):
        assert repr(plot).startswith("<viz.Plot: RMSProp from (10, 1) to")


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (
            (bowl, [1.0, 1.0], SGD([Value(1.0)], lr=0.1), 3),
            TypeError,
            r"as in lambda params: Adam.*got SGD\(",
        ),
        ((bowl, [1.0, 1.0], lambda params: 3, 3), TypeError, "makes the optimiser of its parameters.*got 3"),
        ((bowl, [1.0, 1.0], partial(Momentum, lr=0.1), -1), ValueError, "steps"),
        ((bowl, [[1.0, 1.0]], partial(Momentum, lr=0.1), 1), ValueError, "start must be 0-dim"),
        ((bowl, [1.0, float("nan")], partial(Momentum, lr=0.1), 1), ValueError, r"start\[1\] is nan"),
        ((lambda x: [x, x], 1.0, partial(Momentum, lr=0.1), 1), TypeError, "returns one number, got a list"),
    ],
)
def test_other_arguments_are_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        nn.minimise(*arguments)


def test_a_class_that_needs_a_learning_rate_says_how_it_gets_one():
    with pytest.raises(
        TypeError, match=r"lambda params: SGD\(params, lr=0\.1\), got the class alone: .*'lr'"
    ):
        nn.minimise(lambda w: (w - 3) ** 2, 0.0, nn.optim.SGD, 3)
