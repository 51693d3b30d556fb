"""Initialisers: bounds and spreads as PyTorch's, seeds, gains, refusals."""

import math

import numpy as np
import pytest

from nn import init

N = 200  # a matrix of 40 000 draws


def fills(torch):
    matrix = torch.empty(N, N // 2, dtype=torch.float64)
    nn = torch.nn.init
    return [
        ("xavier_uniform", {"gain": 1.5}, lambda: nn.xavier_uniform_(matrix, gain=1.5)),
        ("xavier_normal", {"gain": 1.5}, lambda: nn.xavier_normal_(matrix, gain=1.5)),
        ("he_uniform", {}, lambda: nn.kaiming_uniform_(matrix, nonlinearity="relu")),
        ("he_normal", {"slope": 0.2}, lambda: nn.kaiming_normal_(matrix, a=0.2, nonlinearity="leaky_relu")),
        ("fan_in_uniform", {}, lambda: nn.kaiming_uniform_(matrix, a=math.sqrt(5))),
        ("uniform", {"low": -0.3, "high": 0.2}, lambda: nn.uniform_(matrix, -0.3, 0.2)),
        ("normal", {"mean": 1.0, "std": 0.3}, lambda: nn.normal_(matrix, 1.0, 0.3)),
    ]


@pytest.mark.parametrize("case", range(7))
def test_draws_are_spread_as_pytorchs(case):
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    name, options, fill = fills(torch)[case]
    theirs, ours = fill().numpy(), getattr(init, name)((N, N // 2), rng=0, **options)
    count = ours.size
    # two estimates from 20 000 draws, with a relative error of at most 1/√(2n) each; five of those
    assert ours.std() == pytest.approx(theirs.std(), rel=5 / math.sqrt(count))
    assert ours.mean() == pytest.approx(theirs.mean(), abs=5 * math.sqrt(2 / count) * ours.std())
    if "uniform" in name:
        # the largest of n uniform draws misses the bound by about 1/n of the width
        assert [ours.min(), ours.max()] == pytest.approx([theirs.min(), theirs.max()], rel=20 / count)


def test_bounds_and_deviations_follow_the_formulas():
    inputs, outputs = 3, 5
    draws = init.xavier_uniform((outputs, inputs), rng=1)
    unit = np.random.default_rng(1).uniform(-1, 1, (outputs, inputs))
    assert draws == pytest.approx(unit * math.sqrt(6 / (inputs + outputs)))
    draws = init.he_normal((outputs, inputs), slope=0.1, rng=1)
    unit = np.random.default_rng(1).standard_normal((outputs, inputs))
    assert draws == pytest.approx(unit * math.sqrt(2 / (1.01 * inputs)))
    assert init.fan_in_uniform(4, rng=1).shape == (4,)


def test_gains_are_pytorchs():
    torch = pytest.importorskip("torch")
    for name in ("linear", "sigmoid", "tanh", "relu", "selu"):
        assert init.gain(name) == pytest.approx(torch.nn.init.calculate_gain(name))
    assert init.gain("leaky_relu", 0.3) == pytest.approx(torch.nn.init.calculate_gain("leaky_relu", 0.3))


@pytest.mark.parametrize(
    "name", ["uniform", "normal", "xavier_uniform", "xavier_normal", "he_uniform", "he_normal"]
)
def test_seeds_repeat_and_generators_move_on(name):
    draw = getattr(init, name)
    assert draw((2, 3), rng=7).tolist() == draw((2, 3), rng=7).tolist()
    source = np.random.default_rng(7)
    first, second = draw((2, 3), rng=source), draw((2, 3), rng=source)
    assert first.tolist() == draw((2, 3), rng=7).tolist() != second.tolist()


@pytest.mark.row("S004-14")
def test_constants():
    assert init.zeros((1, 2)).tolist() == [[0.0, 0.0]]
    assert init.constant(2, 0.5).tolist() == [0.5, 0.5]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: init.zeros((0, 2)), ValueError, r"shape\[0\] must be >= 1, got 0"),
        (lambda: init.zeros((2, 1.5)), TypeError, r"shape\[1\] must be an integer, got 1.5"),
        (lambda: init.he_normal((1, 2, 3), rng=0), ValueError, r"shape \(outputs, inputs\), got \(1, 2, 3\)"),
        (lambda: init.uniform((2,), 1.0, 1.0, rng=0), ValueError, "low < high, got low = 1.0, high = 1.0"),
        (lambda: init.normal((2,), std=-1.0, rng=0), ValueError, "std must be finite and >= 0"),
        (lambda: init.xavier_normal((2, 2), gain=0.0, rng=0), ValueError, "gain must be finite and > 0"),
        (lambda: init.constant(2, math.nan), ValueError, "value must be a finite number, got nan"),
        (lambda: init.gain("swish"), ValueError, "No gain is known for 'swish'. Known: linear"),
    ],
)
def test_initialisers_refuse_what_does_not_fit(call, error, message):
    with pytest.raises(error, match=message):
        call()
