"""Losses beside PyTorch: equal numbers and gradients where conventions match, and the differences."""

import math

import numpy as np
import pytest

from autograd import Value
from nn import losses

torch = pytest.importorskip("torch")
F = torch.nn.functional

RNG = np.random.default_rng(11)
REAL, TARGET = RNG.normal(0, 3, 12), RNG.normal(0, 3, 12)
P, LABEL, SOFT = RNG.uniform(0.001, 0.999, 12), RNG.integers(0, 2, 12).astype(float), RNG.uniform(0, 1, 12)
LOGITS, CLASSES = RNG.normal(0, 4, (6, 5)), RNG.integers(0, 5, 6)
SHARES = RNG.dirichlet(np.ones(5), 6)


def compare(ours, theirs, prediction):
    """Value and gradient of both, for each reduction."""
    for reduction in ("mean", "sum", "none"):
        leaves = np.vectorize(Value, otypes=[object])(prediction)
        tensor = torch.tensor(prediction, dtype=torch.float64, requires_grad=True)
        out, peer = ours(leaves, reduction), theirs(tensor, reduction)
        if reduction == "none":
            assert [item.data for item in out] == pytest.approx(peer.tolist(), rel=1e-10, abs=1e-13)
            continue
        out.backward()
        peer.backward()
        assert out.data == pytest.approx(peer.item(), rel=1e-10)
        # None: the loss does not look at this number, a probability of a class that is not the target.
        grads = np.vectorize(lambda leaf: 0.0 if leaf.grad is None else leaf.grad, otypes=[float])(leaves)
        assert grads == pytest.approx(tensor.grad.numpy(), rel=1e-10, abs=1e-13)


def t(array):
    return torch.tensor(array)


@pytest.mark.parametrize(
    ("ours", "theirs", "prediction"),
    [
        pytest.param(
            lambda p, r: losses.mse(p, TARGET, r),
            lambda p, r: F.mse_loss(p, t(TARGET), reduction=r),
            REAL,
            id="mse",
        ),
        pytest.param(
            lambda p, r: losses.l1(p, TARGET, r),
            lambda p, r: F.l1_loss(p, t(TARGET), reduction=r),
            REAL,
            id="l1",
        ),
        pytest.param(
            lambda p, r: losses.huber(p, TARGET, 1.3, r),
            lambda p, r: F.huber_loss(p, t(TARGET), delta=1.3, reduction=r),
            REAL,
            id="huber",
        ),
        pytest.param(
            lambda p, r: losses.bce(p, LABEL, r),
            lambda p, r: F.binary_cross_entropy(p, t(LABEL), reduction=r),
            P,
            id="bce",
        ),
        pytest.param(
            lambda p, r: losses.bce(p, SOFT, r),
            lambda p, r: F.binary_cross_entropy(p, t(SOFT), reduction=r),
            P,
            id="soft bce",
        ),
        pytest.param(
            lambda p, r: losses.bce_with_logits(p, SOFT, r),
            lambda p, r: F.binary_cross_entropy_with_logits(p, t(SOFT), reduction=r),
            REAL,
            id="bce_with_logits",
        ),
        pytest.param(
            lambda p, r: losses.ce_with_logits(p, CLASSES, r),
            lambda p, r: F.cross_entropy(p, t(CLASSES), reduction=r),
            LOGITS,
            id="ce_with_logits",
        ),
        pytest.param(
            lambda p, r: losses.ce_with_logits(p, SHARES, r),
            lambda p, r: F.cross_entropy(p, t(SHARES), reduction=r),
            LOGITS,
            id="soft ce_with_logits",
        ),
        pytest.param(
            lambda p, r: losses.ce(p, CLASSES, r),
            lambda p, r: F.nll_loss(p.log(), t(CLASSES), reduction=r),
            SHARES,
            id="ce",
        ),
    ],
)
def test_value_and_gradient_agree_for_every_reduction(ours, theirs, prediction):
    compare(ours, theirs, prediction)


def test_the_comparison_fails_when_a_loss_is_wrong_by_a_thousandth():
    with pytest.raises(AssertionError):
        compare(
            lambda p, r: losses.sse(p, TARGET * 1.001, r),
            lambda p, r: F.mse_loss(p, t(TARGET), reduction=r),
            REAL,
        )


def test_probability_zero_costs_100_in_both_and_the_documented_differences_hold():
    zero, one = t([0.0]), t([1.0])
    assert F.binary_cross_entropy(zero, one).item() == 100.0 == losses.bce(0.0, 1)
    assert F.binary_cross_entropy(one, zero).item() == 100.0 != losses.bce(1.0, 0)
    z = t([-50.0]).requires_grad_()
    F.binary_cross_entropy(torch.sigmoid(z), one).backward()
    ours = Value(-50.0)
    losses.bce(ours.sigmoid(), 1).backward()
    assert abs(z.grad.item()) < 1e-9
    assert ours.grad == pytest.approx(-1.0)


def test_logit_tails_agree():
    for z, y in [(-800.0, 1.0), (800.0, 0.0), (800.0, 1.0), (40.0, 1.0)]:
        theirs = F.binary_cross_entropy_with_logits(t([z]), t([y])).item()
        assert losses.bce_with_logits(z, y) == pytest.approx(theirs, rel=1e-10)
    assert math.isfinite(losses.bce_with_logits(-1e308, 1))
