"""Linear models: least squares in closed form, and both regressions with scikit-learn's methods.

Knows matrices and `fit`, and no derivative.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nn import losses
from nn.arguments import FloatArray, floats, integer, labels, real, same_length
from nn.data import metrics
from nn.data.prepare import centre
from nn.layers.layer import Linear
from nn.losses import reg
from nn.optim import SGD
from nn.optim.optimizer import LearningRate
from nn.training.fit import StopRule, fit
from nn.training.history import History

__all__ = ["closed_form", "LinearRegression", "LogisticRegression"]


def closed_form(X: ArrayLike, y: ArrayLike, l2: float = 0.0) -> FloatArray:
    """Return the weights θ that minimise (1/n)·Σ(x_i·θ − y_i)² + l2·Σθ².

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
        The weights θ.

    See Also
    --------
    LinearRegression : With an intercept, and as a model.

    Notes
    -----
    The normal equations θ = (XᵀX)⁻¹Xᵀy need columns that are linearly independent, and
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


class _Estimator:
    """What both regressions share: checked inputs, and X·coef + intercept."""

    coef_: FloatArray
    intercept_: Any

    def _linear(self, X: ArrayLike) -> FloatArray:
        if not hasattr(self, "coef_"):
            raise RuntimeError(f"This {type(self).__name__} has learned nothing yet. Call fit(X, y) first.")
        features = floats("X", X, ndim=2)
        if features.shape[1] != self.coef_.shape[-1]:
            raise ValueError(f"X has {features.shape[1]} features; fit(X, y) saw {self.coef_.shape[-1]}.")
        z: FloatArray = features @ self.coef_.T + self.intercept_
        return z

    def __repr__(self) -> str:
        hyper = ", ".join(f"{k}={v!r}" for k, v in vars(self).items() if not k.endswith("_"))
        return f"{type(self).__name__}({hyper})"


class LinearRegression(_Estimator):
    """Least squares in closed form, with an intercept and an optional L2 penalty.

    Parameters
    ----------
    l2 : float >= 0
        The strength λ in (1/n)·Σ(ŷ − y)² + λ·Σw²; the intercept is not punished. scikit-learn's `Ridge` has
        alpha = n·λ, its `LinearRegression` none.
    fit_intercept : bool

    Attributes
    ----------
    coef_ : float array, shape (features,), or (outputs, features) when y has two dimensions
    intercept_ : float, or float array (outputs,)

    See Also
    --------
    closed_form : The weights alone.
    LogisticRegression : Where classes are to be predicted.

    Examples
    --------
    >>> model = LinearRegression().fit([[1.0], [2.0], [3.0], [4.0]], [2, 3, 5, 6])
    >>> model.coef_.round(10), round(model.intercept_, 10), model.predict([[5.0]]).round(10)
    (array([1.4]), 0.5, array([7.5]))
    """

    def __init__(self, l2: float = 0.0, fit_intercept: bool = True) -> None:
        self.l2 = l2
        self.fit_intercept = fit_intercept

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Find the weights. X: (samples, features), y: (samples,) or (samples, outputs).

        Parameters
        ----------
        X : array-like (samples, features)
            One sample per row.
        y : array-like (samples,) or (samples, outputs)
            The targets.

        Returns
        -------
        LinearRegression
            This one.
        """
        features, targets = floats("X", X, ndim=2), floats("y", y, ndim=(1, 2))
        same_length(features, targets)
        # Around the means the best intercept is 0, so that it can be left out, and stays unpunished.
        middle = centre(features) if self.fit_intercept else np.zeros(features.shape[1])
        level = centre(targets) if self.fit_intercept else np.zeros(targets.shape[1:])
        theta = closed_form(features - middle, targets - level, real("l2", self.l2, low=0.0))
        intercept = level - middle @ theta
        self.coef_ = theta.T
        self.intercept_ = float(intercept) if targets.ndim == 1 else intercept
        return self

    def predict(self, X: ArrayLike) -> FloatArray:
        """Return ŷ for every row of X.

        Parameters
        ----------
        X : array-like (samples, features)
            One sample per row.

        Returns
        -------
        float array (samples,) or (samples, outputs)
            As y was in `fit`.
        """
        return self._linear(X)

    def score(self, X: ArrayLike, y: ArrayLike) -> float:
        """Return R², the share of y's variance that is explained.

        Parameters
        ----------
        X : array-like (samples, features)
            One sample per row.
        y : array-like (samples,) or (samples, outputs)
            The targets.

        Returns
        -------
        float
            At most 1: see `nn.metrics.r2`.
        """
        return metrics.r2(self.predict(X), y)


class LogisticRegression(_Estimator):
    """Logistic regression by gradient descent: one sigmoid neuron, for more classes a softmax.

    Parameters
    ----------
    lr : float > 0, or a schedule
    epochs : int
        At most so many; with full batches, updates.
    l2 : float >= 0
        The strength λ in mean BCE + λ·Σw²; the intercept is not punished. Without it the weights of
        separable classes grow for ever, and `epochs` ends it. scikit-learn punishes by default:
        λ = 1/(2·C·samples) with C = 1.
    batch_size : int, optional
    stop_when : callable, optional
        As in `nn.training.fit`.
    rng : int
        Shuffles the batches. The weights start at zero.

    Attributes
    ----------
    classes_ : array (classes,)
        The labels of y, sorted.
    coef_, intercept_ : float arrays
        Shapes (1, features) and (1,) for two classes, else (classes, features) and (classes,).
    model_ : nn.Linear
        The layer that was trained; its output is the logit.
    history_ : History

    See Also
    --------
    LinearRegression : Where numbers are to be predicted.
    nn.losses.bce_with_logits : The loss for a model of your own.

    Examples
    --------
    >>> X, y = [[1.0, 2.0], [2.0, 0.5], [-1.0, 1.0], [0.0, -2.0]], [1, 1, 0, 0]
    >>> model = LogisticRegression(lr=0.1, epochs=200).fit(X, y)
    >>> model.predict(X), model.score(X, y)
    (array([1, 1, 0, 0]), 1.0)
    >>> model.predict_proba(X).sum(axis=1)
    array([1., 1., 1., 1.])
    """

    classes_: NDArray[Any]
    model_: Linear
    history_: History

    def __init__(
        self,
        lr: LearningRate = 0.1,
        epochs: int = 1000,
        l2: float = 0.0,
        batch_size: int | None = None,
        stop_when: StopRule | None = None,
        rng: int = 0,
    ) -> None:
        self.lr = lr
        self.epochs = epochs
        self.l2 = l2
        self.batch_size = batch_size
        self.stop_when = stop_when
        self.rng = rng

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Train on X (samples, features) and labels y (samples,): numbers or strings, at least two kinds.

        Parameters
        ----------
        X : array-like (samples, features)
            One sample per row.
        y : array-like (samples,)
            The labels.

        Returns
        -------
        LogisticRegression
            This one.
        """
        features, known = floats("X", X, ndim=2), labels("y", y)
        same_length(features, known)
        l2 = real("l2", self.l2, low=0.0)
        integer("epochs", self.epochs, low=1)
        classes, numbers = np.unique(known, return_inverse=True)
        if len(classes) < 2:
            raise ValueError(f"y holds one class only, {classes[0]!r}: there is nothing to tell apart.")
        model = Linear(features.shape[1], 1 if len(classes) == 2 else len(classes), init="zeros")
        for neuron in model.neurons:
            neuron.output_label = neuron.z_label  # the logit, and no prediction yet
        weights = [weight for neuron in model.neurons for weight in neuron.w]
        loss = losses.bce_with_logits if len(classes) == 2 else losses.ce_with_logits
        targets = numbers if len(classes) == 2 else np.eye(len(classes))[numbers]
        self.history_ = fit(
            model,
            (lambda z, t: loss(z, t) + l2 * reg.l2(weights)) if l2 else loss,
            SGD(model.parameters(), self.lr),
            (features, targets),
            epochs=self.epochs,
            batch_size=self.batch_size,
            stop_when=self.stop_when,
            rng=self.rng,
        )
        self.classes_, self.model_ = classes, model
        self.coef_ = np.array([[weight.data for weight in neuron.w] for neuron in model.neurons])
        self.intercept_ = np.array([0.0 if neuron.b is None else neuron.b.data for neuron in model.neurons])
        return self

    def decision_function(self, X: ArrayLike) -> FloatArray:
        """Return the logits: (samples,) for two classes, above 0 for the second; else (samples, classes).

        Parameters
        ----------
        X : array-like (samples, features)
            One sample per row.

        Returns
        -------
        float array (samples,) or (samples, classes)
            Any real numbers.
        """
        z = self._linear(X)
        return z[:, 0] if z.shape[1] == 1 else z

    def predict_proba(self, X: ArrayLike) -> FloatArray:
        """Return the probabilities of all classes (samples, classes); each row sums to 1.

        Parameters
        ----------
        X : array-like (samples, features)
            One sample per row.

        Returns
        -------
        float array (samples, classes)
            One column per class, in the order of `classes_`.
        """
        z = self._linear(X)
        # Two classes are a softmax over the logits 0 and z.
        scores = np.column_stack([np.zeros(len(z)), z]) if z.shape[1] == 1 else z
        weights = np.exp(scores - scores.max(axis=1, keepdims=True))
        chances: FloatArray = weights / weights.sum(axis=1, keepdims=True)
        return chances

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Return the most probable class of every row.

        Parameters
        ----------
        X : array-like (samples, features)
            One sample per row.

        Returns
        -------
        array (samples,)
            Labels, as y was in `fit`.
        """
        best = self.predict_proba(X).argmax(axis=1)
        chosen: NDArray[Any] = self.classes_[best]
        return chosen

    def score(self, X: ArrayLike, y: ArrayLike) -> float:
        """Return the share of rows whose class is predicted right.

        Parameters
        ----------
        X : array-like (samples, features)
            One sample per row.
        y : array-like (samples,)
            The labels.

        Returns
        -------
        float
            From 0 to 1.
        """
        return metrics.accuracy(self.predict(X), y)
