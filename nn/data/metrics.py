"""How good predictions are, also on samples that were left out; knows no model and needs no gradient.

Arguments come as `(prediction, target)`, as in `nn.losses` and L(ŷ, y). scikit-learn has
them the other way round, which matters for `r2`. Its `sklearn.metrics` has all that is not here.
"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nn.arguments import FloatArray, floats, labels, same_length
from nn.data.prepare import centre

__all__ = ["accuracy", "mse", "out_of_fold", "r2"]


def accuracy(prediction: ArrayLike, target: ArrayLike) -> float:
    """Return the share of samples whose predicted class is the true one.

    Parameters
    ----------
    prediction, target : array-like, shape (samples,)
        Class labels: whole numbers, bools or strings. Turn probabilities into labels first, by `p > 0.5` or
        `argmax`.

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    ValueError
        For probabilities and scores, which equal no class, for labels that are missing (nan, None), and for
        different lengths.
    TypeError
        For numbers on one side and text on the other.

    Examples
    --------
    >>> accuracy([1, 0, 1, 1], [1, 0, 0, 1])
    0.75
    """
    predicted, true = _labels(prediction, target)
    return float(np.mean(predicted == true))


def mse(prediction: ArrayLike, target: ArrayLike) -> float:
    """Return the mean of squared differences, over all samples and outputs.

    Parameters
    ----------
    prediction, target : array-like, shape (samples,) or (samples, outputs)
        Plain numbers.

    Returns
    -------
    float
        The mean.

    See Also
    --------
    nn.losses.mse : The same of Values, to be differentiated.

    Examples
    --------
    >>> mse([1.5, 1, 5], [1, 2, 3])
    1.75
    """
    return float(np.mean(_residuals(prediction, target) ** 2))


def out_of_fold(
    train: Callable[[NDArray[Any], NDArray[Any]], Callable[[NDArray[Any]], ArrayLike]],
    X: ArrayLike,
    y: ArrayLike,
    folds: Iterable[tuple[ArrayLike, ArrayLike]],
) -> NDArray[Any]:
    """Predict every sample by a model that has not seen it, as in cross-validation.

    Parameters
    ----------
    train : callable
        Called as `train(X, y)` with the samples of all other folds; returns a function from rows of X to
        their predictions. Whatever is learned from data, a scale too, belongs into it.
    X : array-like, shape (samples, features)
    y : array-like, shape (samples,) or (samples, outputs)
    folds : iterable of (others, fold)
        Places of the samples to train on and of those to predict, such as ``KFold(5).split(X)`` of
        scikit-learn; in all folds together each sample is predicted once.

    Returns
    -------
    array, of the length of y
        The predictions, in the order of the samples.

    Raises
    ------
    ValueError
        If a sample is in no fold or in two, is trained on and predicted at once, or if a model returns
        another number of predictions than it was given rows.

    Examples
    --------
    >>> def always_the_mean(X, y):
    ...     return lambda new: [y.mean()] * len(new)
    >>> folds = [([1, 2], [0]), ([0, 2], [1]), ([0, 1], [2])]  # leave one out
    >>> out_of_fold(always_the_mean, [[1.0], [2.0], [3.0]], [2.0, 4.0, 9.0], folds)
    array([6.5, 5.5, 3. ])
    """
    inputs, targets = floats("X", X, ndim=2), np.asarray(y)
    same_length(inputs, targets)
    predictions: NDArray[Any] | None = None
    times = np.zeros(len(targets), dtype=int)
    for others, fold in ((np.asarray(one), np.asarray(two)) for one, two in folds):
        if both := sorted({*np.arange(len(targets))[others]} & {*np.arange(len(targets))[fold]}):
            raise ValueError(
                f"Sample {both[0]} is trained on and predicted by the same model, which has seen it then. "
                "A fold is (places to train on, places to predict), and no place stands in both."
            )
        found = np.asarray(train(inputs[others], targets[others])(inputs[fold]))
        if len(found) != len(inputs[fold]):
            raise ValueError(
                f"A model was given {len(inputs[fold])} rows to predict, "
                f"and returned {len(found)} predictions: "
                "train(X, y) must return a function with one prediction for each row."
            )
        if predictions is None:
            predictions = np.empty((len(targets), *found.shape[1:]), dtype=found.dtype)
        predictions[fold] = found
        np.add.at(times, fold, 1)
    if predictions is None or (times != 1).any():
        wrong = int(np.argmax(times != 1))
        number = f"{times[wrong]} folds" if times[wrong] else "no fold"
        raise ValueError(
            f"Sample {wrong} is in {number}. Each must be left out once: the folds divide the samples, as "
            "those of KFold(5).split(X) do."
        )
    return predictions


def r2(prediction: ArrayLike, target: ArrayLike) -> float:
    """Return the share of the target's variance that is explained: 1 − Σ(y − ŷ)²/Σ(y − ȳ)².

    1 is perfect, 0 is as good as always saying the mean, and below 0 is worse. With several outputs: the
    mean of their scores. A constant target has no variance: 1.0 when it is hit exactly, else 0.0 (as in
    scikit-learn).

    Parameters
    ----------
    prediction, target : array-like, shape (samples,) or (samples, outputs)
        Plain numbers.

    Returns
    -------
    float
        At most 1.

    Examples
    --------
    >>> round(r2([1.9, 3.3, 4.7, 6.1], [2, 3, 5, 6]), 4)
    0.98
    """
    residual = np.sum(_residuals(prediction, target) ** 2, axis=0)
    true = np.asarray(target, dtype=np.float64)
    total = np.sum((true - centre(true)) ** 2, axis=0)
    scores = np.where(
        total > 0, 1.0 - residual / np.where(total > 0, total, 1.0), np.where(residual == 0, 1.0, 0.0)
    )
    return float(np.mean(scores))


def _residuals(prediction: ArrayLike, target: ArrayLike) -> FloatArray:
    predicted, true = floats("prediction", prediction, ndim=(1, 2)), floats("target", target, ndim=(1, 2))
    if predicted.shape != true.shape:
        # (n, 1) against (n,) would broadcast to (n, n) without a word.
        raise ValueError(
            f"prediction has shape {predicted.shape} and target {true.shape}. They must be equal: "
            "flatten a single column with .ravel()."
        )
    return true - predicted


def _labels(prediction: ArrayLike, target: ArrayLike) -> tuple[NDArray[np.generic], NDArray[np.generic]]:
    predicted, true = labels("prediction", prediction), labels("target", target)
    same_length(predicted, true, "prediction", "target")
    first, other = predicted.tolist()[0], true.tolist()[0]
    if isinstance(first, str) != isinstance(other, str):
        raise TypeError(
            f"prediction holds {first!r} and target {other!r}: text is never equal to a number. Use the same "
            "labels in both."
        )
    return predicted, true
