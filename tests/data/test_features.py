"""Feature maps: the notes' numbers, gradients through them, and polynomial fits that over- and underfit."""

import numpy as np
import pytest

from autograd import Value
from nn import features
from nn.data.metrics import mse
from nn.linear import closed_form
from tests.data.notes_data import LINE_X, POLY_VALIDATION_X, POLY_VALIDATION_Y, POLY_X, POLY_Y


@pytest.mark.row("S002-02", "S002-03", "S002-04", "S002-05")
@pytest.mark.parametrize(
    ("phi", "expected", "w", "value", "slope", "best"),
    [
        (features.linear, [1, 0.5], [1, 2], 2.0, 2.0, 0.2213746964),
        (features.poly(3), [1, 0.5, 0.25, 0.125], [1, 2, 3, 4], 3.25, 8.0, 0.004471530371),
        (features.sin3, [1, 0.5, 0.9974949866], [1, 2, 3], 4.99248496, 2.636634815, 0.0),
    ],
)
def test_the_notes_feature_maps(phi, expected, w, value, slope, best):
    assert phi(0.5) == pytest.approx(expected, rel=1e-9)
    x = Value(0.5, "x")
    f = sum(weight * feature for weight, feature in zip(w, phi(x), strict=True))
    f.backward()
    assert (f.data, x.grad) == (pytest.approx(value, rel=1e-8), pytest.approx(slope, rel=1e-9))
    grid = np.linspace(-1, 1, 11)
    targets, table = np.sin(3 * grid), phi(grid)
    assert table.dtype == float
    assert mse(table @ closed_form(table, targets), targets) == pytest.approx(best, rel=1e-8, abs=1e-25)


@pytest.mark.row("S002-27")
def test_the_matched_feature_has_weight_one():
    grid = np.linspace(-1, 1, 11)
    assert closed_form(features.sin3(grid), np.sin(3 * grid)) == pytest.approx(np.array([0, 0, 1]), abs=1e-12)


@pytest.mark.row("S003-07", "S003-11")
def test_a_table_becomes_one_row_of_features_per_sample():
    X = features.linear(np.array([1.0, 2.0, 3.0, 4.0]))
    assert X.tolist() == LINE_X.tolist()
    assert len(X) == 4


@pytest.mark.row("S002-07")
def test_a_decision_boundary_in_feature_space():
    phi = features.custom(lambda x: 1.0, lambda x: x[0], lambda x: x[1])
    w = np.array([-3.0, 1, 1])
    assert (phi(np.array([[1.0, 2], [2, 2], [0, 0]])) @ w).tolist() == [0, 1, -3]
    assert phi([1.0, 2.0]) == [1.0, 1.0, 2.0]
    quadratic = features.poly(2)
    assert (quadratic(np.array([-1.0, 0, 1, 2])) @ [-1, 0, 1]).tolist() == [0, -1, 0, 3]


@pytest.mark.row("S000-38", "S000-40", "S003-09", "S004-41", "S004-42", "S004-43", "E-S004-15")
def test_training_error_falls_with_the_degree_and_validation_error_turns():
    train, validation = [], []
    for degree in (0, 1, 3, 5, 7, 9):
        phi = features.poly(degree)
        theta = closed_form(phi(POLY_X), POLY_Y)
        train.append(mse(phi(POLY_X) @ theta, POLY_Y))
        validation.append(mse(phi(POLY_VALIDATION_X) @ theta, POLY_VALIDATION_Y))
    expected = [
        0.5178137041720238,
        0.3078812786096451,
        0.0311307719919,
        0.0310956437121,
        0.0215574944662,
        0.0,
    ]
    assert train == pytest.approx(expected, rel=1e-9, abs=1e-20)
    expected = [
        0.5251032362127,
        0.1900108628984,
        0.00200001999466,
        0.0024682991054,
        0.0294566820564,
        2.0883185602,
    ]
    assert validation == pytest.approx(expected, rel=1e-8)
    assert int(np.argmin(validation)) == 2  # degree 3
    assert sorted(train, reverse=True) == train


def test_features_of_an_array_of_values_stay_values():
    xs = np.array([Value(1.0), Value(2.0)], dtype=object)
    table = features.poly(2)(xs)
    assert table.shape == (2, 3)
    table[1, 2].backward()
    assert xs[1].grad == 4.0


@pytest.mark.parametrize("kind", [np.uint8, np.int8, np.int16, np.float16, bool])
def test_numbers_of_numpy_do_not_overflow_in_their_own_kind(kind):
    x = kind(100)
    cubed = [float(x) ** k for k in range(4)]
    assert features.poly(3)(x) == cubed
    assert features.poly(3)(np.array([x, x])).tolist() == [cubed, cubed]
    product = features.custom(lambda pair: pair[0] * pair[1])
    assert product([x, x]) == product((x, x)) == [float(x) ** 2]
    assert product(np.array([[x, x]])).tolist() == [[float(x) ** 2]]


def test_a_map_shows_its_features():
    assert repr(features.poly(3)) == "φ(x) = [1, x, x^2, x^3]"
    assert repr(features.sin3) == "φ(x) = [1, x, sin(3x)]"
    assert repr(features.custom(abs, names=["|x|"])) == "φ(x) = [|x|]"
    assert len(features.poly(0)) == 1


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: features.poly(-1), ValueError, "degree must be >= 0, got -1"),
        (lambda: features.custom(), ValueError, "at least one function"),
        (lambda: features.custom(3.0), TypeError, "Feature 0 is 3.0, not a function"),
        (lambda: features.custom(abs, names=["a", "b"]), ValueError, "1 functions and 2 names"),
    ],
)
def test_feature_maps_refuse_what_does_not_fit(call, error, message):
    with pytest.raises(error, match=message):
        call()
