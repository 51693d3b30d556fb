"""Data helpers and toy data sets: numbers of the notes, scikit-learn's shapes, refusals."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nn import data
from tests.data.notes_data import LINE_X, LINE_Y, close


@pytest.mark.row("S002-35", "S003-08", "S003-17", "S003-18", "E-S003-02")
def test_an_image_is_flattened_plane_by_plane():
    image = np.arange(64 * 64 * 3, dtype=float).reshape(64, 64, 3)
    flat = data.flatten_image(image)
    assert flat.shape == (12288,) and flat.reshape(-1, 1).shape == (12288, 1)
    assert flat[4096 + 64 + 2] == image[1, 2, 1]
    assert image.ravel()[199] == image[1, 2, 1]  # the interleaved order would have it there
    assert flat[:4096].tolist() == image[:, :, 0].ravel().tolist()
    assert data.flatten_image(image[None])[0].tolist() == flat.tolist()
    assert data.flatten_image(image[:, :, 0]).tolist() == flat[:4096].tolist()


@pytest.mark.row("S001-36", "S001-39")
@pytest.mark.parametrize(
    ("size", "updates", "last"), [(1, 1000, 1), (32, 32, 8), (64, 16, 40), (1000, 1, 1000)]
)
def test_updates_per_epoch(size, updates, last):
    found = data.batches(1000, size)
    assert (len(found), len(found[-1])) == (updates, last)
    assert np.concatenate(found).tolist() == list(range(1000))


@pytest.mark.row("S001-39")
def test_a_million_samples_in_batches_of_1024():
    assert len(data.batches(10**6, 1024)) == 977


@pytest.mark.row("S001-33", "S001-37", "S001-38", "E-S001-11")
def test_larger_batches_have_gradients_of_less_variance():
    import itertools

    per_sample = np.array([-2 * y * x for x, y in zip(LINE_X, LINE_Y, strict=True)])
    assert per_sample.tolist() == [[-4, -4], [-6, -12], [-10, -30], [-12, -48]]
    assert per_sample.mean(axis=0).tolist() == [-8, -23.5]
    for size, expected in [(1, [10, 288.75]), (2, [10 / 3, 96.25]), (4, [0, 0])]:
        means = [per_sample[list(batch)].mean(axis=0) for batch in itertools.combinations(range(4), size)]
        assert np.var(means, axis=0) == close(np.array(expected))


@given(n=st.integers(1, 40), size=st.integers(1, 50), seed=st.integers(0, 5))
def test_shuffled_batches_hold_every_sample_once(n, size, seed):
    found = data.batches(n, size, rng=seed)
    assert sorted(np.concatenate(found).tolist()) == list(range(n))
    assert len(found) == math.ceil(n / size)


@given(n=st.integers(2, 50), share=st.floats(0.01, 0.99), seed=st.integers(0, 5))
def test_a_split_keeps_pairs_together_and_loses_nothing(n, share, seed):
    X, y = np.arange(n)[:, None] * 2.0, np.arange(n)
    X_train, X_test, y_train, y_test = data.split(X, y, share, rng=seed)
    assert sorted([*y_train, *y_test]) == list(range(n))
    assert X_train[:, 0].tolist() == (2 * y_train).tolist() and X_test[:, 0].tolist() == (2 * y_test).tolist()
    assert len(y_test) == min(math.ceil(share * n), n - 1)


def test_standardising_uses_the_training_numbers_and_agrees_with_scikit_learn():
    preprocessing = pytest.importorskip("sklearn.preprocessing")
    rng = np.random.default_rng(0)
    train, test = rng.normal(5, 3, (20, 4)), rng.normal(5, 3, (6, 4))
    train[:, 2] = 0.1  # a constant column, whose computed deviation is not exactly 0
    scaler = preprocessing.StandardScaler().fit(train)
    ours = data.standardise(train, test)
    assert ours[0] == pytest.approx(scaler.transform(train), abs=1e-12)
    assert ours[1] == pytest.approx(scaler.transform(test), abs=1e-12)
    assert data.standardise(train).tolist() == ours[0].tolist()


@pytest.mark.parametrize(("ours", "theirs"), [("moons", "make_moons"), ("circles", "make_circles")])
@pytest.mark.parametrize("n", [100, 7])
def test_toy_data_without_noise_are_scikit_learns(ours, theirs, n):
    datasets = pytest.importorskip("sklearn.datasets")
    X, y = getattr(data, ours)(n)
    peer_X, peer_y = getattr(datasets, theirs)(n, shuffle=False)
    assert pytest.approx(peer_X, abs=1e-14) == X
    assert y.tolist() == peer_y.tolist()


@pytest.mark.parametrize("make", [data.moons, data.circles, data.spiral, data.xor, data.blobs])
def test_toy_data_are_seeded(make):
    noise = {} if make is data.blobs else {"noise": 0.1}
    a, b, c = make(40, rng=1, **noise), make(40, rng=1, **noise), make(40, rng=2, **noise)
    assert a[0].tolist() == b[0].tolist() != c[0].tolist()
    assert a[0].shape == (40, 2) and a[1].shape == (40,)
    assert a[1].dtype.kind == "i"


def test_noise_has_the_deviation_asked_for():
    clean, noisy = data.moons(20_000)[0], data.moons(20_000, noise=0.3, rng=5)[0]
    # 40 000 normal draws: the deviation is known to 0.3/√80 000 = 0.001, five of those
    assert np.std(noisy - clean) == pytest.approx(0.3, abs=0.006)


def test_a_spiral_winds_every_arm_out_to_radius_one():
    X, y = data.spiral(60, classes=3, turns=2.0)
    for k in range(3):
        radius = np.hypot(*X[y == k].T)
        assert (np.diff(radius) > 0).all() and radius[-1] == close(1.0)


@pytest.mark.row("S000-01")
def test_xor_has_the_corners_of_the_notes():
    X, y = data.xor()
    assert (X.tolist(), y.tolist()) == ([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: data.batches(10, 0), ValueError, "size must be >= 1, got 0"),
        (lambda: data.batches(0, 1), ValueError, "n must be >= 1, got 0"),
        (lambda: data.split([1, 2], [1]), ValueError, "X has 2 samples and y has 1"),
        (lambda: data.split([1], [1]), ValueError, "at least 2 samples, got 1"),
        (lambda: data.split([1, 2], [1, 2], 1.0), ValueError, r"test_size must be in \(0, 1\), got 1.0"),
        (lambda: data.one_hot([0, 3], classes=3), ValueError, r"labels\[1\] is 3. .* 0 ... 2"),
        (lambda: data.one_hot([0.5]), ValueError, r"labels\[0\] is 0.5"),
        (
            lambda: data.flatten_image([1.0, 2.0]),
            ValueError,
            r"image must be 2-dim.*shape \(2,\)",
        ),
        (
            lambda: data.Standardiser([[1.0, 2.0]])([[1.0]]),
            ValueError,
            "X has 1 columns; .* had 2",
        ),
        (lambda: data.standardise([[math.nan]]), ValueError, r"X\[0, 0\] is nan"),
        (lambda: data.moons(1), ValueError, "n_samples must be >= 2, got 1"),
        (lambda: data.moons(10, noise=-1), ValueError, "noise must be finite and >= 0"),
        (lambda: data.circles(10, factor=1.0), ValueError, r"factor must be in \[0, 1\), got 1.0"),
        (lambda: data.moons(10, rng=None), TypeError, "rng must be an int seed or a numpy.random.Generator"),
        (lambda: data.moons(10, rng=True), TypeError, "rng must be an int seed"),
        (lambda: data.moons(10, rng=-3), ValueError, "rng as a seed must be >= 0, got -3"),
        (lambda: data.moons(10, rng=np.random.RandomState(0)), TypeError, "legacy numpy RandomState"),
    ],
)
def test_data_helpers_refuse_what_does_not_fit(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_one_hot_takes_the_room_of_its_rows_only():
    rows = data.one_hot([30000, 2])
    assert rows.shape == (2, 30001) and rows.sum() == 2.0 and rows[0, 30000] == rows[1, 2] == 1.0
    with pytest.raises(ValueError, match="do not fit into memory"):
        data.one_hot([1e15])


def test_split_does_not_drop_a_mask():
    with pytest.raises(TypeError, match="y holds 1 masked number of 2"):
        data.split([[0.0], [1.0]], np.ma.array([0, 1], mask=[False, True]))
