"""affine: the weighted sums of a layer, composed of `dot` nodes that share their inputs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograd.table.recording import recorder_of_many
from autograd.table.rows import dot

_dots = recorder_of_many(dot)


def affine(W: Iterable[Iterable[Any]], x: Iterable[Any], b: Iterable[Any] | None = None) -> list[Any]:
    """Compute Wx + b: the weighted sums of a layer of neurons (S000-06, S002-12).

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
        rows = list(W)
        biases = [0.0] * len(rows) if b is None else list(b)
    except TypeError:
        raise TypeError(
            f"affine(W, x, b) takes a sequence of rows W and a sequence of biases b, got W of type "
            f"{type(W).__name__} and b of type {type(b).__name__}. For one neuron use dot(w, x, b)."
        ) from None
    if len(rows) != len(biases):
        raise ValueError(
            f"affine(W, x, b) needs one bias for each row of W, got len(W) = {len(rows)} and len(b) = "
            f"{len(biases)}."
        )
    return _dots(rows, x, biases)
