"""How good predictions are: plain numbers in, plain numbers out; knows no model and needs no gradient.

Arguments come as `(prediction, target)`, as in `nn.losses` and L(ŷ, y). scikit-learn has
them the other way round, which matters for `r2`. Its `sklearn.metrics` has all that is not here.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nn.arguments import FloatArray, floats, labels, same_length

__all__ = ["accuracy", "mse", "r2"]


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
    total = np.sum((true - true.mean(axis=0)) ** 2, axis=0)
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
