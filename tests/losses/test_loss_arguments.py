"""Losses: reductions, nesting, small graphs, and refusals before anything is recorded."""

import math

import numpy as np
import pytest

from autograd import DomainError, Graph, Value
from nn import losses
from nn.losses import bce, bce_with_logits, ce, ce_with_logits, hinge, huber, l1, likelihood, mse, square, sse
from tests.layers.networks import grads

ALL = [getattr(losses, name) for name in losses.__all__]
ELEMENTWISE = [square, mse, sse, l1, huber, bce, bce_with_logits, hinge]


def test_huber_is_quadratic_inside_and_linear_outside():
    assert huber([0.5, -0.5, 3.0, -3.0], [0] * 4, reduction="none") == [0.125, 0.125, 2.5, 2.5]
    assert huber(5.0, 1.0, delta=2.0) == 6.0
    slopes = [0.5, -0.5, 1, -1, 1, -1]
    assert grads(lambda p, t: huber(p, t, reduction="sum"), [0.5, -0.5, 3, -3, 1, -1], [0] * 6) == slopes
    with pytest.raises(ValueError, match=r"delta must be finite and > 0, got 0\.0"):
        huber(1.0, 0.0, delta=0)


def test_hinge_is_zero_beyond_the_margin():
    assert hinge([2.0, 0.5, -1.0], [1, 1, 1], reduction="none") == [0, 0.5, 2]
    assert grads(hinge, [0.5], [-1]) == [1.0]
    for wrong in (0, 0.5, Value(0.0)):
        with pytest.raises(ValueError, match=r"hinge needs labels -1 and \+1, got .*2\*y - 1"):
            hinge([0.3], [wrong])


@pytest.mark.parametrize("loss", ALL)
def test_a_set_is_refused_because_it_has_no_order(loss):
    with pytest.raises(TypeError, match=r"numbers, Values, or sequences of them as prediction, and got \{"):
        loss({0.2, 0.9}, [1, 1])


@pytest.mark.parametrize("loss", ELEMENTWISE)
def test_reductions_are_mean_sum_or_the_list(loss):
    p, y = [0.2, 0.9, 0.4], [1, 1, 1]
    single = loss(p, y, reduction="none")
    assert len(single) == 3
    assert loss(p, y, reduction="sum") == pytest.approx(sum(single), rel=1e-15)
    assert loss(p, y, reduction="mean") == pytest.approx(sum(single) / 3, rel=1e-15)
    with pytest.raises(ValueError, match=r"no reduction 'average'\. Known: mean, sum, none\."):
        loss(p, y, reduction="average")


def test_one_number_alone_gets_no_node_for_its_mean():
    assert mse(Value(3.0), 1.0).op.name == "square"
    assert mse([Value(3.0)], 1.0).op.name == "square"
    assert mse([Value(3.0)], [1.0], reduction="none")[0].op.name == "square"
    assert mse([Value(3.0), Value(1.0)], [1.0, 1.0]).op.name == "mean"


def test_graphs_of_losses_stay_small():
    z = [Value(0.3), Value(-0.2), Value(0.1)]
    operations = {
        "bce": bce(Value(0.5), 1), "bce_with_logits": bce_with_logits(z[0], 1), "hinge": hinge(z[0], 1),
        "ce": ce([Value(0.5), Value(0.5)], 1), "ce_with_logits": ce_with_logits(z, 1), "mse": mse(z[0], 1),
        "huber": huber(z[0], 1),
    }  # fmt: skip
    counts = {
        name: sum(node.op is not None for node in Graph(loss).nodes) for name, loss in operations.items()
    }
    assert counts == {
        "bce": 1, "bce_with_logits": 1, "ce": 1, "ce_with_logits": 3, "hinge": 3, "mse": 2, "huber": 5,
    }  # fmt: skip


@pytest.mark.parametrize("loss", [*ELEMENTWISE, likelihood])
def test_predictions_and_targets_are_matched_by_nesting_without_broadcasting(loss):
    p, y = [0.2, 0.9], [1, 1]
    expected = loss(p, y)
    column = [[number] for number in p]
    for prediction, target in [(column, y), (np.array(p), np.array(y)), (column, [[1], [1]]), (tuple(p), y)]:
        assert loss(prediction, target) == expected
    assert loss([0.2], 1) == loss(0.2, 1) == loss(0.2, [1])
    for prediction, target, words in [
        (p, [1, 1, 1], "2 predictions and 3 targets"),
        (p, 1, "2 predictions and 1 target"),
        (0.2, y, "1 prediction and 2 targets"),
        ([p, p], y, "2 predictions and 1 target"),
        ([], [], "got no predictions"),
    ]:
        with pytest.raises(ValueError, match=words):
            loss(prediction, target)


@pytest.mark.parametrize("loss", ALL)
def test_nan_text_and_nothing_are_refused_as_target(loss):
    p = [0.2, 0.8] if loss in (ce, ce_with_logits) else 0.2
    for target in (math.nan, np.float64("nan")):
        with pytest.raises(ValueError, match="target that is nan"):
            loss(p, target)
    for target in ("1", None):
        with pytest.raises(TypeError, match="as target, and got"):
            loss(p, target)


def test_a_nan_target_in_a_value_is_refused_and_a_nan_prediction_is_not_hidden():
    with pytest.raises(ValueError, match="target that is nan"):
        mse(0.2, Value(math.nan))
    for loss in ELEMENTWISE:
        assert math.isnan(loss(math.nan, 1))
    for loss in (ce, ce_with_logits):
        assert math.isnan(loss([math.nan, 0.5], 0))


@pytest.mark.parametrize("loss", [bce, bce_with_logits, likelihood])
@pytest.mark.parametrize("label", [-0.1, 1.5, 2, Value(2.0)])
def test_binary_labels_out_of_range_are_refused(loss, label):
    with pytest.raises(ValueError, match=r"needs labels from 0 to 1, got .*in order"):
        loss(0.5, label)


@pytest.mark.parametrize("p", [-0.1, 1.3, math.inf])
def test_probabilities_outside_0_to_1_name_the_value_and_the_way_out(p):
    with pytest.raises(DomainError, match=r"bce.* needs 0 <= p <= 1, got p = .* at \"yhat\".*sigmoid"):
        bce(Value(p, label="yhat"), 1)
    with pytest.raises(DomainError, match=r"surprisal.* needs 0 <= p <= 1"):
        ce([Value(p), Value(0.5)], 0)


@pytest.mark.parametrize("loss", [ce, ce_with_logits])
@pytest.mark.parametrize(
    ("prediction", "target", "error", "words"),
    [
        ([0.2, 0.3, 0.5], 3, ValueError, r"class 3, and 3 classes are 0 to 2"),
        ([0.2, 0.3, 0.5], -1, ValueError, "class -1, and 3 classes"),
        ([0.2, 0.8], 0.5, ValueError, "class 0.5"),
        ([0.2, 0.8], math.inf, ValueError, "class inf"),
        ([0.2, 0.8], Value(2.0), ValueError, "class 2, and 2 classes are 0 to 1"),
        ([0.2, 0.8], [1, 0, 0], ValueError, "2 class predictions and 3 target probabilities"),
        ([0.2, 0.8], [1, 1], ValueError, r"sum to 1, got \[1.0, 1.0\], sum 2"),
        ([0.2, 0.8], [1.5, -0.5], ValueError, "labels from 0 to 1, got 1.5"),
        ([0.2, 0.8], [1.0000001, 0.0], ValueError, "labels from 0 to 1, got 1.0000001"),
        ([0.2, 0.8], 1.0000001, ValueError, "got class 1.0000001, and 2 classes"),
        ([0.2], 0, ValueError, "at least 2 classes, got 1.*bce"),
        (0.2, 0, TypeError, "one number per class and got one number.*bce"),
        ([[0.2, 0.8]], [0, 1], ValueError, "1 samples and 2 targets"),
        ([], 0, ValueError, "at least 2 classes, got 0"),
    ],
)
def test_wrong_classes_are_refused(loss, prediction, target, error, words):
    with pytest.raises(error, match=words):
        loss(prediction, target)


def test_targets_may_be_values_and_then_get_gradients():
    z, y = Value(0.3), Value(1.0)
    bce_with_logits(z, y).backward()
    assert y.grad == -0.3
    onehot = [Value(0.0), Value(1.0)]
    scores = [Value(0.5), Value(-0.5)]
    assert ce_with_logits(scores, onehot).data == pytest.approx(ce_with_logits(scores, 1).data)
    assert ce([Value(0.3), Value(0.7)], onehot).data == pytest.approx(-math.log(0.7))
    # The same graph serves another row: with Values as targets nothing depends on their numbers.
    loss = ce_with_logits(scores, onehot)
    onehot[0].data, onehot[1].data = 1.0, 0.0
    assert loss.forward() == pytest.approx(ce_with_logits([0.5, -0.5], 0))
