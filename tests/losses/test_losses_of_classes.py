"""Losses for classes: the rows of the notes."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, grad
from nn.losses import bce, bce_with_logits, ce, likelihood, mse, square
from tests.data.notes_data import (
    LOGIT4_X,
    LOGIT4_Y,
    LOGIT_B,
    LOGIT_W,
    SQLOG_X,
    SQLOG_Y,
    close,
)
from tests.layers.networks import grads, linear

probability = st.floats(0.001, 0.999)


@pytest.mark.row("S001-07", "E-S001-02")
def test_minus_log_likelihood_is_the_sum_of_cross_entropies():
    p, y = [0.9, 0.2, 0.6], [1, 0, 1]
    assert likelihood(p, y) == close(0.432)
    assert likelihood(p, [1, 1, 1]) == close(0.108)
    assert -math.log(likelihood(p, y)) == close(0.8393296907) == bce(p, y, reduction="sum")


@given(st.lists(st.tuples(probability, probability), min_size=1, max_size=6))
def test_minus_log_likelihood_is_bce_for_soft_labels_too(pairs):
    p, y = zip(*pairs, strict=True)
    for targets in (y, [Value(t) for t in y]):
        product = likelihood([Value(number) for number in p], targets)
        assert -math.log(product.data) == pytest.approx(bce(p, y, reduction="sum"), abs=1e-13)


@pytest.mark.row("S001-09", "S001-11", "S003-29", "S003-30", "S003-31")
def test_binary_cross_entropy_table():
    table = bce([0.9, 0.5, 0.1, 0.9], [1, 1, 1, 0], reduction="none")
    assert table == close([0.1053605157, 0.6931471806, 2.302585093, 2.302585093])
    assert bce([0.1, 0.5, 0.9], [0, 0, 0], reduction="none") == close(
        [0.1053605157, 0.6931471806, 2.302585093]
    )
    assert bce(0.5249791875, 1) == close(0.6443966601)


@pytest.mark.row("S001-17")
def test_mean_binary_cross_entropy_and_why_it_suits_a_sigmoid():
    assert bce([0.9, 0.2, 0.6], [1, 0, 1]) == close(0.2797765636)
    for loss, slope in [(bce, -0.9996646499), (square, 2 * -0.0003351252488)]:
        z = Value(-8.0)
        loss(z.sigmoid(), 1).backward()
        assert z.grad == close(slope)


@pytest.mark.row("S001-19", "E-S001-06")
def test_log_of_zero_is_met_with_a_finite_number():
    assert bce(1e-12, 1) == close(27.6310211159)
    assert (bce(1.0, 1), bce(0.0, 0)) == (0.0, 0.0)
    assert bce_with_logits(-800.0, 1) == 800.0
    assert bce_with_logits(40.0, 0) == 40.0
    assert Value(40.0).sigmoid().data == 1.0
    assert bce(0.0, 1) == 100.0
    assert bce(1.0, 0) == pytest.approx(53 * math.log(2) + 1, rel=1e-14)


@pytest.mark.row("S001-20", "E-S001-07")
def test_cross_entropy_pulls_hard_labels_to_the_ends_and_soft_ones_to_themselves():
    assert grads(bce, [0.5], [1]) == [-2]
    assert grads(bce, [0.9], [1]) == close([-1.1111111111])
    assert grads(bce, [0.7], [0.7]) == pytest.approx([0], abs=1e-15)
    assert [bce(p, 0.7) for p in (0.7, 0.6, 0.99)] == close([0.6108643021, 0.6324651562, 1.388586291])


@pytest.mark.row("S001-21", "E-S001-08")
@pytest.mark.parametrize(
    "target", [[0, 1], [[0], [1]], [[1, 0, 0], [0, 1, 0]], np.array([0.0, 1.0]), np.eye(3)[:2]]
)
def test_cross_entropy_of_two_samples_by_index_and_one_hot(target):
    p = [[0.7, 0.2, 0.1], [0.1, 0.8, 0.1]]
    assert ce(p, target, reduction="sum") == close(0.5798184953)
    assert ce(p, target) == close(0.2899092476)


@pytest.mark.row("S001-22")
@given(probability, probability)
def test_cross_entropy_of_two_classes_is_the_binary_one(p, y):
    assert ce([p, 1 - p], [y, 1 - y]) == pytest.approx(bce(p, y), rel=1e-12)
    assert ce([0.3, 0.7], 0) == close(1.2039728043) == bce(0.3, 1)


@pytest.mark.row("S003-14", "S003-26", "S003-27", "S003-32", "S003-52", "S003-53", "S003-54", "E-S002-05")
def test_the_accumulating_loop_over_four_samples_and_one_graph_agree():
    dz, totals = [], np.zeros(3)
    for x, y in zip(LOGIT4_X, LOGIT4_Y, strict=True):
        (z,), parameters = linear(x[None], LOGIT_W, LOGIT_B)
        bce(z.sigmoid(), y).backward()
        dz.append(z.grad)
        totals += [p.grad for p in parameters]
    assert dz == close([-0.4750208125, -0.2738850187, 0.3429895373, 0.6456563062])
    assert totals == close([-1.365780387, -2.03530721, 0.2397400123])
    z, parameters = linear(LOGIT4_X, LOGIT_W, LOGIT_B)
    a = [item.sigmoid() for item in z]
    assert [item.data for item in a] == close([0.5249791875, 0.7261149813, 0.3429895373, 0.6456563062])
    assert bce(a, LOGIT4_Y, reduction="sum").data == close(2.421986847)
    J = bce(a, LOGIT4_Y)
    J.backward()
    assert J.data == close(0.6054967116)
    assert [p.grad for p in parameters] == close([-0.3414450968, -0.5088268024, 0.05993500307])


@pytest.mark.row("S003-48", "S003-49")
@pytest.mark.parametrize(
    ("y", "da", "dz"), [(1, -1.904837418, -0.4750208125), (0, 2.105170918, 0.5249791875)]
)
def test_the_local_gradient_of_cross_entropy_and_the_fused_form(y, da, dz):
    z, fused = Value(0.1), Value(0.1)
    a = z.sigmoid()
    loss = bce(a, y)
    loss.backward()
    assert (loss.partials[0], z.grad) == close((da, dz))
    bce_with_logits(fused, y).backward()
    assert fused.grad == close(dz)


@pytest.mark.row("S003-28", "E-S003-11")
def test_squared_loss_with_a_logistic_has_two_minima_and_cross_entropy_one():
    def slope(loss, w):
        leaf = Value(w)
        out = loss([(leaf * x).sigmoid() for (x,) in SQLOG_X.tolist()], SQLOG_Y)
        out.backward()
        return out.data, leaf.grad

    for w, half in [(-1.949818107, 0.2194118703), (0.2006859611, 0.09359182378)]:
        value, at = slope(mse, w)
        assert value / 2 == close(half)
        # The minimiser is given to 1e-9, and the curvature there is below 10.
        assert abs(at) < 1e-8
        assert slope(mse, w - 0.01)[1] < 0 < slope(mse, w + 0.01)[1]
    assert abs(slope(bce, 0.2897718413)[1]) < 1e-8
    slopes = [slope(bce, w)[1] for w in np.linspace(-4, 2, 61)]
    assert slopes == sorted(slopes)
    squared = [slope(mse, w)[1] for w in np.linspace(-4, 2, 61)]
    assert squared != sorted(squared)


@pytest.mark.row("S003-28", "E-S003-11")
def test_squared_loss_of_a_logistic_bends_down_where_cross_entropy_bends_up():
    def curvatures(loss):
        return [grad(grad(loss))(z) for z in (-3.0, -2.0, -1.0, 0.0, 1.0)]

    squared = curvatures(lambda z: square(z.sigmoid(), 1.0) / 2)
    assert squared == pytest.approx([-0.036911325, -0.059407084, -0.027766084, 0.0625, 0.063091664], rel=1e-7)
    assert squared[1] == pytest.approx(-0.0594070843, rel=1e-8)
    expected = [0.04517666, 0.10499359, 0.19661193, 0.25, 0.19661193]
    for loss in (lambda z: bce(z.sigmoid(), 1.0), lambda z: bce_with_logits(z, 1.0)):
        assert curvatures(loss) == pytest.approx(expected, rel=1e-7)
