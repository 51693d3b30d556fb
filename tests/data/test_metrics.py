"""Metrics against scikit-learn, the notes, and what they refuse."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value
from nn import metrics
from tests.data.notes_data import LINE_THETA, LINE_X, LINE_Y, close

labels = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1)), min_size=1, max_size=30)
numbers = st.lists(st.tuples(st.floats(-100, 100), st.floats(-100, 100)), min_size=2, max_size=30)


@pytest.mark.row("S001-02")
def test_regression_metrics_have_the_notes_numbers():
    assert metrics.mse(LINE_X @ LINE_THETA, LINE_Y) == pytest.approx(0.05)
    assert metrics.mse([1.5, 1, 5], [1, 2, 3]) == 1.75


@given(pairs=labels)
def test_classification_metrics_agree_with_scikit_learn(pairs):
    peer = pytest.importorskip("sklearn.metrics")
    predicted, true = (list(column) for column in zip(*pairs, strict=True))
    assert metrics.accuracy(predicted, true) == pytest.approx(peer.accuracy_score(true, predicted))


@given(pairs=numbers)
def test_regression_metrics_agree_with_scikit_learn(pairs):
    peer = pytest.importorskip("sklearn.metrics")
    predicted, true = (np.array(column) for column in zip(*pairs, strict=True))
    # R² divides by the spread of the targets: where that is lost in rounding, so is the comparison
    if np.ptp(true) > 1e-3:
        assert metrics.r2(predicted, true) == pytest.approx(peer.r2_score(true, predicted), rel=1e-9)
    assert metrics.mse(predicted, true) == pytest.approx(peer.mean_squared_error(true, predicted))


def test_r2_of_constant_targets_and_of_several_outputs():
    peer = pytest.importorskip("sklearn.metrics")
    assert metrics.r2([2.0, 2.0], [2.0, 2.0]) == 1.0
    assert metrics.r2([2.0, 3.0], [2.0, 2.0]) == 0.0
    predicted, true = (
        np.array([[1.0, 5.0], [2.0, 4.0], [4.0, 4.5]]),
        np.array([[1.5, 5.0], [2.5, 4.0], [3.0, 3.0]]),
    )
    assert metrics.r2(predicted, true) == pytest.approx(peer.r2_score(true, predicted))


@pytest.mark.parametrize(("number", "count"), [(0.1, 3), (0.7, 7), (1e5 + 0.1, 6)])
def test_equal_targets_have_no_variance_though_their_mean_is_rounded(number, count):
    true = np.full(count, number)
    assert metrics.r2(true, true) == 1.0
    assert metrics.r2(true + 0.001, true) == 0.0
    assert (
        metrics.r2(
            np.column_stack([true + 0.001, np.arange(count)]), np.column_stack([true, np.arange(count)])
        )
        == 0.5
    )


def test_labels_may_be_text_or_bool():
    assert metrics.accuracy(["cat", "dog"], ["cat", "cat"]) == 0.5
    assert metrics.accuracy(np.array([0.2, 0.8]) > 0.5, [0, 1]) == 1.0


@pytest.mark.row("E-S003-15")
@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: metrics.accuracy([1, 0], [1]), ValueError, "prediction has 2 samples and target has 1"),
        (lambda: metrics.accuracy([[1, 0]], [1]), ValueError, r"shape \(1, 2\). Take argmax"),
        (lambda: metrics.accuracy([], []), ValueError, "non-empty list of class labels"),
        (lambda: metrics.mse([[1.0], [2.0]], [1.0, 2.0]), ValueError, r"\(2, 1\) and target \(2,\).*ravel"),
        (lambda: metrics.r2([1.0, math.nan], [1.0, 2.0]), ValueError, r"prediction\[1\] is nan"),
    ],
)
def test_metrics_refuse_what_does_not_fit(call, error, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize(
    ("prediction", "target", "error", "words"),
    [
        ([0.9, 0.2], [1, 0], ValueError, r"prediction\[0\] is 0\.9, .*p > 0\.5 .*argmax"),
        ([Value(0.9), Value(0.2)], [1, 0], ValueError, r"prediction\[0\] is 0\.9"),
        ([1, 0], [1, math.nan], ValueError, r"target\[1\] is nan, which is no class"),
        ([None, 0], [1, 0], ValueError, r"prediction\[0\] is None, which is no class"),
        (["a", "nan"], ["a", math.nan], ValueError, r"target\[1\] is nan, which is no class"),
        (["1", 2], ["1", "2"], TypeError, r"prediction\[1\] is 2, among text"),
        (["1", "True"], ["1", True], TypeError, r"target\[1\] is True, among text"),
        (
            ["1", "0"],
            [1, 0],
            TypeError,
            r"prediction holds '1' and target 1: text is never equal to a number",
        ),
        ([1, 0], np.array(["a", "b"], dtype=object), TypeError, "text is never equal to a number"),
        (np.ma.array([1, 0], mask=[1, 0]), [1, 0], TypeError, "1 masked number of 2"),
    ],
)
def test_what_is_no_class_is_not_counted_as_wrong(prediction, target, error, words):
    with pytest.raises(error, match=words):
        metrics.accuracy(prediction, target)


def test_whole_floats_bools_and_values_are_classes():
    assert metrics.accuracy([1.0, 0.0], [1, 0]) == 1.0
    assert metrics.accuracy([True, False], [1, 1]) == 0.5
    assert metrics.accuracy(np.array(["a", "b"], dtype=object), ["a", "c"]) == 0.5
    assert metrics.accuracy([Value(1.0), Value(0.0)], [1, 0]) == 1.0


def least_squares(X, y):
    theta = np.linalg.lstsq(X, y, rcond=None)[0]
    return lambda new: new @ theta


@pytest.mark.row("S000-42")
def test_each_sample_is_predicted_by_a_model_that_has_not_seen_it():
    one_out = [([j for j in range(4) if j != i], [i]) for i in range(4)]
    found = metrics.out_of_fold(least_squares, LINE_X, LINE_Y, one_out)
    assert LINE_Y - found == close(np.array([1 / 3, -3 / 7, 3 / 7, -1 / 3]))
    assert metrics.mse(found, LINE_Y) == close(0.1473922902)
    in_turn = [(np.array([1, 3]), np.array([0, 2])), (np.array([0, 2]), np.array([1, 3]))]
    assert metrics.mse(metrics.out_of_fold(least_squares, LINE_X, LINE_Y, in_turn), LINE_Y) == close(0.25)


def test_folds_of_scikit_learn_give_what_its_own_loop_gives():
    sklearn = pytest.importorskip("sklearn.model_selection")
    linear_model = pytest.importorskip("sklearn.linear_model")
    rng = np.random.default_rng(1)
    X, y = rng.normal(size=(23, 3)), rng.normal(size=23)
    folds = sklearn.KFold(5, shuffle=True, random_state=0)
    theirs = sklearn.cross_val_predict(linear_model.LinearRegression(fit_intercept=False), X, y, cv=folds)
    assert metrics.out_of_fold(least_squares, X, y, folds.split(X)) == close(theirs)


def test_what_is_predicted_may_be_a_word_or_a_row_of_numbers():
    folds = [([1, 2], [0]), ([0], [1, 2])]
    words = metrics.out_of_fold(
        lambda X, y: lambda new: [y[0]] * len(new), LINE_X[:3], ["a", "b", "c"], folds
    )
    assert words.tolist() == ["b", "a", "a"]
    rows = metrics.out_of_fold(lambda X, y: lambda new: 2 * new, LINE_X[:3], LINE_Y[:3], folds)
    assert rows.tolist() == (2 * LINE_X[:3]).tolist()


@pytest.mark.parametrize(
    ("folds", "message"),
    [
        ([([1, 2, 3], [0])], "Sample 1 is in no fold. Each must be left out once"),
        ([([1, 2], [0, 3]), ([0], [1, 2, 3])], "Sample 3 is in 2 folds. Each must"),
        ([([0, 1, 2], [2, 3])], "Sample 2 is trained on and predicted by the same model"),
        ([], "Sample 0 is in no fold"),
    ],
)
def test_folds_that_leave_a_sample_out_twice_or_never_are_refused(folds, message):
    with pytest.raises(ValueError, match=message):
        metrics.out_of_fold(least_squares, LINE_X, LINE_Y, folds)


def test_a_model_that_loses_predictions_is_refused():
    with pytest.raises(ValueError, match=r"given 2 rows to predict, and returned 1 predictions"):
        metrics.out_of_fold(lambda X, y: lambda new: [1.0], LINE_X, LINE_Y, [([2, 3], [0, 1])])
    with pytest.raises(ValueError, match="X has 4 samples and y has 3"):
        metrics.out_of_fold(least_squares, LINE_X, LINE_Y[:3], [])
