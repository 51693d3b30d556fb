"""`nn.fit` by a Program against `nn.fit` by the engine itself, on digits: the same curve and accuracy."""

from __future__ import annotations

import numpy as np
import pytest

import nn

datasets = pytest.importorskip("sklearn.datasets")

TRAINED = 1500


def digits() -> tuple[np.ndarray, np.ndarray]:
    X, labels = datasets.load_digits(return_X_y=True)
    return X / 16.0, labels


def fitted(backend: str, samples: int, **options: int) -> tuple[nn.MLP, nn.History]:
    X, labels = digits()
    model = nn.MLP(64, [32, 10], activation="relu", output="linear", rng=0)
    optimizer = nn.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    data = (X[:samples], np.eye(10)[labels[:samples]])
    history = nn.fit(model, nn.losses.ce_with_logits, optimizer, data, backend=backend, rng=0, **options)
    return model, history


def right(model: nn.MLP, X: np.ndarray, labels: np.ndarray) -> int:
    """How many samples the model classifies as they are."""
    classes = [int(np.argmax([out.data for out in model(x)])) for x in X.tolist()]
    return int(np.sum(np.array(classes) == labels))


def test_twenty_steps_on_digits_give_the_eager_curve_and_the_eager_accuracy() -> None:
    X, labels = digits()
    replayed, curve = fitted("numpy", 32, epochs=20, batch_size=32)
    eager, expected = fitted("eager", 32, epochs=20, batch_size=32)
    assert len(curve.loss) == 20
    assert curve.loss == pytest.approx(expected.loss, rel=1e-6)
    assert abs(right(replayed, X[:300], labels[:300]) - right(eager, X[:300], labels[:300])) <= 1


def test_digits_are_learned_by_default() -> None:
    X, labels = digits()
    rng = np.random.default_rng(0)
    order = rng.permutation(len(X))
    train, held_out = order[:TRAINED], order[TRAINED:]
    model = nn.MLP(64, [32, 10], activation="relu", output="linear", rng=0)
    optimizer = nn.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    data = (X[train], np.eye(10)[labels[train]])
    nn.fit(model, nn.losses.ce_with_logits, optimizer, data, epochs=30, batch_size=32, rng=0)
    assert right(model, X[held_out], labels[held_out]) >= 0.96 * len(held_out)
