"""Functions that give several numbers, composed of rows: the sums of a layer, and probabilities of scores."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from autograd.core.value import Value
from autograd.table import rows
from autograd.table.compile import recorder_of_many


@cache
def _dots() -> Callable[..., list[Any]]:
    """Compile the loop over neurons when it is asked for."""
    return recorder_of_many(rows.dot)


def affine(W: Iterable[Iterable[Any]], x: Iterable[Any], b: Iterable[Any] | None = None) -> list[Any]:
    """Compute Wx + b: the weighted sums of a layer of neurons.

    The same nodes as ``[dot(w, x, b_i), ...]`` for each row w of W, recorded faster: x is read once.

    Parameters
    ----------
    W : sequence of m sequences of Value or float, each of length n
        A row of weights for each neuron.
    x : sequence of Value or float, length n
    b : sequence of Value or float, length m; optional
        One bias for each row.

    Returns
    -------
    list of Value or float, length m
        One `dot` node for each row; a float where nothing is a Value.

    Raises
    ------
    ValueError
        If a row of W and x, or W and b, differ in length.
    TypeError
        If W or b is a single number.

    Examples
    --------
    >>> from autograd import values
    >>> affine([values(a=1.0, b=2.0), [3.0, 4.0]], [10.0, 100.0], [0.5, 0.0])
    [Value(210.5, op=dot), 430.0]
    """
    try:
        weights = list(W)
        biases = [0.0] * len(weights) if b is None else list(b)
    except TypeError:
        raise TypeError(
            f"affine(W, x, b) takes a sequence of rows W and a sequence of biases b, got W of type "
            f"{type(W).__name__} and b of type {type(b).__name__}. For one neuron use dot(w, x, b)."
        ) from None
    if len(weights) != len(biases):
        raise ValueError(
            f"affine(W, x, b) needs one bias for each row of W, got len(W) = {len(weights)} and len(b) = "
            f"{len(biases)}."
        )
    return _dots()(weights, x, biases)


def softmax(x: Iterable[Any]) -> list[Any]:
    r"""Turn scores into probabilities: :math:`e^{x_i} / \sum_j e^{x_j}`.

    The scores are shifted by their largest number first (a plain number: it changes no derivative), then
    each becomes e^(z_i - logsumexp(z)); so nothing overflows, in replay either, and equal scores give equal,
    exact shares.

    Parameters
    ----------
    x : sequence of Value or float, length n

    Returns
    -------
    list of Value or float, length n
        Positive, with sum 1. Floats where no element is a Value.

    Raises
    ------
    DomainError
        If the sequence is empty.

    Examples
    --------
    >>> softmax([1000.0, 1000.0])
    [0.5, 0.5]
    >>> from autograd import values
    >>> p = softmax(values(a=0.0, b=0.0))
    >>> p[0].backward(); p[0].data
    0.5
    """
    scores = list(x)
    top = rows.max([score.data if isinstance(score, Value) else score for score in scores])
    shifted = [score - top for score in scores] if math.isfinite(top) else scores
    total = rows.logsumexp(shifted)
    return [rows.exp(score - total) for score in shifted]
