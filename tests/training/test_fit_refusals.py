"""What `fit` refuses, before anything is changed."""

import math

import numpy as np
import pytest

import nn
from autograd import Value
from nn.losses import bce, ce, ce_with_logits, mse
from nn.optim import SGD, Momentum
from tests.data.notes_data import LINE_X, LINE_Y
from tests.training.small_models import line, logistic, numbers

DATA = (LINE_X, LINE_Y)


@pytest.mark.row("E-X-02", "E-S000-02")
@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"data": (LINE_X[:3], LINE_Y)}, ValueError, "X has 3 samples and y has 4"),
        ({"data": (LINE_X.T, LINE_Y)}, ValueError, r"X has 2 samples and y has 4.*pass X\.T"),
        ({"data": (np.array([[1.0, math.nan]]), [1.0])}, ValueError, r"X\[0, 1\] is nan.*fill in"),
        ({"data": (LINE_X, [1.0, 2.0, math.inf, 3.0])}, ValueError, r"y\[2\] is inf"),
        ({"data": (np.empty((0, 2)), [])}, ValueError, r"X is empty \(shape \(0, 2\)\)"),
        ({"data": ([["a", "b"]], [1.0])}, TypeError, "X must hold plain numbers"),
        ({"data": LINE_X}, TypeError, r"data must be a pair \(X, y\), got ndarray"),
        ({"data": (np.ones((4, 3)), LINE_Y)}, ValueError, "takes 2 inputs, and got 3"),
        (
            {"validation": (LINE_X[:, :1], LINE_Y)},
            ValueError,
            "validation samples have 1 features",
        ),
        (
            {"validation": (LINE_X, LINE_Y[:3])},
            ValueError,
            "validation X has 4 samples and",
        ),
        ({"batch_size": 0}, ValueError, "batch_size must be >= 1, got 0"),
        ({"batch_size": 2.5}, TypeError, "batch_size must be an integer, got 2.5"),
        ({"epochs": -1}, ValueError, "epochs must be >= 0, got -1"),
        ({"early_stopping": 3}, ValueError, r"pass validation=\(X, y\)"),
        ({"early_stopping": 0, "validation": DATA}, ValueError, "early_stopping.* must be >= 1, got 0"),
        (
            {"early_stopping": True, "validation": DATA},
            TypeError,
            "early_stopping, .* integer, got True",
        ),
        ({"stop_when": 1e-6}, TypeError, r"SmallStep\(tol=1e-06\)"),
        ({"reduction": "none"}, ValueError, '"mean" or "sum", got \'none\''),
        ({"backend": "cuda"}, ValueError, "one of numpy, native, eager, got 'cuda'"),
        ({"rng": "seed"}, TypeError, "rng must be an int seed"),
        ({"optimizer": 0.1}, TypeError, "optimizer must be one of nn.optim"),
        (
            {"optimizer": SGD([Value(1.0)], lr=0.1)},
            ValueError,
            "depends on none of the optimizer's",
        ),
        ({"loss": "mse"}, TypeError, r"loss must be a function of \(prediction, target\), got 'mse'"),
        ({"loss": lambda p, t: p}, TypeError, "must be one Value"),
        ({"loss": lambda p, t: p[0].data}, TypeError, r"must be one Value.*\.data"),
        ({"model": nn.Linear}, TypeError, "got the class Linear: make one first"),
        ({"model": lambda x: x}, TypeError, r"callable and have parameters\(\)"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_changed(change, error, message):
    model = line([1.0, 2.0])
    arguments = {"model": model, "loss": mse, "optimizer": Momentum(model.parameters(), lr=0.1), "data": DATA,
                 "epochs": 3, "rng": 0} | change  # fmt: skip
    with pytest.raises(error, match=message):
        nn.fit(**arguments)
    assert numbers(model) == [1.0, 2.0]
    assert model.training
    if "optimizer" not in change:
        assert arguments["optimizer"].updates == 0


@pytest.mark.parametrize(
    ("make", "loss", "y", "message"),
    [
        (lambda: logistic([0.0, 0.0]), bce, [0.0, 1.0, 1.0, 2.0], "bce needs labels from 0 to 1, got 2"),
        (lambda: nn.MLP(2, [3]), ce_with_logits, [0, 1, 2, 3], "y holds the class label 3.*3 classes apart"),
        (lambda: nn.MLP(2, [3]), ce_with_logits, [0, 1, 1.5, 0], r"labels\[2\] is 1.5"),
        (lambda: nn.MLP(2, [3], output="softmax"), ce, [0, 1, -1, 0], r"labels\[2\] is -1"),
        (
            lambda: nn.MLP(2, [3], output="softmax"),
            ce,
            [[1, 0, 0], [0, 1, 0], [0, 0.5, 0.6], [0, 0, 1]],
            "sum to 1",
        ),
    ],
)
def test_labels_out_of_range_are_refused_wherever_they_stand(make, loss, y, message):
    model = make()
    before = numbers(model)
    for data, validation in [((LINE_X, y), None), ((LINE_X[:1], y[:1]), (LINE_X, y))]:
        with pytest.raises(ValueError, match=message):
            nn.fit(
                model,
                loss,
                SGD(model.parameters(), lr=0.1),
                data,
                epochs=2,
                batch_size=1,
                validation=validation,
            )
    assert numbers(model) == before


def positive(prediction, target):
    """A loss that refuses targets by an `if` of its own."""
    (price,) = target
    if price <= 0.0:
        raise ValueError(f"prices are positive, got {price:g}")
    return mse(prediction, target)


def in_float(prediction, target):
    """A loss that computes with the target's number."""
    return positive(prediction, [float(target[0])])


@pytest.mark.parametrize("backend", ["eager", "numpy"])
@pytest.mark.parametrize(
    ("make", "loss", "message"),
    [
        (lambda: logistic([0.0, 0.0]), bce, "^bce needs labels from 0 to 1, got -0.5"),
        (lambda: line([1.0, 2.0]), positive, "^prices are positive, got -0.5"),
        (lambda: line([1.0, 2.0]), in_float, "^prices are positive, got -0.5"),
    ],
)
def test_one_target_in_hundreds_is_refused_as_it_would_be_alone(backend, make, loss, message):
    model, y = make(), np.linspace(0.1, 0.9, 300)
    before = numbers(model)
    y[217] = -0.5
    with pytest.raises(ValueError, match=message):
        nn.fit(
            model, loss, SGD(model.parameters(), lr=0.1), (np.zeros((300, 2)), y), epochs=1, backend=backend
        )
    assert numbers(model) == before


def test_a_loss_meets_hundreds_of_targets_at_one_go():
    calls = []

    def counting(prediction, target):
        calls.append(target)
        return mse(prediction, target)

    model, y = line([1.0, 2.0]), np.linspace(0.1, 0.9, 300)
    nn.fit(model, counting, SGD(model.parameters(), lr=0.1), (np.zeros((300, 2)), y), epochs=1)
    assert len(calls) < 30
