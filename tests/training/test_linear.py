"""Least squares, ridge and logistic regression against the notes and scikit-learn."""

import math

import numpy as np
import pytest

import nn
from nn.data.metrics import mse
from nn.linear import LinearRegression, LogisticRegression, closed_form
from tests.data.notes_data import (
    B_X,
    B_Y,
    F4_X,
    F4_Y,
    LINE_THETA,
    LINE_X,
    LINE_Y,
    LOGIT4_X,
    LOGIT4_Y,
    LOGIT_B,
    LOGIT_W,
    POLY_VALIDATION_X,
    POLY_VALIDATION_Y,
    POLY_X,
    POLY_Y,
    close,
)


@pytest.mark.row("S001-04", "S001-05", "S001-06")
def test_the_closed_form_solves_the_normal_equations():
    theta = closed_form(LINE_X, LINE_Y)
    assert theta == close(LINE_THETA)
    assert LINE_X.T @ LINE_X @ theta == close(LINE_X.T @ LINE_Y)
    assert (LINE_X.T @ LINE_X).tolist() == [[4, 10], [10, 30]]
    assert mse(LINE_X @ theta, LINE_Y) == close(0.05)


@pytest.mark.row("S000-12")
def test_one_outlier_turns_the_line():
    assert closed_form(LINE_X, [2, 3, 5, 26]) == close(np.array([-9.5, 7.4]))


@pytest.mark.row("S000-28")
def test_three_features_are_fitted_exactly():
    model = LinearRegression().fit(B_X, B_Y)
    assert [*model.coef_, model.intercept_] == close([1.25, 1.25, 0.5, -1.25])
    assert model.score(B_X, B_Y) == close(1.0)


@pytest.mark.row("S000-45")
def test_more_data_predict_better():
    predictions = [float(LINE_X[3] @ closed_form(LINE_X[:n], LINE_Y[:n])) for n in (2, 3, 4)]
    assert predictions == close([5, 19 / 3, 6.1])


@pytest.mark.row("S000-01")
def test_no_line_fits_xor():
    X, y = nn.data.xor()
    model = LinearRegression().fit(X, y)
    assert [*model.coef_, model.intercept_] == pytest.approx([0.0, 0.0, 0.5], abs=1e-15)
    assert mse(model.predict(X), y) == close(0.25)


@pytest.mark.row("E-S001-03", "S004-06")
def test_dependent_columns_and_too_few_samples_get_the_shortest_minimiser():
    X, y = np.array([[1.0, 2], [2, 4], [3, 6]]), np.array([1.0, 2, 3])
    assert np.linalg.det(X.T @ X) == 0
    assert closed_form(X, y) == close(np.array([0.2, 0.4]))
    theta = closed_form(F4_X, F4_Y)
    assert F4_X @ theta == close(F4_Y)
    null = np.linalg.svd(F4_X)[2][-1]
    assert theta @ null == pytest.approx(0.0, abs=1e-14)


@pytest.mark.row("S001-53", "S001-54", "E-S001-20")
def test_the_ridge_shrinks_the_weights_and_trades_training_for_validation_error():
    phi = nn.features.poly(9)
    rows = [
        (1e-4, 0.026361523865, 0.00786203969, 35.941781344),
        (1e-3, 0.032746347266, 0.00968398049, 8.1806042864),
        (1e-2, 0.047391806308, 0.034662896698, 3.8438336606),
        (0.1, 0.15512464242, 0.13413935726, 1.07909318806),
        (1, 0.40582552173, 0.38643028034, 0.04694311247),
        (10, 0.49958806286, 0.50222685007, 0.000881433676),
    ]
    for l2, train, validation, square in rows:
        theta = closed_form(phi(POLY_X), POLY_Y, l2=l2)
        assert mse(phi(POLY_X) @ theta, POLY_Y) == pytest.approx(train, rel=1e-8)
        assert mse(phi(POLY_VALIDATION_X) @ theta, POLY_VALIDATION_Y) == pytest.approx(validation, rel=1e-8)
        assert theta @ theta == pytest.approx(square, rel=1e-8)


def test_linear_regression_and_ridge_agree_with_scikit_learn():
    peer = pytest.importorskip("sklearn.linear_model")
    rng = np.random.default_rng(2)
    X, Y = rng.normal(3, 2, (30, 4)), rng.normal(1, 2, (30, 2))
    for y in (Y[:, 0], Y):
        for intercept in (True, False):
            for l2 in (0.0, 0.3):
                theirs = peer.Ridge(alpha=30 * l2, fit_intercept=intercept).fit(X, y)
                ours = LinearRegression(l2=l2, fit_intercept=intercept).fit(X, y)
                assert ours.coef_ == close(theirs.coef_)
                assert ours.intercept_ == close(theirs.intercept_)
                assert ours.score(X, y) == close(theirs.score(X, y))


@pytest.mark.parametrize("number", [0.1, 0.7, 0.003, 1e5 + 0.1])
def test_a_constant_column_gets_no_weight_beside_an_intercept(number):
    x, y = np.array([1.0, 2.0, 3.0, 5.0, 7.0, 11.0]), np.array([2.0, 3.0, 5.0, 6.0, 7.0, 9.0])
    alone = LinearRegression().fit(np.full((6, 1), number), y)
    assert alone.coef_.tolist() == [0.0]
    assert alone.predict([[2 * number]]) == pytest.approx(y.mean(), rel=1e-14)
    both = LinearRegression().fit(np.column_stack([np.full(6, number), x]), y)
    slope, intercept = np.polyfit(x, y, 1)
    assert both.coef_ == pytest.approx([0.0, slope], rel=1e-12)
    assert both.intercept_ == pytest.approx(intercept, rel=1e-12)


@pytest.mark.row("S001-08", "S001-18", "S000-41", "S003-16", "S003-20", "S003-22")
def test_a_logistic_neuron_gives_probabilities():
    model = LogisticRegression()
    model.coef_, model.intercept_ = np.array([LOGIT_W]), np.array([LOGIT_B])
    model.classes_ = np.array([0, 1])
    assert model.decision_function([[1, 2]]) == close([0.1])
    assert model.predict_proba([[1, 2]])[0] == close([0.4750208125, 0.5249791875])
    assert model.predict([[1, 2]]).tolist() == [1]
    far = model.predict_proba(np.array([[60.0, 0.0], [-60.0, 0.0], [1e4, 0]]))
    assert ((far >= 0) & (far <= 1)).all() and far.sum(axis=1) == close([1, 1, 1])


@pytest.mark.row("S001-10")
def test_separable_samples_are_told_apart_with_growing_weights():
    short, long = (LogisticRegression(epochs=n).fit(LOGIT4_X, LOGIT4_Y) for n in (50, 200))
    assert short.score(LOGIT4_X, LOGIT4_Y) == long.score(LOGIT4_X, LOGIT4_Y) == 1.0
    assert np.linalg.norm(long.coef_) > np.linalg.norm(short.coef_)
    assert len(long.history_.loss) == 200


@pytest.mark.parametrize("classes", [2, 3])
def test_punished_logistic_regression_agrees_with_scikit_learn(classes):
    peer = pytest.importorskip("sklearn.linear_model")
    X, y = nn.data.blobs(24, centers=[[0, 0], [2, 1], [0, 3]][:classes], cluster_std=1.0)
    names = np.array(["a", "b", "c"])[y]
    theirs = peer.LogisticRegression(C=0.5, tol=1e-12, max_iter=1000).fit(X, names)
    # scikit-learn: ½‖w‖² + C·Σ loss, which is C·n times ours with l2 = 1/(2·C·n)
    rule = nn.SmallStep(1e-9)
    ours = LogisticRegression(lr=0.5, l2=1 / (2 * 0.5 * 24), epochs=3000, stop_when=rule).fit(X, names)
    assert ours.coef_ == pytest.approx(theirs.coef_, abs=1e-6)
    assert ours.intercept_ - ours.intercept_.mean() * (classes > 2) == pytest.approx(
        theirs.intercept_, abs=1e-6
    )
    assert ours.predict(X).tolist() == theirs.predict(X).tolist()
    assert ours.predict_proba(X) == pytest.approx(theirs.predict_proba(X), abs=1e-6)
    assert ours.history_.stopped.startswith("stop_when")


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: LinearRegression().predict([[1.0]]),
            RuntimeError,
            "LinearRegression has learned nothing yet",
        ),
        (lambda: LogisticRegression().predict([[1.0]]), RuntimeError, r"Call fit\(X, y\) first"),
        (
            lambda: LinearRegression().fit([[1.0], [2.0]], [1.0, 2.0]).predict([[1.0, 2.0]]),
            ValueError,
            "2 features",
        ),
        (lambda: LinearRegression(l2=-1).fit([[1.0]], [1.0]), ValueError, "l2 must be finite and >= 0"),
        (lambda: LinearRegression().fit([[1.0], [2.0]], [1.0]), ValueError, "X has 2 samples and y has 1"),
        (lambda: LogisticRegression().fit([[1.0], [2.0]], [1, 1]), ValueError, "one class only"),
        (
            lambda: LogisticRegression().fit([[1.0]], [[1]]),
            ValueError,
            r"one label per sample, got shape \(1, 1\)",
        ),
        (
            lambda: LogisticRegression(lr=0.0).fit([[1.0], [2.0]], [0, 1]),
            ValueError,
            "lr must be finite and > 0",
        ),
        (lambda: closed_form([[1.0, math.nan]], [1.0]), ValueError, r"X\[0, 1\] is nan"),
    ],
)
def test_regressions_refuse_what_does_not_fit(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_repr_shows_how_to_build_it_again():
    assert repr(LinearRegression(l2=0.1)) == "LinearRegression(l2=0.1, fit_intercept=True)"
    assert repr(LogisticRegression().fit(LOGIT4_X, LOGIT4_Y)).startswith(
        "LogisticRegression(lr=0.1, epochs=1000,"
    )
