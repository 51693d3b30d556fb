"""Linear least squares in closed form, with or without an L2 penalty; knows matrices, no gradients."""

import numpy as np
from numpy.typing import ArrayLike

from nn.arguments import FloatArray, floats, real, same_length


def closed_form(X: ArrayLike, y: ArrayLike, l2: float = 0.0) -> FloatArray:
    """Return the weights θ that minimise (1/n)·Σ(x_i·θ − y_i)² + l2·Σθ² (S001-05).

    Parameters
    ----------
    X : array-like, shape (samples, features)
        One sample per row. There is no intercept: add a column of ones (`nn.features.linear` does), or use
        `LinearRegression`.
    y : array-like, shape (samples,) or (samples, outputs)
    l2 : float >= 0
        The strength λ of the penalty. scikit-learn's `Ridge` minimises the plain sum, so its alpha is
        samples·l2.

    Returns
    -------
    float array, shape (features,) or (features, outputs)

    Notes
    -----
    The normal equations θ = (XᵀX)⁻¹Xᵀy need columns that are linearly independent (E-S001-03), and
    squaring X costs half of the digits. So this solves the least-squares problem by the singular value
    decomposition: with dependent columns, of all the minimisers it returns the shortest. With l2 the rows
    √(n·l2)·I are put under X, and zeros under y, which is the same minimisation.

    Examples
    --------
    >>> closed_form([[1, 1], [1, 2], [1, 3], [1, 4]], [2, 3, 5, 6]).round(12)
    array([0.5, 1.4])
    """
    features, targets = floats("X", X, ndim=2), floats("y", y, ndim=(1, 2))
    same_length(features, targets)
    l2 = real("l2", l2, low=0.0)
    if l2:
        n, d = features.shape
        features = np.concatenate([features, np.sqrt(n * l2) * np.eye(d)])
        targets = np.concatenate([targets, np.zeros((d, *targets.shape[1:]))])
    theta = np.linalg.lstsq(features, targets, rcond=None)[0]
    return np.asarray(theta, dtype=np.float64)
