"""k-fold cross-validation: the notes' numbers, and folds that do not fit."""

import numpy as np
import pytest

from nn import cross_validate, features
from nn.closed_form import closed_form
from nn.data.metrics import accuracy
from nn.data.prepare import kfold
from nn.linear import LinearRegression
from tests.data.notes_data import LINE_THETA, LINE_X, LINE_Y, POLY_X, POLY_Y


def least_squares(X, y):
    theta = closed_form(X, y)
    return lambda new: new @ theta


@pytest.mark.row("S000-42")
def test_leave_one_out_on_the_line():
    found = cross_validate(least_squares, LINE_X, LINE_Y, folds=4)
    residuals = LINE_Y - found.predictions
    assert residuals == pytest.approx(np.array([1 / 3, -3 / 7, 3 / 7, -1 / 3]))
    assert found.mean == pytest.approx(0.1473922902, rel=1e-9)
    # the identity e_i/(1 − h_i)
    leverage = np.diag(LINE_X @ np.linalg.inv(LINE_X.T @ LINE_X) @ LINE_X.T)
    assert residuals == pytest.approx((LINE_Y - LINE_X @ LINE_THETA) / (1 - leverage))


@pytest.mark.row("S000-42")
@pytest.mark.parametrize(("interleaved", "error"), [(False, 1.0), (True, 0.25)])
def test_two_folds_cut_in_runs_or_dealt_in_turn(interleaved, error):
    found = cross_validate(least_squares, LINE_X, LINE_Y, folds=kfold(4, 2, interleaved=interleaved))
    assert found.mean == pytest.approx(error)
    assert found.scores.mean() == pytest.approx(error)


@pytest.mark.row("S000-42", "S004-42")
def test_cross_validation_chooses_the_cubic():
    means = []
    for degree in (0, 1, 3, 5, 7):
        X = features.poly(degree)(POLY_X)
        means.append(cross_validate(least_squares, X, POLY_Y, folds=kfold(10, 5, interleaved=True)).mean)
    assert means == pytest.approx([0.5205496, 0.5391580, 0.08755408, 0.2342912, 23.94857], rel=1e-6)
    assert int(np.argmin(means)) == 2


def test_estimators_and_labels_work_too():
    X, y = np.array([[0.0], [1.0], [0.1], [0.9]]), np.array(["low", "high", "low", "high"])

    def nearest(X_train, y_train):
        return lambda new: y_train[np.abs(new - X_train.T).argmin(axis=1)]

    found = cross_validate(nearest, X, y, folds=4, metric=accuracy)
    assert (found.mean, found.predictions.tolist()) == (1.0, y.tolist())
    assert cross_validate(
        lambda X, y: LinearRegression().fit(X, y), LINE_X[:, 1:], LINE_Y, 2
    ).scores.shape == (2,)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"folds": 5}, ValueError, "k must be >= 2 and <= 4, got 5"),
        ({"train": lambda X, y: 3.0}, TypeError, "train.* must return a model with predict.* got 3.0"),
        ({"train": lambda X, y: lambda new: new}, ValueError, r"shape \(2, 2\) for targets of \(2,\)"),
        ({"folds": kfold(4, 2)[:1]}, ValueError, "Sample 2 is in 0 validation folds"),
        ({"folds": kfold(4, 2) + kfold(4, 2)}, ValueError, "Sample 0 is in 2 validation folds"),
        ({"y": LINE_Y[:3]}, ValueError, "X has 4 samples and y has 3"),
    ],
)
def test_cross_validation_refuses_what_does_not_fit(arguments, error, message):
    with pytest.raises(error, match=message):
        cross_validate(**{"train": least_squares, "X": LINE_X, "y": LINE_Y, "folds": 2} | arguments)
