"""The line search: exact on quadratics, halving otherwise, and what it refuses."""

import math

import numpy as np
import pytest

import autograd
from nn.optim import line_search
from tests.data.notes_data import LINE_X, LINE_Y


def cost(theta):  # FX-LINE
    residuals = [t0 * theta[0] + t1 * theta[1] - y for (t0, t1), y in zip(LINE_X, LINE_Y, strict=True)]
    return sum(r * r for r in residuals) / 4


def bowl(p):  # FX-QUAD
    return (p[0] ** 2 + 10 * p[1] ** 2) / 2


@pytest.mark.row("S001-34")
def test_the_exact_step_on_the_line_nearly_reaches_the_minimum():
    found = line_search(cost, [0.0, 0.0], quadratic=True)
    assert found.alpha == pytest.approx(0.05987805767, rel=1e-9)
    assert found.theta == pytest.approx(np.array([0.4790244613, 1.407134355]), rel=1e-9)
    assert found.value == pytest.approx(0.05007348119, rel=1e-9)


@pytest.mark.row("S001-34", "S001-35", "E-S001-13")
def test_halving_finds_a_sixteenth_in_five_evaluations():
    calls = []

    def counted(theta):
        calls.append(theta)
        return cost(theta)

    found = line_search(counted, [0.0, 0.0])
    assert (found.alpha, found.evaluations, found.value) == (0.0625, 5, 0.08544921875)
    assert len(calls) == 5 + 1  # and once for value and gradient at the start


@pytest.mark.row("E-S001-12")
def test_one_samples_line_search_makes_its_residual_zero():
    def first(theta):
        return (theta[0] + theta[1] - 2) ** 2

    found = line_search(first, [0.0, 0.0], quadratic=True)
    assert (found.alpha, found.value) == (0.25, pytest.approx(0.0, abs=1e-30))


@pytest.mark.row("S004-30", "S004-32")
def test_exact_steps_zigzag_down_a_badly_scaled_bowl():
    point, path, values = [10.0, 1.0], [[10.0, 1.0]], [bowl([10.0, 1.0])]
    for _ in range(4):
        found = line_search(bowl, point, quadratic=True)
        assert found.alpha == pytest.approx(2 / 11)
        point = found.theta.tolist()
        path.append(point)
        values.append(found.value)
    expected = [[10 * (9 / 11) ** k, (-9 / 11) ** k] for k in range(5)]
    assert np.array(path) == pytest.approx(np.array(expected))
    assert values == pytest.approx([55, 36.8181818, 24.646882, 16.4991524, 11.0448872], rel=1e-8)


def test_a_point_given_as_an_array_reaches_f_as_an_array():
    def f(theta):
        residual = LINE_X @ theta - LINE_Y
        return (residual * residual).sum() / 4

    assert line_search(f, np.zeros(2), quadratic=True).alpha == pytest.approx(0.05987805767, rel=1e-9)


def test_the_step_never_enters_where_f_is_nan():
    def steep(p):
        return autograd.exp(p[0]) if p[0] > -5 else math.nan

    found = line_search(steep, [3.0])
    assert (found.alpha, found.evaluations) == (0.25, 3)


def test_a_stationary_point_has_nowhere_to_go():
    found = line_search(bowl, [0.0, 0.0])
    assert (found.alpha, found.evaluations, found.theta.tolist()) == (0.0, 0, [0.0, 0.0])


@pytest.mark.parametrize(
    ("f", "theta", "options", "error", "message"),
    [
        (
            lambda p: p[0] ** 4,
            [1.0],
            {"quadratic": True},
            ValueError,
            "f is not quadratic: .* Use",
        ),
        (lambda p: -(p[0] ** 2), [1.0], {"quadratic": True}, ValueError, "curvature g·Hg = -8.0.*for ever"),
        (lambda p: 3 * p[0], [1.0], {"quadratic": True}, ValueError, "curvature g·Hg = 0.0"),
        (lambda p: p[0] * math.inf, [1.0], {}, ValueError, "f is inf at theta"),
        (lambda p: abs(p[0]), [0.3], {"alpha": 1e9, "max_evaluations": 3}, ArithmeticError, "3 evaluations"),
        (bowl, [1.0, 1.0], {"alpha": 0.0}, ValueError, "alpha must be finite and > 0"),
        (bowl, [1.0, 1.0], {"shrink": 1.0}, ValueError, r"shrink must be in \(0, 1\), got 1.0"),
        (bowl, [1.0, 1.0], {"c": 0.0}, ValueError, r"c must be in \(0, 1\), got 0.0"),
        (bowl, [1.0, math.nan], {}, ValueError, r"theta\[1\] is nan"),
    ],
)
def test_line_search_refuses_what_it_cannot_search(f, theta, options, error, message):
    with pytest.raises(error, match=message):
        line_search(f, theta, **options)
