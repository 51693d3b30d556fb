"""Losses for classes: cross entropies of probabilities and of logits, hinge, likelihood; knows no model."""

from __future__ import annotations

from typing import Any

import autograd
from autograd import Value
from nn.losses.rows import bce_row, bce_with_logits_row, surprisal
from nn.losses.targets import Numbers, pairs, per_number, per_sample, probability, within

__all__ = ["bce", "bce_with_logits", "ce", "ce_with_logits", "hinge", "likelihood"]


def bce(prediction: Numbers, target: Numbers, reduction: str = "mean") -> Any:
    """Return the binary cross entropy -[y log p + (1 - y) log(1 - p)] of probabilities p.

    One node per number, with the local gradient ∂L/∂p = -y/p + (1-y)/(1-p).

    Parameters
    ----------
    prediction : number, Value, or sequence
        Probabilities of class 1, in [0, 1]; the output of a sigmoid.
    target : number, Value, or sequence nested alike
        Labels in [0, 1], usually 0 or 1.
    reduction : {"mean", "sum", "none"}

    Returns
    -------
    Value, float or list
        A float where nothing is a Value; a list for "none".

    Raises
    ------
    DomainError
        For a probability outside [0, 1].
    ValueError
        For labels outside [0, 1] or nan, and for different lengths.

    See Also
    --------
    bce_with_logits : From the logit, exact in both tails.
    ce : More than two classes.

    Notes
    -----
    The loss is finite at p = 0 and p = 1, and so is its gradient, which never vanishes: near 0 the logarithm
    is continued by its tangent. log p below e^-99 = 1.0e-43, so that y = 1, p = 0 costs 100; log(1 - p) below
    2^-53, the last number that 1 - p can be before it is 0, so that y = 0, p = 1 costs 37.74. PyTorch clamps
    both logarithms at -100 and the gradient at 1e12 (its BCE on a sigmoid stops learning at a logit of -50;
    ours does not); Keras clips p to [1e-7, 1 - 1e-7] (loss 16.1, gradient 0); scikit-learn's `log_loss` clips
    at 2.2e-16. Where you have the logit, `bce_with_logits` needs none of this.

    Examples
    --------
    >>> round(bce([0.9, 0.2, 0.6], [1, 0, 1]), 10)
    0.2797765636
    >>> bce(0.0, 1)
    100.0
    """
    return per_number("bce", bce_row, prediction, target, reduction, probability)


def bce_with_logits(prediction: Numbers, target: Numbers, reduction: str = "mean") -> Any:
    """Return the binary cross entropy of p = sigmoid(z), computed from the logit z without loss of accuracy.

    L = y·softplus(-z) + (1-y)·softplus(z), dL/dz = sigmoid(z) - y, exact in both tails: y = 1, z =
    -800 gives 800. PyTorch: `BCEWithLogitsLoss`, the same; Keras:
    `BinaryCrossentropy(from_logits=True)`.

    Parameters
    ----------
    prediction : number, Value, or sequence
        Logits z, the weighted sum before the sigmoid; any real number.
    target, reduction
        As for `bce`.

    Returns
    -------
    Value, float or list
        A float where nothing is a Value; a list for "none".

    See Also
    --------
    bce : From probabilities.
    ce_with_logits : More than two classes.

    Examples
    --------
    >>> bce_with_logits(-800.0, 1)
    800.0
    """
    return per_number("bce_with_logits", bce_with_logits_row, prediction, target, reduction, probability)


def ce(prediction: Numbers, target: Numbers, reduction: str = "mean") -> Any:
    """Return the cross entropy -Σ_k y_k log p_k of class probabilities.

    Parameters
    ----------
    prediction : sequence of K >= 2 numbers or Values, or a sequence of such
        Probabilities, one per class; the output of a softmax.
    target : int, sequence of K numbers, or a sequence of either, one per sample
        The class, from 0, or the probabilities of all classes (one-hot or soft).
    reduction : {"mean", "sum", "none"}
        Over samples, as in PyTorch and Keras.

    Returns
    -------
    Value, float or list
        A float where nothing is a Value; a list for "none".

    Raises
    ------
    DomainError
        For a probability outside [0, 1].
    ValueError
        For a class outside 0 .. K-1, target probabilities that do not sum to 1, and different lengths.

    See Also
    --------
    ce_with_logits : From the logits, exact in both tails.
    bce : Two classes, one probability.

    Notes
    -----
    log p is continued by its tangent below e^-99, as in `bce`: p = 0 costs 100. PyTorch's `CrossEntropyLoss`
    is `ce_with_logits`; its `NLLLoss` takes log-probabilities. Keras divides the probabilities by their sum
    first and clips them at 1e-7.

    Examples
    --------
    >>> round(ce([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1]], [0, 1]), 10)
    0.2899092476
    """

    def of_class(p: list[Any], k: Any) -> Any:
        return surprisal(autograd.take(p, k))

    def of_shares(p: list[Any], shares: list[Any]) -> Any:
        return autograd.dot(shares, [surprisal(item) for item in p])

    return per_sample("ce", of_class, of_shares, prediction, target, reduction)


def ce_with_logits(prediction: Numbers, target: Numbers, reduction: str = "mean") -> Any:
    """Return the cross entropy of softmax(z), computed from the logits z.

    For class k: L = logsumexp(z) - z_k, recorded as softplus(logsumexp of the others - z_k), which is the
    same number and exact however sure and however wrong the logits are. For target probabilities:
    logsumexp(z) - y·z. dL/dz_j = softmax(z)_j - y_j. PyTorch: `CrossEntropyLoss`, with the mean over samples.

    Parameters
    ----------
    prediction : sequence of K >= 2 numbers or Values, or a sequence of such
        Logits, one per class.
    target, reduction
        As for `ce`.

    Returns
    -------
    Value, float or list
        A float where nothing is a Value; a list for "none".

    See Also
    --------
    ce : From probabilities.
    bce_with_logits : Two classes, one logit.

    Examples
    --------
    >>> round(ce_with_logits([2.0, 1.0, 0.0], 0), 10)
    0.4076059644
    >>> ce_with_logits([-1000.0, 0.0], 0)
    1000.0
    """

    def of_class(z: list[Any], k: Any) -> Any:
        if isinstance(k, Value):
            return autograd.logsumexp(z) - autograd.take(z, k)
        others = z[:k] + z[k + 1 :]
        rival = others[0] if len(others) == 1 else autograd.logsumexp(others)
        return autograd.softplus(rival - z[k])

    def of_shares(z: list[Any], shares: list[Any]) -> Any:
        return autograd.logsumexp(z) - autograd.dot(shares, z)

    return per_sample("ce_with_logits", of_class, of_shares, prediction, target, reduction)


def hinge(prediction: Numbers, target: Numbers, reduction: str = "mean") -> Any:
    """Return the hinge loss max(0, 1 - y·s) of a score s and a label y = -1 or +1.

    scikit-learn's `hinge_loss` is the same; Keras' `Hinge` turns labels 0 into -1 by itself, here that is an
    error; PyTorch's `HingeEmbeddingLoss` is something else.

    Parameters
    ----------
    prediction : number, Value, or sequence
        Scores s, any real number.
    target : number, or sequence nested alike
        Labels, -1 or +1.
    reduction : {"mean", "sum", "none"}

    Returns
    -------
    Value, float or list
        A float where nothing is a Value; a list for "none".

    See Also
    --------
    bce_with_logits : Labels 0 and 1, and probabilities.

    Examples
    --------
    >>> hinge([0.3, -2.0], [1, -1], reduction="none")
    [0.7, 0.0]
    """
    return per_number("hinge", lambda s, t: autograd.relu(1.0 - t * s), prediction, target, reduction, _sign)


def _sign(target: Any, loss: str) -> None:
    within(target, loss, -1.0, 1.0)

    def error(label: float) -> Exception:
        return ValueError(f"{loss} needs labels -1 and +1, got {label!r}. Labels 0 and 1 become 2*y - 1.")

    autograd.require(lambda y: abs(y) == 1.0, error, target)


def likelihood(prediction: Numbers, target: Numbers) -> Any:
    """Return the likelihood Π p_i^{y_i} (1 - p_i)^{1 - y_i} of the labels y; -log of it is Σ bce.

    Parameters
    ----------
    prediction : number, Value, or sequence
        Probabilities of class 1, in [0, 1].
    target : number, or sequence nested alike
        Labels, 0 or 1.

    Returns
    -------
    Value or float
        The product.

    See Also
    --------
    bce : Its negative logarithm, which is what one minimises.

    Examples
    --------
    >>> round(likelihood([0.9, 0.2, 0.6], [1, 0, 1]), 10)
    0.432
    """
    factors = []
    for p, t in pairs(prediction, target, "likelihood"):
        y = probability(t, "likelihood")
        if isinstance(y, Value) or y not in {0.0, 1.0}:
            factors.append(p**y * (1.0 - p) ** (1.0 - y))
        else:
            factors.append(p if y else 1.0 - p)
    return factors[0] if len(factors) == 1 else autograd.prod(factors)
