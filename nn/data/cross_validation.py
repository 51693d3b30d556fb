"""k-fold cross-validation: every sample is predicted by a model that never saw it; knows folds, no model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nn.arguments import FloatArray, IntArray, same_length
from nn.data import metrics
from nn.data.prepare import kfold

__all__ = ["CrossValidation", "cross_validate", "kfold"]


@dataclass(frozen=True)
class CrossValidation:
    """What cross-validation found.

    Attributes
    ----------
    scores : float array (folds,)
        The metric on each fold.
    predictions : array (samples, ...)
        For every sample, by the model that was trained without it.
    mean : float
        The mean of `scores`, weighted by the folds' sizes.
    """

    scores: FloatArray
    predictions: NDArray[Any]
    mean: float


def cross_validate(
    train: Callable[[Any, Any], Any],
    X: ArrayLike,
    y: ArrayLike,
    folds: int | Sequence[tuple[IntArray, IntArray]] = 5,
    metric: Callable[[Any, Any], float] = metrics.mse,
) -> CrossValidation:
    """Train on all folds but one, test on that one, in turn (S000-42).

    Parameters
    ----------
    train : callable
        `train(X, y)` returns a *fresh* trained model: an object with `predict`, or a function of X. For the
        estimators of `nn.linear`: `lambda X, y: LinearRegression().fit(X, y)`.
    X, y : arrays with as many samples
    folds : int, or list of (training indices, validation indices)
        An int k cuts the samples into k runs; `kfold` has more ways. k = samples is leave-one-out.
    metric : callable
        `metric(prediction, target)`, such as `nn.metrics.mse` (default) or `accuracy`.

    Examples
    --------
    >>> from nn.linear import LinearRegression
    >>> X, y = [[1], [2], [3], [4]], [2, 3, 5, 6]
    >>> found = cross_validate(lambda X, y: LinearRegression().fit(X, y), X, y, folds=4)
    >>> round(found.mean, 10)  # leave-one-out; the training error is 0.05
    0.1473922902
    """
    features, targets = np.asarray(X), np.asarray(y)
    same_length(features, targets)
    pairs = kfold(len(features), folds) if isinstance(folds, int) else list(folds)
    predictions = np.empty(targets.shape, dtype=object)
    scores, sizes = [], []
    for training, held in pairs:
        model = train(features[training], targets[training])
        predict = model.predict if hasattr(model, "predict") else model
        if not callable(predict):
            raise TypeError(f"train(X, y) must return a model with predict(X), or a function; got {model!r}.")
        found = np.asarray(predict(features[held]))
        if found.shape != targets[held].shape:
            raise ValueError(f"The model predicted shape {found.shape} for targets of {targets[held].shape}.")
        predictions[held] = found
        scores.append(float(metric(found, targets[held])))
        sizes.append(len(held))
    tested = np.bincount(np.concatenate([held for _, held in pairs]), minlength=len(targets))
    if (tested != 1).any():
        i = int(np.flatnonzero(tested != 1)[0])
        raise ValueError(
            f"Sample {i} is in {tested[i]} validation folds; every sample belongs in exactly one."
        )
    return CrossValidation(
        np.array(scores), np.array(predictions.tolist()), float(np.average(scores, weights=sizes))
    )
