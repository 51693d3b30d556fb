"""Real data from scikit-learn's wheel, trained with `fit`'s defaults, held to scikit-learn's own results."""

import numpy as np
import pytest

import autograd
import nn
from nn.losses import bce_with_logits, ce_with_logits
from nn.optim import SGD, Adam, AdamW
from nn.optim.schedules import Cosine

datasets = pytest.importorskip("sklearn.datasets")


def predicted(model, X):
    """The most probable class of each row."""
    with autograd.no_grad():
        return [int(np.argmax([output.data for output in model(row)])) for row in X]


def test_breast_cancer_with_logistic_regression_is_as_accurate_as_scikit_learn():
    peer = pytest.importorskip("sklearn.linear_model")
    X_train, X_test, y_train, y_test = nn.data.split(*datasets.load_breast_cancer(return_X_y=True), rng=0)
    X_train, X_test = nn.data.standardise(X_train, X_test)
    theirs = peer.LogisticRegression().fit(X_train, y_train)
    ours = nn.linear.LogisticRegression(lr=0.5, epochs=300, l2=1 / (2 * len(X_train))).fit(X_train, y_train)
    assert ours.score(X_test, y_test) == pytest.approx(theirs.score(X_test, y_test), abs=0.01)
    assert ours.score(X_test, y_test) > 0.95


def test_iris_with_an_mlp():
    X_train, X_test, y_train, y_test = nn.data.split(
        *datasets.load_iris(return_X_y=True), test_size=0.3, rng=0
    )
    X_train, X_test = nn.data.standardise(X_train, X_test)
    model = nn.MLP(4, [8, 3], rng=0)
    nn.fit(
        model, ce_with_logits, Adam(model.parameters(), lr=0.05), (X_train, y_train), epochs=30, batch_size=16
    )
    assert nn.metrics.accuracy(predicted(model, X_test), y_test) >= 0.95


def test_handwritten_digits_with_an_mlp_64_32_10():
    X, y = datasets.load_digits(return_X_y=True)
    X_train, X_test, y_train, y_test = nn.data.split(X / 16, y, test_size=0.2, rng=0)
    model = nn.MLP(64, [32, 10], activation="relu", rng=0)
    optimizer = AdamW(model.parameters(), lr=Cosine(0.01, steps=30 * 45), weight_decay=0.1)
    nn.fit(model, ce_with_logits, optimizer, (X_train, y_train), epochs=30, batch_size=32)
    assert nn.metrics.accuracy(predicted(model, X_test), y_test) >= 0.96


@pytest.mark.row("S003-16", "S003-17", "S003-18")
def test_a_cat_detector_with_12288_inputs_trains():
    rng = np.random.default_rng(0)
    images = rng.uniform(0, 1, (12, 64, 64, 3))
    cats = np.arange(12) % 2
    images[cats == 1, 16:48, 16:48, 0] *= 0.5  # a "cat" is a patch with less red
    X = nn.data.flatten_image(images)
    X -= X.mean(axis=0)
    model = nn.Linear(12288, 1, init="zeros")
    first = autograd.value_and_grad(lambda z: bce_with_logits(z, 1.0))(model(X[0])[0].data)
    assert first == (pytest.approx(0.6931471806, rel=1e-8), -0.5)
    history = nn.fit(model, bce_with_logits, SGD(model.parameters(), lr=0.02), (X, cats), epochs=10)
    assert history.loss[0] == pytest.approx(np.log(2))
    assert history.loss[-1] < 0.1
    logits = [model(row)[0].data for row in X]
    assert nn.metrics.accuracy(np.array(logits) > 0, cats == 1) == 1.0
