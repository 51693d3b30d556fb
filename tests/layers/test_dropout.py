"""Dropout: the notes' statistics, training and inference, and masks that are fed from outside."""

import itertools
import math
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from autograd import Value
from nn.layers.dropout import Dropout, MaskFeed
from tests.layers.networks import numbers

H, W = [1.0, 2.0, 3.0, 4.0, 5.0], [0.5, -1.0, 2.0, 1.5, -0.5]  # FX-DROP: w·h = 8


def masked(mask):
    """FX-DROP's hidden layer with a given 0/1 mask, through Dropout itself."""
    drop, feed = Dropout(0.2), MaskFeed()
    with feed.collecting():
        drop(H)
    with feed.feeding([factor * 1.25 for factor in mask]):
        return drop(H)


@pytest.mark.row("S004-48")
def test_dropping_the_second_of_five_scales_the_others_by_1_25():
    assert masked([1, 0, 1, 1, 1]) == [1.25, 0, 3.75, 5, 6.25]


@pytest.mark.row("S004-47", "S004-48", "S004-49", "S004-51")
def test_the_32_subnetworks_average_to_the_full_output():
    masks = list(itertools.product([0, 1], repeat=5))
    chances = [math.prod(0.8 if keep else 0.2 for keep in mask) for mask in masks]
    hidden = np.array([masked(mask) for mask in masks])
    outputs = hidden @ W
    assert np.dot(chances, hidden) == pytest.approx(H)
    mean = np.dot(chances, outputs)
    assert mean == pytest.approx(8.0)
    assert np.dot(chances, (outputs - mean) ** 2) == pytest.approx(20.625)
    assert np.dot(chances, outputs / 1.25) == pytest.approx(6.4)
    for dropped, chance in [(0, 0.32768), (1, 0.4096)]:
        shares = [c for c, mask in zip(chances, masks, strict=True) if mask.count(0) == dropped]
        assert sum(shares) == pytest.approx(chance)


@pytest.mark.row("S004-47", "S004-48", "S004-51")
def test_drawn_masks_have_the_frequencies_of_the_notes():
    n = 20_000
    masks = Dropout(0.2, rng=3).masks(n, 5)
    assert set(np.unique(masks)) == {0.0, 1.25}
    assert len(np.unique(masks, axis=0)) == 32  # every sub-network was drawn
    dropped = (masks == 0).sum(axis=1)
    # Five standard deviations of a share p among n: chance below 1e-6.
    for share, p in [
        ((masks == 0).mean(), 0.2),
        ((dropped == 1).mean(), 0.4096),
        ((dropped == 0).mean(), 0.32768),
    ]:
        assert abs(share - p) < 5 * math.sqrt(p * (1 - p) / n)
    assert abs((masks * H @ W).mean() - 8) < 5 * math.sqrt(20.625 / n)


@pytest.mark.row("S004-50")
def test_inference_changes_nothing_and_training_scales_the_gradient_by_the_mask():
    drop = Dropout(0.2, rng=1)
    for training in (True, False):
        leaves = [Value(h) for h in H]
        outs = drop.train(training)(leaves)
        if not training:
            assert all(out is leaf for out, leaf in zip(outs, leaves, strict=True))
            outs[0].backward()
            assert leaves[0].grad == 1
            continue
        for out in outs:
            out.backward()
        factors = [out.data / h for out, h in zip(outs, H, strict=True)]
        assert [leaf.grad for leaf in leaves] == factors
        assert set(factors) == {0.0, 1.25}


def test_masks_are_redrawn_at_every_call_and_repeat_with_the_seed():
    def draws():
        drop = Dropout(0.5, rng=7)
        return [tuple(drop([1.0] * 8)) for _ in range(5)]

    first = draws()
    assert len(set(first)) > 1
    assert first == draws()


def test_zero_probability_drops_nothing_and_draws_nothing():
    drop = Dropout(0.0, rng=1)
    before = drop.rng.bit_generator.state
    assert drop(H) == H
    assert drop.rng.bit_generator.state == before


@pytest.mark.parametrize("p", [-0.1, 1.0, 1.5, math.nan, math.inf])
def test_a_probability_outside_0_to_1_is_refused(p):
    with pytest.raises(ValueError, match=r"p must be in \[0, 1\), got"):
        Dropout(p)


@pytest.mark.parametrize("p", ["0.2", None, True])
def test_a_probability_that_is_no_number_is_refused(p):
    with pytest.raises(TypeError, match="p must be a number"):
        Dropout(p)


def test_dropout_takes_sequences_only():
    with pytest.raises(TypeError, match="Dropout takes a sequence of numbers or Values, and got 1"):
        Dropout()(1.0)
    assert Dropout().eval()(np.array(H)) == H


def model_with(rng1, rng2):
    first, last = Dropout(0.5, rng=rng1), Dropout(0.3, rng=rng2)
    return nn.Sequential(nn.Linear(2, 4), first, nn.Tanh(), nn.Linear(4, 3), last)


@pytest.mark.parametrize("shared", [False, True])
@given(rows=st.integers(1, 6), seed=st.integers(0, 1000))
def test_fed_masks_are_those_that_eager_calls_would_have_drawn(shared, rows, seed):
    def generators():
        first = np.random.default_rng(seed)
        return (first, first) if shared else (first, np.random.default_rng(seed + 1))

    eager, fed = model_with(*generators()), model_with(*generators())
    X = np.arange(2.0 * rows).reshape(rows, 2)
    feed = MaskFeed()
    with feed.collecting():
        fed(X[0])
    assert len(feed) == 7
    expected = [numbers_of(eager(x)) for x in X]
    got = []
    for x, mask in zip(X, feed.draw(rows), strict=True):
        with feed.feeding(mask):
            got.append(numbers_of(fed(x)))
    assert got == expected


def numbers_of(outs):
    return [out.data if isinstance(out, Value) else out for out in outs]


def test_collecting_leaves_the_generators_alone_and_records_the_masks_as_leaves():
    model = model_with(1, 2)
    dropouts = [part for part in model.layers if isinstance(part, Dropout)]
    before = [part.rng.bit_generator.state for part in dropouts]
    feed = MaskFeed()
    with feed.collecting():
        out = model([1.0, 2.0])
    assert [part.rng.bit_generator.state for part in dropouts] == before
    assert numbers(feed.leaves) == [2.0] * 4 + [1 / 0.7] * 3
    out[0].backward()
    assert feed.leaves[4].grad is not None
    assert [leaf.label for leaf in feed.leaves] == [f"mask_{i}" for i in range(1, 8)]


def test_a_model_in_eval_mode_asks_for_no_masks():
    feed = MaskFeed()
    with feed.collecting():
        model_with(1, 2).eval()([1.0, 2.0])
    assert len(feed) == 0
    assert feed.draw(3).shape == (3, 0)


def test_masks_that_do_not_fit_are_refused():
    drop, feed = Dropout(), MaskFeed()
    with feed.collecting():
        drop(H)
    with (
        pytest.raises(ValueError, match="takes 5 mask numbers per sample, and got 3"),
        feed.feeding([1, 1, 1]),
    ):
        pass
    with pytest.raises(RuntimeError, match="another order, or with other widths"), feed.feeding([1] * 5):
        drop(H[:4])
    with pytest.raises(RuntimeError, match="another order"), feed.feeding([1] * 5):
        Dropout()(H)
    with feed.feeding([1] * 5):
        drop(H)
        with pytest.raises(RuntimeError, match="another order"):
            drop(H)


def test_a_feed_in_one_thread_does_not_reach_another():
    drop, feed, seen = Dropout(0.5, rng=0), MaskFeed(), []
    with feed.collecting():
        thread = threading.Thread(target=lambda: seen.append(drop([1.0] * 4)))
        thread.start()
        thread.join()
    assert len(feed) == 0
    assert set(seen[0]) <= {0.0, 2.0}


def test_scaling_agrees_with_pytorch():
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    x = torch.arange(1.0, 101.0, dtype=torch.float64)
    y = torch.nn.Dropout(0.2)(x)
    kept = y != 0
    drop, feed = Dropout(0.2), MaskFeed()
    with feed.collecting():
        drop([1.0] * 100)
    with feed.feeding(drop.scaled(np.where(kept.numpy(), 0.5, 0.1))):
        assert drop(x.numpy()) == pytest.approx(y.tolist(), rel=1e-15)
